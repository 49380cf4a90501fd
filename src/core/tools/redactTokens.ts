/** Longest text that an error keeps, in characters: more than a stack of V8's ten frames needs. */
const maxLength = 8192

/** One character of base64 or base64url. */
const any = String.raw`[\w+/-]`
/** Third of the four base64 characters that encode three bytes of ASCII. */
const third = '[ABEFIJMNQRUVYZcdghklopstwx014589]'
/** Four base64 characters that encode three bytes of ASCII. A long English word is no series of them. */
const ascii = `[A-Za-f][A-HQ-Xg-nw-z0-3]${third}${any}`
/** First four base64 characters of a text that begins with `{"`, with `{` and a blank, or with a blank. */
const opening = `(?:e(?:y[ABIJ]|w[klop01])|(?:I[ACH]|C[QSXgin]|D[QSX])${third})${any}`
/** Base64 of at least 48 bytes of ASCII: a token encoded once more, as in basic authentication. */
const wrapped = `(?:${ascii}){16}`
/** HS256 signature without header and payload, as left by a cut or a split at the dots. */
const signature = String.raw`(?:^|\.|%2[Ee])(?=[\w-]{0,42}\d)[\w-]{43}(?![\w-])`

/**
 * Header or payload of a JWT, and everything that follows it without a gap: the other parts, in base64url
 * or base64, with `.`, `+`, `/` and `=` literal, as `%2E`, or as `\/` in JSON. A token cut off at either
 * end still has its header or its payload. The rest of a match cannot fail once it has begun, so that
 * each character is read a bounded number of times.
 */
const tokens = new RegExp(
  String.raw`(?:${opening}(?:${ascii}){2}|${wrapped}|${signature})(?:\.*[\w+/=%~\\-])*`,
  'g',
)

/** A letter, digit, `-`, `.` or `_` that was percent-encoded without need, once or several times. */
const needlesslyEncoded = /%(?:25)*(2[de]|3\d|[46][1-9a-f]|[57][0-9a]|5f)/gi

/** Replaces every token in `text`, and cuts off what exceeds `maxLength`. */
export function redactTokens(text: string): string {
  // Cut first, which bounds the work. A token's remainder after the cut is found like a whole token.
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
