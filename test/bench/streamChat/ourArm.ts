import type { StreamChat } from 'stream-chat'
import { createChatAuth } from '../../../src/core.js'
import { streamChatConnector } from '../../../src/stream-chat.js'
import { issuerParam, type Arm, type ArmSetup } from './arm.js'

/** The same client, with this library around it. */
export function createOurArm({ apiKey, options, provideToken }: ArmSetup): Arm {
  const auth = createChatAuth<StreamChat>({
    connector: streamChatConnector({ apiKey, options }),
    tokenProvider: ({ userId }) => provideToken(userId),
  })

  function liveClient(): StreamChat {
    const state = auth.getState()
    if ('client' in state) return state.client
    throw state.status === 'failed' ? state.error : new Error(`nobody is live: ${state.status}`)
  }

  return {
    connect: (user) => auth.connectUser({ ...user }),
    async request(issuer) {
      const client = liveClient()
      return client.get(`${client.baseURL}/users`, { [issuerParam]: issuer.id })
    },
    async switchUser(user, isAwaited) {
      const disconnected = auth.disconnectUser()
      if (isAwaited) await disconnected
      await auth.connectUser({ ...user })
    },
    isHealthy: () => auth.getState().status === 'connected',
    standing() {
      const state = auth.getState()
      return state.status === 'failed' ? `failed: \`${state.error.code}\`` : state.status
    },
    dispose: async () => auth.dispose(),
  }
}
