/** Asks the app's own endpoint for a token. */
export async function fetchToken(tokenUrl: string, userId: string): Promise<string> {
  const response = await fetch(`${tokenUrl}?user_id=${userId}`)
  if (!response.ok) throw new Error(`The token endpoint answered ${response.status}.`)
  return ((await response.json()) as { token: string }).token
}
