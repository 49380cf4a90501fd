import { StableWSConnection, type ConnectionOpen, type StreamChat } from 'stream-chat'
import type { PollingSocketConstructor } from '../protocol/pollingSocket.js'

/** Connection of the client's whose socket polls. The client's own takes no class of sockets. */
export class PolledConnection extends StableWSConnection {
  readonly #PollingSocket: PollingSocketConstructor

  constructor(client: StreamChat, PollingSocket: PollingSocketConstructor) {
    super({ client })
    this.#PollingSocket = PollingSocket
  }

  /** Does what the client's own does, but for retries and metrics: the monitor has the one, nobody the other. */
  override async _connect(): Promise<ConnectionOpen> {
    this.isConnecting = true
    await this.client.tokenManager.tokenReady()
    this._setupConnectionPromise()
    const socket = new this.#PollingSocket(this._buildUrl())
    socket.onmessage = this.onmessage.bind(this, this.wsID) as unknown as typeof socket.onmessage
    this.ws = socket as unknown as NonNullable<typeof this.ws>
    const welcome = (await this.connectionOpen) as ConnectionOpen
    this.isConnecting = false
    this.connectionID = welcome.connection_id
    return welcome
  }
}

/** Has a fresh client connect by polling, and tell the app of it as its own fallback would. */
export function connectByPolling(
  client: StreamChat,
  PollingSocket: PollingSocketConstructor,
): void {
  const connection = new PolledConnection(client, PollingSocket)
  client.connect = () => {
    client.wsConnection = connection
    client.dispatchEvent({ type: 'transport.changed', mode: 'longpoll' })
    // Ends the client's own wait: the monitor has the real limit.
    return connection.connect(0)
  }
}
