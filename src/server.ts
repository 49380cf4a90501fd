export { createUserToken, type CreateUserTokenOptions } from './server/createUserToken.js'
export {
  UserTokenError,
  verifyUserToken,
  type UserTokenErrorCode,
  type VerifiedUserToken,
  type VerifyUserTokenOptions,
} from './server/verifyUserToken.js'
