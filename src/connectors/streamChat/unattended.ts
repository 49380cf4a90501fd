/** What decides how a request of the client's ends, whose session is over. */
export interface ClientCall {
  readonly method: string | undefined
  readonly url: string | undefined
  readonly body: unknown
  /** Whether the client was told of an event in the same task. */
  readonly isAtEvent: boolean
}

/**
 * How such a request ends. `rejects`: its caller waits for it. Where nobody waits, it resolves with
 * nothing (`empty`) or with a channel that has nothing in it (`empty-channel`), or never settles
 * (`silent`), as the client takes the answer apart.
 */
export type Ending = 'rejects' | 'empty' | 'empty-channel' | 'silent'

interface Kind {
  readonly method: string
  readonly path: RegExp
  /** Says more of a path that is also called by those who wait. */
  readonly isSo?: (call: ClientCall) => boolean
  readonly ending: Ending
}

/**
 * The requests of the client and of stream-chat-react whose promises nobody awaits and nobody catches:
 * found with the lint rule `no-floating-promises` over the sources of stream-chat 9.53 and
 * stream-chat-react 14.12. A promise does not say whether anybody waits for it, so the request must.
 */
const kinds: readonly Kind[] = [
  // Marks of one's own: read, delivered, typing.
  { method: 'post', path: /\/channels(\/[^/]+\/[^/]+)?\/(read|delivered)$/, ending: 'empty' },
  { method: 'post', path: /\/event$/, isSo: isTyping, ending: 'empty' },
  // The composer saves and deletes drafts as it is typed in, cleared and unmounted.
  { method: 'post', path: /\/draft$/, ending: 'empty' },
  { method: 'delete', path: /\/draft$/, ending: 'empty' },
  // A click on a poll's option.
  { method: 'post', path: /\/polls\/[^/]+\/vote$/, ending: 'empty' },
  { method: 'delete', path: /\/polls\/[^/]+\/vote\/[^/]+$/, ending: 'empty' },
  // Reads in the background, whose answers the client takes apart.
  { method: 'get', path: /\/polls\/[^/]+$/, ending: 'silent' },
  { method: 'get', path: /\/threads\/[^/]+$/, ending: 'silent' },
  { method: 'get', path: /\/users\/live_locations$/, ending: 'silent' },
  // Lists watch a channel, and a channel asks for its rights, at an event. All clients share the promises
  // of such watches: one that never settled would keep the next session from the channel.
  {
    method: 'post',
    path: /\/channels\/[^/]+\/[^/]+\/query$/,
    isSo: ({ isAtEvent }) => isAtEvent,
    ending: 'empty-channel',
  },
]

/** How a request ends whose session is over. */
export function endingOf(call: ClientCall): Ending {
  const path = call.url?.split(/[?#]/, 1)[0] ?? ''
  const kind = kinds.find(
    ({ method, path: wanted, isSo }) =>
      method === call.method?.toLowerCase() && wanted.test(path) && (isSo?.(call) ?? true),
  )
  return kind?.ending ?? 'rejects'
}

/** Whether a request saves or deletes a draft. */
export function isDraft({
  method,
  url,
}: {
  method?: string | undefined
  url?: string | undefined
}): boolean {
  return method?.toLowerCase() !== 'get' && url?.split(/[?#]/, 1)[0]?.endsWith('/draft') === true
}

function isTyping({ body }: ClientCall): boolean {
  return typeof body === 'string' && body.includes('"type":"typing.')
}

/** The type and the id of the channel of `/channels/{type}/{id}/…`. */
export function channelOf({ url }: Pick<ClientCall, 'url'>): {
  type: string
  id: string
  cid: string
} {
  const found = /\/channels\/([^/]+)\/([^/]+)\//.exec(url ?? '')
  const [type = '', id = ''] = (found?.slice(1) ?? []).map(decodeURIComponent)
  return { type, id, cid: `${type}:${id}` }
}
