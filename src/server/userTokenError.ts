const messages = {
  5: 'JWTAuth error: token is not valid',
  40: 'JWTAuth error: token is expired (exp)',
  41: 'JWTAuth error: token is not valid yet (nbf)',
  42: 'JWTAuth error: token used before issued (iat)',
  43: 'JWTAuth error: signature is invalid',
} as const

/** The protocol's codes for a refused token: invalid, expired or revoked, `nbf`, `iat`, signature. */
export type UserTokenErrorCode = keyof typeof messages

/** Error for a refused token, with the protocol's `code`. Never contains the token. */
export class UserTokenError extends Error {
  override readonly name = 'UserTokenError'
  readonly code: UserTokenErrorCode

  constructor(code: UserTokenErrorCode, message: string = messages[code]) {
    super(message)
    this.code = code
  }
}
