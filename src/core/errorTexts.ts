/** Texts of one error code: what happened, what to do, and whether another attempt may help. */
export interface ErrorText {
  readonly message: string
  readonly remedy: string
  readonly retryable: boolean
}

/** Texts of all error codes, for `ChatAuthError` and the docs page on errors. */
export const errorTexts = {
  superseded: {
    message: 'A later connect, switch or log-out took the place of this one.',
    remedy:
      'Nothing to do: the latest intent wins. Ignore this error, or do not start two at once.',
    retryable: false,
  },
  'session-ended': {
    message: 'The session ended before this finished.',
    remedy: 'Send it again once the user who made it is connected.',
    retryable: false,
  },
  disposed: {
    message: 'This ChatAuth was disposed.',
    remedy: 'Make a new one with createChatAuth, or keep <ChatAuthProvider> mounted.',
    retryable: false,
  },
  'not-connected': {
    message: 'Nobody is connected.',
    remedy: 'Call connectUser, setGuestUser or connectAnonymousUser first.',
    retryable: false,
  },
  'hold-timeout': {
    message: 'The request was held for longer than holdTimeoutMs while there was no good token.',
    remedy: 'Send it again, and check that the token provider answers in time.',
    retryable: true,
  },
  'hold-overflow': {
    message: 'More requests are being held than maxHeldRequests allows.',
    remedy: 'Send fewer requests at once while the token is being refreshed, or raise the limit.',
    retryable: true,
  },
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
    message: 'The token provider returned the very token that was just refused.',
    remedy: 'The token endpoint caches tokens: mint a new one at every call.',
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
  vetoed: {
    message: '`beforeSessionEnd` kept the session from ending.',
    remedy: 'Nothing to do: the session goes on. Try again once the app lets it end.',
    retryable: true,
  },
  'not-a-guest': {
    message: 'Only a connected guest can be upgraded.',
    remedy: 'Call connectUser or switchUser for anyone who is not a guest.',
    retryable: false,
  },
  'guests-disabled': {
    message: 'The chat backend does not make guests for this app.',
    remedy: "Allow guests in the chat backend's settings, or connect anonymously.",
    retryable: false,
  },
  'guest-refused': {
    message: 'The chat backend no longer accepts this guest, who was not replaced by a new one.',
    remedy:
      'Ask the visitor; disconnectUser() forgets the guest, then setGuestUser() makes a new one.',
    retryable: false,
  },
  'anonymous-refused': {
    message: 'The chat backend does not accept anonymous users.',
    remedy: "Allow them in the chat backend's settings, or connect a guest.",
    retryable: false,
  },
  'anonymous-not-allowed': {
    message: 'An anonymous user may not do this: they can read what everyone may, and little else.',
    remedy: 'Connect a user or a guest first.',
    retryable: false,
  },
  'api-key-invalid': {
    message: 'The chat backend does not know this API key.',
    remedy: 'Check `apiKey`, and that `baseUrl` is where this app lives.',
    retryable: false,
  },
  'not-allowed': {
    message: 'The chat backend does not allow this for this identity.',
    remedy: 'Connect as a user with the permission, or grant it to the role.',
    retryable: false,
  },
  'rate-limited': {
    message: 'The chat backend limits the rate of requests.',
    remedy: 'Wait for the time that it asks for, then try again.',
    retryable: true,
  },
  'wrong-region': {
    message: 'This app lives in another region.',
    remedy: 'Use the `baseUrl` of the region of the app.',
    retryable: false,
  },
  'app-suspended': {
    message: 'This app is suspended.',
    remedy: "Ask whoever runs the chat backend's account.",
    retryable: false,
  },
  'server-error': {
    message: 'The chat backend failed.',
    remedy: 'Try again later.',
    retryable: true,
  },
  'connection-failed': {
    message: 'The chat backend cannot be reached.',
    remedy: 'Check the network and `baseUrl`.',
    retryable: true,
  },
  'handshake-refused': {
    message: 'A gateway refused the WebSocket before the chat backend answered (HTTP 401 or 403).',
    remedy:
      'Check what stands between the app and the chat backend, and what it wants of `/connect`.',
    retryable: true,
  },
  'connection-closed': {
    message: 'The chat backend closed the connection.',
    remedy: 'Nothing to do: it is opened again at once.',
    retryable: true,
  },
  'connection-timeout': {
    message: 'The chat backend did not answer the connection in time.',
    remedy: 'Check the network and `baseUrl`.',
    retryable: true,
  },
  'backend-refused': {
    message: 'The chat backend refused this.',
    remedy: 'Follow its message; its documentation explains the code.',
    retryable: false,
  },
  'request-timeout': {
    message: 'The chat backend did not answer the request within requestTimeoutMs.',
    remedy:
      'Check the network. The request may have arrived: send it again where that does no harm.',
    retryable: true,
  },
  'unexpected-answer': {
    message: 'The chat backend answered something that is not its protocol.',
    remedy: 'Check that `baseUrl` is the chat backend and not another server or a proxy page.',
    retryable: true,
  },
  'websocket-unavailable': {
    message: 'This platform has no WebSocket.',
    remedy: 'Pass one: httpConnector({ …, WebSocket }), from the package `ws` in Node 20.',
    retryable: false,
  },
  'wrong-user': {
    message: 'The chat backend connected another user than the one of this session.',
    remedy: 'Check `baseUrl`, and that no proxy or cache answers in place of the chat backend.',
    retryable: false,
  },
  'foreign-origin': {
    message: 'The request goes to another origin than the chat backend, where no token is sent.',
    remedy: 'Use a path, or a URL on the origin of `baseUrl`; for other servers, the plain fetch.',
    retryable: false,
  },
  'redirect-refused': {
    message: 'The chat backend answered with a redirect, which is not followed with a token.',
    remedy: 'Use the final address as `baseUrl`.',
    retryable: false,
  },
  'body-not-replayable': {
    message: 'The body is a stream too large to keep for a replay; nothing was sent.',
    remedy: 'Pass a Blob, ArrayBuffer or FormData, or raise maxBufferedBodyBytes.',
    retryable: false,
  },
} as const satisfies Record<string, ErrorText>
