/**
 * The app's API secret, or several during a rotation: the first signs, all verify. Each has at least
 * 32 bytes of UTF-8, the minimum of RFC 7518 for HS256.
 * @see https://www.rfc-editor.org/rfc/rfc7518#section-3.2
 */
export type ApiSecret = string | readonly string[]

/** Minimum bytes of a secret (256 bits). The service's secrets have 64 characters, its API keys about 12. */
const leastBytes = 32

/**
 * Reads the secrets; the first signs.
 * @throws TypeError that names the fault and never quotes a secret
 */
export function readSecrets(
  secret: ApiSecret,
  caller: string,
): readonly [string, ...(readonly string[])] {
  const [first, ...others] = typeof secret === 'string' ? [secret] : asList(secret)
  for (const each of [first, ...others]) {
    const fault = faultOf(each)
    if (fault) throw new TypeError(`${caller}: \`secret\` ${fault}`)
  }
  return [String(first), ...others]
}

/** Wraps a single value in a list, even the `undefined` of an unset variable, so that it is checked. */
function asList(secret: unknown): readonly string[] {
  return Array.isArray(secret) ? secret : []
}

function faultOf(secret: unknown): string | null {
  if (typeof secret !== 'string' || secret === '') {
    return 'must be a non-empty string: pass the API secret, and check that its variable is set.'
  }
  if (secret.trim() !== secret) {
    return 'starts or ends with white space: take off the line end of the file that it came from.'
  }
  if (new TextEncoder().encode(secret).length < leastBytes) {
    return `is shorter than ${leastBytes} bytes, the least for HS256: pass the API secret, not the API key.`
  }
  return null
}
