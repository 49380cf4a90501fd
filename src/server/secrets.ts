/**
 * The API secret of the app; several while secrets are rotated: the first signs, all verify. Each at
 * least 32 bytes of UTF-8, as RFC 7518 asks of a key for HS256.
 * @see https://www.rfc-editor.org/rfc/rfc7518#section-3.2
 */
export type ApiSecret = string | readonly string[]

/** 256 bits. The service's own secrets have 64 characters, its public API keys about 12. */
const leastBytes = 32

/**
 * The secrets, the one that signs first.
 * @throws TypeError that names what is wrong with them, and never shows them
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

/** What is no list, such as the `undefined` of an unset variable, is a list of one bad secret. */
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
