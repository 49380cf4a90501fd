// The example imports the package by its name, which leads to `dist`. The compiler is shown the source,
// so that it needs no build first.
declare module 'react-chat-auth/core' {
  type Package = typeof import('../../src/core.js')
  export const ChatAuthError: Package['ChatAuthError']
  export const createConnectorHttp: Package['createConnectorHttp']
  export const createConnectorLine: Package['createConnectorLine']
  export type ChatUser = import('../../src/core.js').ChatUser
  export type Connector<Client> = import('../../src/core.js').Connector<Client>
}
