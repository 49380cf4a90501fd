/**
 * Whether a request is fire-and-forget: a read receipt, a delivery receipt or a typing event. The client
 * and stream-chat-react never await these.
 */
export function isFireAndForget(url: string | undefined, body: unknown): boolean {
  const path = url?.split(/[?#]/, 1)[0] ?? ''
  if (/\/(?:read|delivered)$/.test(path)) return true
  return path.endsWith('/event') && typeof body === 'string' && body.includes('"type":"typing.')
}
