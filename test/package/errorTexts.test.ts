import { expect, test } from 'vitest'
import { chatAuthErrors } from '../../src/core/errors.js'
import { UserTokenError, type UserTokenErrorCode } from '../../src/server/userTokenError.js'

/**
 * What apps may match, show and search for. After a change that is meant:
 * `npx vitest run test/package/errorTexts -u`, and read the difference.
 */
test('the codes of ChatAuthError keep their texts', () => {
  const texts = Object.entries(chatAuthErrors).map(
    ([code, { message, remedy, retryable }]) =>
      `${code}${retryable ? ' (retryable)' : ''}\n  ${message}\n  ${remedy}\n`,
  )
  expect(texts.join('')).toMatchInlineSnapshot(`
    "superseded
      A later connect, switch or log-out took the place of this one.
      Nothing to do: the latest intent wins. Ignore this error, or do not start two at once.
    session-ended
      The session ended before this finished.
      Send it again once the user who made it is connected.
    disposed
      This ChatAuth was disposed.
      Make a new one with createChatAuth, or keep <ChatAuthProvider> mounted.
    not-connected
      Nobody is connected.
      Call connectUser, setGuestUser or connectAnonymousUser first.
    hold-timeout (retryable)
      The request was held for longer than holdTimeoutMs while there was no good token.
      Send it again, and check that the token provider answers in time.
    hold-overflow (retryable)
      More requests are being held than maxHeldRequests allows.
      Send fewer requests at once while the token is being refreshed, or raise the limit.
    token-provider-failed (retryable)
      The token provider failed.
      Look at \`cause\`, and at the endpoint that mints the tokens; then call retry().
    token-endpoint-unreachable (retryable)
      No answer came from the token endpoint.
      Check that it runs, that its address is right, and that it allows this origin (CORS).
    token-is-web-page (retryable)
      A web page came in place of a token.
      Check the address of the token endpoint, and what answers in its place: a login page, a dev server's fallback page, a firewall, the login of a Wi-Fi network.
    token-provider-denied
      The token provider refused to give this user a token.
      The app's own session is over: ask the user to sign in again.
    token-provider-timeout (retryable)
      The token provider did not answer within providerTimeoutMs.
      Make the token endpoint answer sooner, or raise providerTimeoutMs.
    token-missing
      The token is missing: undefined, null, empty, or the word "undefined" or "null".
      Return the JWT string itself; a forgotten \`return\` or \`await\` is the usual cause.
    token-not-a-string
      The token is not a string.
      Return the JWT string itself, such as \`body.token\`, not the object around it.
    token-quoted
      The token is wrapped in quotation marks.
      Read the answer with response.json(), not response.text().
    token-too-large
      The token is longer than 8192 characters.
      Take large claims out of it: it travels in a URL and in a header.
    token-malformed
      The token is not a JWT with a JSON payload.
      Return what createUserToken(userId) made, unchanged: three parts joined by dots.
    token-wrong-user
      The token is for another user.
      Mint the token for the \`userId\` that the provider was called with, as claim \`user_id\`.
    token-expired
      The token has expired.
      Mint a new token at every call of the provider, and check the clock of the server that does.
    token-exp-in-milliseconds
      The \`exp\` or \`iat\` of the token is in milliseconds.
      JWT instants are in seconds: Math.floor(Date.now() / 1000) + lifetime.
    token-unchanged
      The token provider returned the token that it is to replace.
      Mint a new token at every call. A function that returns a stored string, or an endpoint that caches tokens, cannot renew.
    token-outdated (retryable)
      The token provider returned a token older than the one it is to replace.
      The token endpoint caches tokens, or its clock went back: mint a new one at every call.
    token-refused
      The chat backend refused a token that had just been fetched.
      Check the clock of the server that mints the tokens, and the user's revocation date.
    token-not-renewable
      There is no token provider, so the token cannot be refreshed.
      Pass a token provider to connectUser or createChatAuth instead of a static token.
    token-not-yet-valid (retryable)
      The chat backend says that the token is not valid yet (nbf).
      Set the clock of the server that mints the tokens, or leave \`nbf\` out.
    token-issued-in-future (retryable)
      The chat backend says that the token was issued in the future (iat).
      Set the clock of the server that mints the tokens, or issue them a few seconds back.
    token-signature-invalid
      The chat backend says that the signature of the token is wrong.
      Sign tokens with the secret that belongs to this API key, on the app's server.
    dev-token-refused
      The chat backend refused a development token.
      Use devToken only where auth checks are disabled, never in production: there, mint tokens on your server, with createUserToken.
    authentication-failed
      The chat backend could not authenticate this user.
      Check that the token is for this user and this app.
    vetoed (retryable)
      \`confirmEnd\` or \`beforeSessionEnd\` kept the session from ending.
      Nothing to do: the session goes on. Try again once the app or the person lets it end.
    not-a-guest
      Only a connected guest can be upgraded.
      Call connectUser or switchUser for anyone who is not a guest.
    guests-disabled
      The chat backend does not make guests for this app.
      Allow guests in the chat backend's settings, or connect anonymously.
    guest-refused
      The chat backend no longer accepts this guest, who was not replaced by a new one.
      Ask the visitor; disconnectUser() forgets the guest, then setGuestUser() makes a new one.
    anonymous-refused
      The chat backend does not accept anonymous users.
      Allow them in the chat backend's settings, or connect a guest.
    anonymous-not-allowed
      An anonymous user may not do this: they can read what everyone may, and little else.
      Connect a user or a guest first.
    api-key-invalid
      The chat backend does not know this API key.
      Check \`apiKey\`, and that \`baseUrl\` is where this app lives.
    not-allowed
      The chat backend does not allow this for this identity.
      Connect as a user with the permission, or grant it to the role.
    rate-limited (retryable)
      The chat backend limits the rate of requests.
      Wait for the time that it asks for, then try again.
    wrong-region
      This app lives in another region.
      Use the \`baseUrl\` of the region of the app.
    app-suspended
      This app is suspended.
      Ask whoever runs the chat backend's account.
    server-error (retryable)
      The chat backend failed.
      Try again later.
    connection-failed (retryable)
      The chat backend cannot be reached.
      Check the network and \`baseUrl\`.
    handshake-refused (retryable)
      A gateway refused the WebSocket before the chat backend answered (HTTP 401 or 403).
      Check what stands between the app and the chat backend, and what it wants of \`/connect\`.
    connection-closed (retryable)
      The chat backend closed the connection.
      Nothing to do: it is opened again at once.
    connection-timeout (retryable)
      The chat backend did not answer the connection in time.
      Check the network and \`baseUrl\`.
    backend-refused
      The chat backend refused this.
      Follow its message; its documentation explains the code.
    request-timeout (retryable)
      The chat backend did not answer the request within requestTimeoutMs.
      Check the network. The request may have arrived: send it again where that does no harm.
    update-unsupported
      This connector cannot change the profile of a user.
      Give its connection an \`updateUser\`, as the page "Write a connector" says.
    configure-client-failed
      \`configureClient\` threw an error, or rejected.
      Mend what its cause says, then call retry() or connect again.
    unexpected-answer (retryable)
      The chat backend answered something that is not its protocol.
      Check that \`baseUrl\` is the chat backend and not another server or a proxy page.
    websocket-unavailable
      This platform has no WebSocket.
      Pass one: httpConnector({ …, WebSocket }), from the package \`ws\` in Node 20.
    wrong-user
      The chat backend connected another user than the one of this session.
      Check \`baseUrl\`, and that no proxy or cache answers in place of the chat backend.
    foreign-origin
      The request goes to another origin than the chat backend, where no token is sent.
      Use a path, or a URL on the origin of \`baseUrl\`; for other servers, the plain fetch.
    redirect-refused
      The chat backend answered with a redirect, which is not followed with a token.
      Use the final address as \`baseUrl\`.
    body-not-replayable
      The body is a stream too large to keep for a replay; nothing was sent.
      Pass a Blob, ArrayBuffer or FormData, or raise maxBufferedBodyBytes.
    "
  `)
})

test('the codes of UserTokenError keep their texts', () => {
  const codes = Object.keys({ 5: 0, 40: 0, 41: 0, 42: 0, 43: 0 } satisfies Record<
    UserTokenErrorCode,
    0
  >)
  const texts = codes.map((code) => {
    const { message } = new UserTokenError(Number(code) as UserTokenErrorCode)
    return `${code} ${message}\n`
  })
  expect(texts.join('')).toMatchInlineSnapshot(`
    "5 JWTAuth error: token is not valid
    40 JWTAuth error: token is expired (exp)
    41 JWTAuth error: token is not valid yet (nbf)
    42 JWTAuth error: token used before issued (iat)
    43 JWTAuth error: signature is invalid
    "
  `)
})
