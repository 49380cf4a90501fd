/** What the backend said of a failure: the cause of our error, for whoever has to find out more. */
export function backendMessage(said: {
  readonly code?: unknown
  readonly message?: unknown
}): Error | undefined {
  const { code, message } = said
  if (typeof message !== 'string' || message === '') return undefined
  return new Error(typeof code === 'number' ? `${message} (code ${code})` : message)
}
