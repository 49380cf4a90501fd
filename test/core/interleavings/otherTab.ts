import { createChatAuth } from '../../../src/core/createChatAuth.js'
import type { Environment, TabEnvironment } from '../../../src/core/environment.js'
import type { Connector } from '../../../src/core/connector.js'

/** A second tab of the same app, which has no faults and follows the schedule. */
export function createOtherTab(
  tabs: TabEnvironment,
  environment: Environment,
  mint: (userId: string) => string,
) {
  const connector: Connector = {
    id: 'fake',
    createConnection: (context) => ({
      client: null,
      open: ({ userId }) => Promise.resolve({ id: userId }),
      fetch: () => context.send(() => Promise.resolve({ refusal: null, value: new Response() })),
      close: () => Promise.resolve(),
    }),
    createGuest: (user) => Promise.resolve({ user, token: mint(user.id) }),
  }
  const auth = createChatAuth({
    connector,
    environment: { ...environment, tabs, onWake: () => () => {} },
    tokenProvider: ({ userId }) => mint(userId),
  })
  const ignore = () => {}
  return {
    connect: (id: string) => void auth.connectUser({ id }).catch(ignore),
    switchTo: (id: string) => void auth.switchUser({ id }).catch(ignore),
    logOut: () => void auth.disconnectUser().catch(ignore),
    dispose: () => auth.dispose(),
  }
}
