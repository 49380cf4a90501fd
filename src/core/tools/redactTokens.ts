/** The longest text that an error keeps, in characters: more than any stack of V8's ten frames. */
const maxLength = 8192

/** A character of base64, in either alphabet. */
const any = String.raw`[\w+/-]`
/** The third of four characters of base64 that stand for three bytes of ASCII. */
const third = '[ABEFIJMNQRUVYZcdghklopstwx014589]'
/** Four characters of base64 that stand for three bytes of ASCII. English words of any length do not. */
const ascii = `[A-Za-f][A-HQ-Xg-nw-z0-3]${third}${any}`
/** The first four of a text that begins with `{"`, with `{` and a blank, or with a blank. */
const opening = `(?:e(?:y[ABIJ]|w[klop01])|(?:I[ACH]|C[QSXgin]|D[QSX])${third})${any}`
/** Base64 around a token that is base64 itself, as in basic authentication: 48 bytes of ASCII or more. */
const wrapped = `(?:${ascii}){16}`
/** A signature of HS256 without its header and payload: cut off, or split at the dots. */
const signature = String.raw`(?:^|\.|%2[Ee])(?=[\w-]{0,42}\d)[\w-]{43}(?![\w-])`

/**
 * The header or the payload of a JWT, and all that follows it without a gap: its other parts, in
 * base64url or base64, with `.`, `+`, `/` and `=` as they are, as `%2E`, or as `\/` in JSON. A token cut
 * off at either end still has one of the two. Nothing in it can fail once it has begun, so that each
 * character is looked at a bounded number of times.
 */
const tokens = new RegExp(
  String.raw`(?:${opening}(?:${ascii}){2}|${wrapped}|${signature})(?:\.*[\w+/=%~\\-])*`,
  'g',
)

/** A letter, digit, `-`, `.` or `_` that nobody had to encode, once or several times over. */
const needlesslyEncoded = /%(?:25)*(2[de]|3\d|[46][1-9a-f]|[57][0-9a]|5f)/gi

/** The text with every token in it replaced, and cut off where it is longer than any reader wants. */
export function redactTokens(text: string): string {
  // Cut first: that bounds the work. What the cut leaves of a token is found like a whole one.
  const isCut = text.length > maxLength
  const short = isCut ? `${text.slice(0, maxLength)}… (cut off)` : text
  const redacted = short.replace(tokens, '<token>')
  const decoded = redacted.replace(needlesslyEncoded, decode)
  const isHidden = decoded !== redacted && decoded.search(tokens) !== -1
  return isHidden ? decoded.replace(tokens, '<token>') : redacted
}

function decode(_encoded: string, hex: string): string {
  return String.fromCharCode(parseInt(hex, 16))
}
