/**
 * Whether a request is one that the client and stream-chat-react send without waiting for it: that
 * messages were read or delivered, that someone types.
 */
export function isFireAndForget(url: string | undefined, body: unknown): boolean {
  const path = url?.split(/[?#]/, 1)[0] ?? ''
  if (/\/(?:read|delivered)$/.test(path)) return true
  return path.endsWith('/event') && typeof body === 'string' && body.includes('"type":"typing.')
}
