import type { ErrorText } from './errorText.js'

/** Texts of the codes about tokens: their provider, what it returned, and what the backend says of it. */
export const tokenErrorTexts = {
  'token-provider-failed': {
    message: 'The token provider failed.',
    remedy: 'Look at `cause`, and at the endpoint that mints the tokens; then call retry().',
    retryable: true,
  },
  'token-endpoint-unreachable': {
    message: 'No answer came from the token endpoint.',
    remedy: 'Check that it runs, that its address is right, and that it allows this origin (CORS).',
    retryable: true,
  },
  'token-is-web-page': {
    message: 'A web page came in place of a token.',
    remedy:
      "Check the address of the token endpoint, and what answers in its place: a login page, a dev server's fallback page, a firewall, the login of a Wi-Fi network.",
    retryable: true,
  },
  'token-provider-denied': {
    message: 'The token provider refused to give this user a token.',
    remedy: "The app's own session is over: ask the user to sign in again.",
    retryable: false,
  },
  'token-provider-timeout': {
    message: 'The token provider did not answer within providerTimeoutMs.',
    remedy: 'Make the token endpoint answer sooner, or raise providerTimeoutMs.',
    retryable: true,
  },
  'token-missing': {
    message: 'The token is missing: undefined, null, empty, or the word "undefined" or "null".',
    remedy: 'Return the JWT string itself; a forgotten `return` or `await` is the usual cause.',
    retryable: false,
  },
  'token-not-a-string': {
    message: 'The token is not a string.',
    remedy: 'Return the JWT string itself, such as `body.token`, not the object around it.',
    retryable: false,
  },
  'token-quoted': {
    message: 'The token is wrapped in quotation marks.',
    remedy: 'Read the answer with response.json(), not response.text().',
    retryable: false,
  },
  'token-too-large': {
    message: 'The token is longer than 8192 characters.',
    remedy: 'Take large claims out of it: it travels in a URL and in a header.',
    retryable: false,
  },
  'token-malformed': {
    message: 'The token is not a JWT with a JSON payload.',
    remedy: 'Return what createUserToken(userId) made, unchanged: three parts joined by dots.',
    retryable: false,
  },
  'token-wrong-user': {
    message: 'The token is for another user.',
    remedy:
      'Mint the token for the `userId` that the provider was called with, as claim `user_id`.',
    retryable: false,
  },
  'token-expired': {
    message: 'The token has expired.',
    remedy:
      'Mint a new token at every call of the provider, and check the clock of the server that does.',
    retryable: false,
  },
  'token-exp-in-milliseconds': {
    message: 'The `exp` or `iat` of the token is in milliseconds.',
    remedy: 'JWT instants are in seconds: Math.floor(Date.now() / 1000) + lifetime.',
    retryable: false,
  },
  'token-unchanged': {
    message: 'The token provider returned the token that it is to replace.',
    remedy:
      'Mint a new token at every call. A function that returns a stored string, or an endpoint that caches tokens, cannot renew.',
    retryable: false,
  },
  'token-outdated': {
    message: 'The token provider returned a token older than the one it is to replace.',
    remedy:
      'The token endpoint caches tokens, or its clock went back: mint a new one at every call.',
    retryable: true,
  },
  'token-refused': {
    message: 'The chat backend refused a token that had just been fetched.',
    remedy: "Check the clock of the server that mints the tokens, and the user's revocation date.",
    retryable: false,
  },
  'token-not-renewable': {
    message: 'There is no token provider, so the token cannot be refreshed.',
    remedy: 'Pass a token provider to connectUser or createChatAuth instead of a static token.',
    retryable: false,
  },
  'token-not-yet-valid': {
    message: 'The chat backend says that the token is not valid yet (nbf).',
    remedy: 'Set the clock of the server that mints the tokens, or leave `nbf` out.',
    retryable: true,
  },
  'token-issued-in-future': {
    message: 'The chat backend says that the token was issued in the future (iat).',
    remedy: 'Set the clock of the server that mints the tokens, or issue them a few seconds back.',
    retryable: true,
  },
  'token-signature-invalid': {
    message: 'The chat backend says that the signature of the token is wrong.',
    remedy: "Sign tokens with the secret that belongs to this API key, on the app's server.",
    retryable: false,
  },
  'dev-token-refused': {
    message: 'The chat backend refused a development token.',
    remedy:
      'Use devToken only where auth checks are disabled, never in production: there, mint tokens on your server, with createUserToken.',
    retryable: false,
  },
  'authentication-failed': {
    message: 'The chat backend could not authenticate this user.',
    remedy: 'Check that the token is for this user and this app.',
    retryable: false,
  },
} as const satisfies Record<string, ErrorText>
