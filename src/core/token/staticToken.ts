import { ChatAuthError, type ChatAuthErrorCode, type ChatAuthErrorOptions } from '../errors.js'

const remedy =
  'A static token cannot be renewed: pass a token provider, which mints a new one at every call.'

type Words = Pick<ChatAuthErrorOptions, 'message' | 'remedy'>

/** Texts that replace those about a provider where the token was passed as a string. */
const words: Partial<Record<ChatAuthErrorCode, Words>> = {
  'token-missing': {
    message: 'The static token is empty, or the word "undefined" or "null".',
    remedy: 'Pass the JWT once you have it; until then pass no user, or `undefined`.',
  },
  'token-quoted': { remedy: 'Pass the JWT without the quotation marks around it.' },
  'token-malformed': { remedy: 'Pass the JWT unchanged: three parts joined by dots.' },
  'token-wrong-user': {
    message: 'The static token is for another user.',
    remedy: "Pass the token of the user who is to connect: its claim `user_id` is that user's id.",
  },
  'token-expired': { message: 'The static token has expired.', remedy },
  'token-outdated': {
    message: 'The static token is older than the one that it is to replace.',
    remedy: 'Pass the token that was minted last.',
  },
  'token-refused': { message: 'The chat backend refused the static token.', remedy },
}

/** The same error in the words of an app that passed its token as a string. */
export function ofStaticToken({ code, retryable, cause }: ChatAuthError): ChatAuthError {
  return new ChatAuthError(code, { ...words[code], retryable, cause })
}
