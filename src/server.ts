// Imported for its side effect, which is to throw in a browser.
export {} from './server/refuseBrowser.js'
export type { TokenRefusal } from './server/answers.js'
export { createTokenHandler } from './server/createTokenHandler.js'
export { createUserToken, type CreateUserTokenOptions } from './server/createUserToken.js'
export type { IncomingRequest } from './server/incomingRequest.js'
export type { OutgoingResponse } from './server/nodeResponse.js'
export type { ApiSecret } from './server/secrets.js'
export type {
  Authenticated,
  SignedInUser,
  TokenAnswer,
  TokenHandler,
  TokenHandlerOptions,
} from './server/tokenHandlerOptions.js'
export { toNodeHandler, type NodeHandler } from './server/toNodeHandler.js'
export { UserTokenError, type UserTokenErrorCode } from './server/userTokenError.js'
export {
  verifyUserToken,
  type VerifiedUserToken,
  type VerifyUserTokenOptions,
} from './server/verifyUserToken.js'
