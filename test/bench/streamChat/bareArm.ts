import { StreamChat } from 'stream-chat'
import { issuerParam, type Arm, type ArmSetup, type User } from './arm.js'

/** One client for the app's life, with a token provider, as the client's own docs have it. */
export function createBareArm({ apiKey, options, provideToken }: ArmSetup): Arm {
  const client = new StreamChat(apiKey, undefined, options)
  const connect = (user: User) => client.connectUser({ ...user }, () => provideToken(user.id))

  return {
    connect,
    request: (issuer) => client.get(`${client.baseURL}/users`, { [issuerParam]: issuer.id }),
    async switchUser(user, isAwaited) {
      const disconnected = client.disconnectUser()
      if (isAwaited) await disconnected
      await connect(user)
    },
    isHealthy: () => client.wsConnection?.isHealthy ?? false,
    standing: () => (client.wsConnection?.isHealthy ? 'healthy' : 'unhealthy'),
    dispose: () => client.disconnectUser(),
  }
}
