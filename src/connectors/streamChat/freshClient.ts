import type { StreamChat } from 'stream-chat'
import type { ConnectionContext } from '../../core/connector.js'
import { ChatAuthError } from '../../core/errors.js'
import { abortReason, onAbort, throwIfAborted } from '../../core/tools/onAbort.js'
import { forbidSessionCalls, saveSessionCalls } from './clientCalls.js'
import { loggerWithoutTokens } from './clientLogger.js'
import { gateRequests, type ClientRequests } from './clientRequests.js'
import { noteOwnClient } from './strayClients.js'

/** Sets up a client before it connects. */
export type ConfigureClient = (client: StreamChat) => void | Promise<void>

export interface FreshClientOptions {
  readonly context: ConnectionContext
  readonly createClient: () => StreamChat
  readonly configureClient: ConfigureClient | undefined
  readonly signalOf: Parameters<typeof gateRequests>[2]
  /** Aborted when the client is no longer wanted. */
  readonly signal: AbortSignal
}

/**
 * Milliseconds that the client itself waits for a socket, next to nothing: the monitor enforces
 * the real timeout. The client's timer would outlive the welcome and keep a Node process alive for 15 s.
 */
export const clientTimeoutMs = 0

/**
 * Makes a client for one session, as the app wants it. Rejects with `configure-client-failed`, or with the
 * signal's reason. A client that is not handed out has opened nothing.
 */
export async function createFreshClient(options: FreshClientOptions): Promise<{
  readonly client: StreamChat
  readonly requests: ClientRequests
}> {
  const { context, configureClient, signal } = options
  const { environment } = context
  const client = options.createClient()
  noteOwnClient(client, environment.warn && ((words) => environment.warn?.(words)))
  client.defaultWSTimeout = clientTimeoutMs
  // Recovery asks for open threads again; the client would empty them instead.
  client.preventThreadCleanup = true
  const requests = gateRequests(client, context, options.signalOf)
  if (!configureClient) return { client, requests }
  const restore = saveSessionCalls(client)
  const { baseURL, wsBaseURL, logger } = client
  forbidSessionCalls(client, context)
  await unlessAborted(configureClient, client, signal)
  if (client.baseURL !== baseURL || client.wsBaseURL !== wsBaseURL) {
    throw new ChatAuthError('configure-client-failed', {
      message: '`configureClient` changed the address of the chat backend.',
      remedy: 'Set the address with `options.baseURL`.',
    })
  }
  // Each of these would show a token, as it does in the options of the client.
  Object.assign(client.options, { enableInsights: false, enableWSFallback: false })
  if (client.logger !== logger) client.logger = loggerWithoutTokens(client.logger)
  restore()
  return { client, requests }
}

async function unlessAborted(
  configureClient: ConfigureClient,
  client: StreamChat,
  signal: AbortSignal,
): Promise<void> {
  let stopFollowing = (): void => {}
  const aborted = new Promise<never>((_, reject) => {
    stopFollowing = onAbort(signal, () => reject(abortReason(signal)))
  })
  try {
    await Promise.race([aborted, configureClient(client)])
  } catch (error) {
    throwIfAborted(signal)
    throw new ChatAuthError('configure-client-failed', { cause: error })
  } finally {
    stopFollowing()
  }
}
