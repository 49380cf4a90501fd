/** Error with the backend's own message and code, used as the `cause` of a `ChatAuthError`. */
export function backendMessage(said: {
  readonly code?: unknown
  readonly message?: unknown
}): Error | undefined {
  const { code, message } = said
  if (typeof message !== 'string' || message === '') return undefined
  return new Error(typeof code === 'number' ? `${message} (code ${code})` : message)
}
