import type { ErrorText } from './errorText.js'
import { tokenErrorTexts } from './tokenErrorTexts.js'

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
  ...tokenErrorTexts,
  vetoed: {
    message: '`confirmEnd` or `beforeSessionEnd` kept the session from ending.',
    remedy: 'Nothing to do: the session goes on. Try again once the app or the person lets it end.',
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
  'update-unsupported': {
    message: 'This connector cannot change the profile of a user.',
    remedy: 'Give its connection an `updateUser`, as the page "Write a connector" says.',
    retryable: false,
  },
  'configure-client-failed': {
    message: '`configureClient` threw an error, or rejected.',
    remedy: 'Mend what its cause says, then call retry() or connect again.',
    retryable: false,
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
