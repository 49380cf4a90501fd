import { isObject } from './reading.js'

/** Whether a text is markup. No token, JSON or plain word begins with a tag. */
export function isMarkup(text: string): boolean {
  return /^\s*<(?:!doctype|!--|\?xml|[a-z][\w-]*[\s/>])/i.test(text)
}

/** Whether a content type is that of a web page. Express sends it with any text. */
export function isPageType(contentType: string | null): boolean {
  return /^\s*(?:text\/html|application\/xhtml\+xml)\b/i.test(contentType ?? '')
}

/** Whether a JSON parser failed at the first tag of a page, by the message of any engine. */
export function isParsedPage(error: unknown): boolean {
  const message = isObject(error) ? (error as { message?: unknown }).message : undefined
  // V8: Unexpected token '<' (older: without quotes). WebKit: Unrecognized token '<'. Hermes: Unexpected character: <.
  return (
    typeof message === 'string' &&
    /un(?:expected|recognized) (?:token|character:?) '?</i.test(message)
  )
}

/** Longest address that an error shows, in characters. */
const maxAddressLength = 200

/**
 * Origin and path of an address, which may be relative. Drops parts that may be secret: user and
 * password, query, fragment, and the session id that some servers put after a semicolon.
 */
export function addressOf(url: string): string {
  const [path = ''] = url.trim().split(/[?#;]/, 1)
  const address = path.replace(/^([a-z][a-z\d+.-]*:)?\/\/[^/]*@/i, '$1//')
  return address.length > maxAddressLength ? `${address.slice(0, maxAddressLength)}…` : address
}
