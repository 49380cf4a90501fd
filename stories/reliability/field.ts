/** A situation met in the field, the right behaviour, and the tests that prove it. */
export interface FieldCase {
  /** Number of the row in the project's working list; never shown to readers. */
  readonly row?: string
  readonly situation: string
  readonly right: string
  /** Titles by file under test/, spelled as in the file. */
  readonly tests: Readonly<Record<string, readonly string[]>>
}

/** Cases in this order: other users, the token endpoint, networks, people, races. */
export const fieldCases: readonly FieldCase[] = [
  {
    situation: 'another user sends a custom event that contains an `error`',
    right: 'the app receives the event; the session is not affected',
    tests: {
      'connectors/strangers.test.ts': [
        'a stranger’s event with an error of code %i reaches the app of all twenty watchers, and moves none of their sessions',
        'a custom event of the type “%s” is delivered once, as any other',
        'an event that imitates the client’s own is kept from the client, and reported: %j',
      ],
      'connectors/contract/frames.ts': [
        '10,000 frames of other users, of any shape and names, move nothing',
      ],
      'connectors/protocol/chatSocket.test.ts': [
        'an event of another user is an event, whatever its fields are: %j',
      ],
    },
  },
  {
    situation: 'a frame after the welcome is `null`, an array, a number, or has no `type`',
    right: 'the frame is ignored and reported in an event',
    tests: {
      '../src/testing/contract/strangers.ts': [
        'a frame after the welcome that is no event is ignored, and told once for all of them',
        'of a flood of frames that are none, one event a minute tells',
      ],
    },
  },
  {
    situation: 'the backend welcomes another user',
    right: 'the session fails with a typed error, without endless retries',
    tests: {
      '../src/testing/contract/strangers.ts': [
        '%s who is welcomed as somebody else is not connected',
      ],
    },
  },
  {
    situation: 'one tab clears or edits the storage, then another tab logs out',
    right: 'every tab is logged out',
    tests: {
      'core/crossTabStorage.test.ts': [
        'keeps nobody connected at log-out %d from there',
        'logs nobody out, and keeps nobody connected who hears of a log-out',
        'does not keep a later log-out from being noted for a frozen tab',
      ],
      'core/tabs.model.test.ts': ['keep their guarantees whatever happens in whatever order'],
      'e2e/tabs.test.ts': [
        'reaches every tab even if one has cleared or edited the storage before',
      ],
    },
  },
  {
    situation: 'one tab gets a token with a wrong signature',
    right: 'the token never reaches the other tabs',
    tests: {
      'core/crossTabBadTokens.test.ts': [
        'is told to the others once its socket is accepted, and not before',
        'that is given a token refused with %s spoils none of the other ten',
        'whose renewal brings a token with a wrong signature ends as it would alone',
        'that is refused with %s costs one call of the own provider',
        'that is refused is not taken again',
        'that is refused gives way to the good one before it, though the provider is down',
        'that is refused with %s, and comes of a clock a day ahead, tells nothing of the time',
      ],
      'core/tabs.model.test.ts': ['keep their guarantees whatever happens in whatever order'],
    },
  },
  {
    row: 'C11',
    situation: 'a tab is opened or reloaded among tabs of the same user',
    right: 'it gets their token; no provider call, and no other socket is reopened',
    tests: {
      'core/crossTabLending.test.ts': [
        'make one provider call and eight handshakes',
        'make one provider call for each token that they live through, and one handshake each',
        'costs one handshake and no provider call, also if it had fetched the token',
        'renews a token that is old by then in time, whatever its own clock shows',
        'asks its own provider if the backend refuses it the token that it got',
        'waits one second for a frozen one that lends, and then calls its provider',
        'is kept aside by a tab whose own is good, with its socket',
        'is taken at the own renewal, in place of a provider call',
        'is taken at once when the own one is refused, and the request replayed with it',
        'is not taken once it has died',
      ],
      'core/tabs.model.test.ts': ['keep their guarantees whatever happens in whatever order'],
      'e2e/tabs.test.ts': [
        'eight tabs opened one after another, and reloads of them, make one provider call and no other tab a handshake',
      ],
    },
  },
  {
    situation: 'an error text of 100 kB contains `ey` many times',
    right: 'redaction takes linear time',
    tests: {
      'core/tools/redactTokens.test.ts': [
        'takes time in proportion to the length of a text of many "%s"',
        'finds a token %s',
        'cuts a long text off with a mark, and shows no part of a token at the cut',
      ],
    },
  },
  {
    situation: 'a provider rejects with an error that contains a `Request`, `Headers` or `Map`',
    right: 'the cause keeps only plain data',
    tests: {
      'core/tools/redactCause.test.ts': [
        'replaces %s by its class name',
        'keeps an error’s name, message, stack and own plain fields',
        'shows no token that the app put into what its provider throws',
      ],
      'core/tools/redactCause.fuzz.test.ts': [
        'a cause of any shape around a token shows none of it, as the cause of any error',
      ],
    },
  },
  {
    situation: 'a request with a body that can be read only once is refused',
    right: 'the body is replayed whole, or the request is rejected before it is sent',
    tests: {
      '../src/testing/contract/bodies.ts': [
        'with %s for a body are replayed with all of it',
        'with a stream too large to keep are refused, with nothing sent',
      ],
      'e2e/bodies.test.ts': [
        'in Chromium, a form with a file is replayed as it was, without what is added later',
      ],
      'connectors/protocol/replayableBody.test.ts': [
        '%s that was read from before is rejected, because its beginning is gone',
        'of as many bytes as allowed is kept, and rejected with one more',
      ],
    },
  },
  {
    situation: 'a session ends while a stream is being read',
    right: 'the stream ends with the session',
    tests: {
      'connectors/answers.test.ts': [
        'ends with its session, at %s',
        'ends with its session, also if only a copy of it is read, or nothing at all',
        'that stream are ended with the session',
      ],
      'e2e/bodies.test.ts': ['in Chromium, a stream of the backend ends with its session, at %s'],
      'connectors/protocol/requestSignals.test.ts': [
        'a body is aborted with its session while a part of it is in use',
      ],
    },
  },
  {
    situation: '60 token calls fail with large bodies',
    right: 'every unread body is cancelled',
    tests: {
      'connectors/http/httpTokenProvider.test.ts': [
        'are all closed after 60 failures of 100 kB each',
      ],
      'connectors/answers.test.ts': ['leaves no answer open that was refused or not followed'],
    },
  },
  {
    situation: 'a 401 has a body that stalls, or one of 100 MB',
    right: 'reading is limited in time and size',
    tests: {
      'connectors/protocol/chatHttp.test.ts': [
        'that stalls goes to the caller after 5 seconds, with its body unread',
        'fails at an answer of more than 64 kB, which is cancelled',
      ],
      'connectors/answers.test.ts': [
        'whose body is endless goes to the caller as it is, and can be read on',
        'with an answer of more than 32 MB fail, whatever its status',
      ],
      'connectors/http/httpTokenProvider.test.ts': [
        'are closed after more than 64 kB of an answer that should be a token',
      ],
    },
  },
  {
    situation: 'one `AbortSignal` serves 1,000 requests',
    right: 'no listener stays on the signal',
    tests: {
      'connectors/answers.test.ts': [
        'leaves no listener on one signal for 1,000 requests, and causes no warning',
        'leave no listener on their caller’s signal',
      ],
      'core/tools/onAbort.test.ts': [
        'a thousand callbacks of onAbort share one listener, which is removed with the last',
      ],
    },
  },
  {
    situation: "a duration is `Infinity`, 30 days, or `'5s'`",
    right: 'no limit; exactly 30 days; a `TypeError` that names the option',
    tests: {
      'core/tools/duration.test.ts': [
        'holds a request until there is a token',
        'lets a token provider take its time',
        'lets beforeSessionEnd take its time',
        'of a month fires after a month, to the millisecond',
        'takes Infinity as no limit, a month, and a size of 0',
      ],
      'testing/controls/faults.test.ts': [
        'slow for a month: no answer comes before the month is over',
      ],
    },
  },
  {
    situation: 'a POST is answered by a 500 that refuses the token',
    right: 'the request is sent at most twice, with one id',
    tests: {
      'connectors/answers.test.ts': [
        'that comes with status %i is sent twice, under one request id, and fails',
        'refused with status %i are sent twice under one request id, without the client’s own retry',
        'that fail for another reason than the token are sent once',
      ],
    },
  },
  {
    situation: 'a token header has no `typ`, as from libraries in other languages',
    right: 'the token is accepted',
    tests: {
      'server/tokensOfOthers.test.ts': [
        'is accepted by the server and the embedded backend: $madeBy, with $with',
        'is refused by the server and the embedded backend, which name the type: $type',
        'is refused as a development token by the server and the embedded backend: %s',
      ],
    },
  },
  {
    situation: 'the token endpoint answers with a web page, with any status and type',
    right: 'a separate error names the page and its URL; the call is retried',
    tests: {
      'connectors/http/tokenEndpointAnswers.test.ts': [
        'with status %i and headers %j is named as one with its address, and retried',
        'is named by the address that a redirect led to, without its query',
        'is not seen in a token, a word or an empty body that Express sends as text/html',
      ],
      'core/token/providerFailure.test.ts': [
        'though what is thrown is %s',
        'where the provider returns its text',
        'and named by its address',
      ],
      'core/tools/noAnswer.test.ts': ['an error of %s means that no answer came'],
    },
  },
  {
    situation: 'the token endpoint gives the reason of a refusal',
    right: 'the error has that reason and its remedy',
    tests: {
      'connectors/http/tokenEndpointAnswers.test.ts': [
        'with status %i and %j is shown with its remedy',
        'from createTokenHandler is shown with a remedy of its own',
        'is cut off if it is long, shows no token, and is dropped if it is broken',
        'is not waited for if it does not arrive',
      ],
      'core/token/providerFailure.test.ts': [
        'the reason “%s” of createTokenHandler is shown, with the remedy %s',
        'for two seconds at most, and not after the end of the call',
      ],
      'core/tools/readReason.test.ts': ['the reason in %j is code %j with the words %j'],
    },
  },
  {
    situation: 'a firewall answers 401 or 403 with its page while the token is good',
    right: 'the session goes on with its token',
    tests: {
      'connectors/http/tokenEndpointAnswers.test.ts': [
        'that is the page of %s, with status %i, does not end the session',
      ],
    },
  },
  {
    situation: 'a token provider throws an error with a `Retry-After`',
    right: 'the wait is found and obeyed',
    tests: {
      'core/token/providerFailure.test.ts': ['in an error of the real axios'],
      'core/tools/retryAfter.test.ts': [
        'is found in %s',
        '%j is %s ms',
        'as a date is counted from the date of the answer, whatever the local clock says',
      ],
    },
  },
  {
    situation: '`allowedOrigins` has the scheme of a native shell, or is a function',
    right: 'the origin is allowed',
    tests: {
      'server/judgeOrigin.test.ts': [
        'is admitted once its origin is listed: %s',
        'that is %s admits the origins for which it returns true',
        'is called for foreign origins only, never for sandboxed pages',
      ],
    },
  },
  {
    situation: '`authenticate` reads the request’s body',
    right: 'the body is complete, also for the comparison of user ids',
    tests: {
      'server/heldRequest.test.ts': [
        'and the user ids in it are still compared',
        'on Express, before and after its parser',
      ],
    },
  },
  {
    situation: 'a rate limit returns `NaN`; a token is too long; an option has a wrong type',
    right: 'a typed error names the fault',
    tests: {
      'server/createTokenHandler.test.ts': [
        'such as %s is a 500 without a token, reported to onError',
      ],
      'server/createUserToken.test.ts': [
        'a token of 8192 characters is accepted, a longer one is a TypeError',
      ],
      'server/verifyUserToken.test.ts': ['options that are null as left out'],
    },
  },
  {
    situation: 'large bodies arrive without a session, behind a proxy with keep-alive',
    right: 'the body is discarded up to a limit before the answer',
    tests: {
      'server/behindProxy.test.ts': [
        'with %s, on %s, for bodies of any size',
        'with %s, on %s, for bodies that are cut off',
        'with keep-alive, on %s, for bodies that never end',
      ],
      'server/unreadBodies.test.ts': [
        '%s leaves the connection to the next request',
        'is discarded before an answer that closes the connection',
      ],
    },
  },
  {
    situation: '`authenticate` sets a cookie',
    right: 'the cookie goes out with the answer',
    tests: {
      'server/sessions.test.ts': [
        'a session of better-auth gets a token, and the cookie that prolongs it',
        'a session of Auth.js gets a token, and the cookie that prolongs it',
        'a session of iron-session gets a token, and the cookie that prolongs it',
      ],
      'server/answersOfSessions.test.ts': [
        'are sent with a token, each cookie as its own header',
        'are sent with a 401, to end a session',
        'are sent over Node’s http',
      ],
    },
  },
  {
    situation: 'a hook throws a `Response`, or never settles',
    right: 'the `Response` is passed on; the answer is 503 after a time limit',
    tests: {
      'server/hookLimit.test.ts': [
        'is a 503 with Retry-After after 5 s: %s',
        'ends the wait for the hook, and is not reported as an error: %s',
        'in %s is passed on if it is 429 or 503, with its Retry-After',
        'aborts the signal of every hook',
      ],
    },
  },
  {
    situation: 'an app logs who got a token and who was refused',
    right: 'one hook is called with every answer',
    tests: {
      'server/answersOfSessions.test.ts': [
        'hears who got what, and why not: %s',
        'receives neither token nor secret',
      ],
    },
  },
  {
    situation: 'a bundler builds for a runtime other than Node',
    right: 'the bundler finds the server entry',
    tests: {
      'runtimes/runtimes.test.ts': [
        'server and core do the same on Bun',
        'server and core do the same on Deno, without any permission',
        'server and core do the same on workerd',
        'server and core do the same on edge-runtime',
      ],
      'package/serverInBrowser.test.ts': ['by esbuild, for %s'],
    },
  },
  {
    situation: 'a fleet answers only five token requests a second',
    right: 'clients wait as told; a `Retry-After` is no failure',
    tests: {
      'core/toldToWait.test.ts': [
        '200 clients told to wait %i ms all connect under a shared limit of five a second',
        'waits as often as it is told to, without using up an attempt',
        'waits as often as it is told to before its first connection',
      ],
    },
  },
  {
    situation: 'the chat backend refuses with a code that this library does not name',
    right: '`backend-refused` has the backend’s message and number',
    tests: {
      'connectors/protocol/wireError.test.ts': [
        'makes the unknown code %i with status %s an error with the backend’s message, retryable: %s',
        'gives a deleted user and a bad field their own remedies',
        'takes a status repeated as the code for a gateway’s answer, not the chat backend’s',
      ],
      '../src/testing/contract/connecting.ts': [
        'answered with code 16 it fails as backend-refused, in the words of the backend, without another try',
      ],
    },
  },
  {
    situation:
      '`beforeSessionEnd` exceeds its limit, and the end of the session rejects its requests',
    right: 'no rejection goes unhandled, and an event reports that the hook was cut off',
    tests: {
      'connectors/leaving.test.ts': [
        'a Node process survives a hook whose request the end of the session rejects',
      ],
      'core/session/askBeforeEnd.test.ts': [
        'is cut off, and the app gets an event before the session ends',
        'may fail later without a report',
        'by dispose delays nothing, though it never answers and has no limit',
        'by a failure may fail over its own request without a report',
      ],
    },
  },
  {
    situation:
      'a log-out while a draft is deleted, or anything else that nobody awaits is under way',
    right: 'no rejection goes unhandled, and the draft is saved or said to be lost',
    tests: {
      'connectors/streamChat/unattended.test.ts': [
        'by a %s leaves no unhandled rejection, with the request in flight or held',
        'waits until a draft in flight is saved',
        'reports a draft that could not be sent yet as lost',
        'reports a draft whose saving begins only then as lost',
        'rejects a caller that awaits %s with session-ended',
      ],
    },
  },
  {
    situation:
      'older code calls `client.disconnectUser()`, or another call that begins or ends a session',
    right: 'the call rejects with an error that names it, and the session goes on',
    tests: {
      'connectors/streamChat/clientCalls.test.ts': [
        'a call of the client’s own %s rejects with an error that names it and %s, and the session goes on',
        'a call of %s, as from an effect of an old tree, does nothing on the client of an ended session',
      ],
    },
  },
  {
    situation: 'a thread is open, and a channel is made, while the socket is gone for a moment',
    right: 'both are there after recovery',
    tests: {
      'connectors/streamChat/streamChatConnector.recovery.test.ts': [
        'an open thread has the missed replies, and notifies the components, with recoverStateOnReconnect: %s',
        'the thread list has the missed replies, in the thread on screen and in the others',
        'a channel created meanwhile is announced to lists once, as by the backend',
        'the list of a channel manager has a channel created meanwhile',
      ],
    },
  },
  {
    situation: 'the platform says that there is no network, and is wrong',
    right: 'attempts go on, every 30 s at the latest',
    tests: {
      'core/weather.test.ts': [
        'is disproved by a socket that opens, so that a wrong platform stops nothing',
      ],
      'core/token/tokenSource.firstToken.test.ts': [
        'is requested seldom while the platform reports no network, and at once when it returns',
      ],
      'core/connection.test.ts': [
        'is reopened seldom while the platform says that there is no network, and at once when it is back',
      ],
    },
  },
  {
    situation: 'a laptop wakes after eight hours, and the network comes two minutes later',
    right: 'the session connects as soon as the network is there',
    tests: {
      'core/weather.test.ts': ['is connected once the network is back, whatever was tried before'],
    },
  },
  {
    situation: 'an app connects for the first time without a network',
    right: '`connectUser` stays pending; the state shows the attempts',
    tests: {
      'core/weather.test.ts': [
        'stays pending for as long as needed, and shows what is tried again, why and when',
        'reaches the backend once there is a network, also if only the socket failed',
        'is abandoned at once by a log-out',
        'in %s gets the remedy as one warning within five seconds',
      ],
    },
  },
  {
    situation: 'the browser goes offline',
    right: '`isOnline` is false at once',
    tests: {
      'core/weather.test.ts': ['follows the platform at once, and says nothing of the session'],
    },
  },
  {
    situation: 'a rotation is refused for another reason than its token',
    right: 'the session stays on its socket, and the rotation is tried again',
    tests: {
      'core/weather.test.ts': [
        'as %s leaves the session on its old socket, and is tried again',
        'fails the session once the old socket is gone as well',
      ],
    },
  },
  {
    row: 'C7',
    situation: 'a firewall blocks WebSockets and lets HTTP through',
    right:
      'requests go out after the first failed attempt; the socket is tried on; with `enableWSFallback` the session polls',
    tests: {
      'connectors/polling.test.ts': [
        'connects, and hears each event once and in order through two rotations',
        'connects anew at once when its token is revoked',
        'a switch ends the polls of the first user before the second one asks',
        'has a connection, watches channels, and hears what is said there',
        'asks again for what was missed when its line was lost',
      ],
      'connectors/http/httpConnector.polling.test.ts': [
        'polls after six seconds, and tries a WebSocket again when it is due five minutes later',
        'connects with tokens of two seconds, which die while the WebSocket is waited for',
      ],
      'connectors/protocol/pollingSocket.test.ts': [
        'carries its token in a header and in no address, to connect and to poll',
        'reports what is no event, and goes on',
        'ends refused if a poll is refused over its token',
        'is closed after a second though nobody answers its goodbye',
      ],
      'core/firewalls.test.ts': [
        'as %s, requests go out after the first attempt, and the socket is tried on',
        'a refused request has its token replaced and is sent again',
        'a log-out by the app’s own fetch, as the first request goes out, ends the session',
        'as %s, requests wait for the session',
      ],
      'connectors/firewalls.test.ts': [
        'that answers them with 403 for ever lets requests out, and shows no token in the error',
        'that answers them with 403 has no attempt leave anything on the session',
      ],
    },
  },
  {
    row: 'C8',
    situation: 'a gateway answers the handshake with 401 or 403, again and again',
    right: 'after three in a row with one token another is tried, once a minute at most',
    tests: {
      'core/firewalls.test.ts': [
        'has another token fetched after three refusals in a row with one',
        'lets that token in, where it was the old one that it refused',
        'for an hour has one fetched a minute at most',
        'and comes and goes has one fetched a minute at most, too',
        'for an hour has one token fetched, within its second minute',
        'has browsers that meet the outage at once ask at moments of their own',
      ],
      'connectors/firewalls.test.ts': [
        'that answers handshakes with %d is passed with the fresh token that three refusals have fetched',
      ],
    },
  },
  {
    situation: 'the token provider returns nothing right after a wake-up',
    right: 'the provider is called again',
    tests: {
      'core/weather.test.ts': [
        'calls the provider again after the answer %j, from a library that is not ready yet',
        'fails over such an answer at its first connect, where it is a mistake',
      ],
    },
  },
  {
    situation: 'the clock of the minting server is ahead of the chat backend',
    right: 'the old token serves on; a connect waits as long as the clocks differ',
    tests: {
      'core/clocks.test.ts': [
        'by %d s connect the user within %d s',
        'show in the state, while they wait, what is wrong and when the next attempt is',
        'never replace a good one: requests are answered at once',
        'teach the session the difference: the next one waits until it is valid, and is not refused',
        'by a day do not prevent a connection once that clock is corrected',
      ],
    },
  },
  {
    situation: '`iat` is set back on purpose',
    right: 'no renewal comes after expiry',
    tests: {
      'core/clocks.test.ts': [
        'with an `iat` set back by $setBack s and tokens of $ttl s has no renewal after expiry',
        'the client’s by $clientAhead s, with tokens of $ttl s, has no request refused, and few provider calls',
      ],
    },
  },
  {
    situation: 'a session with a static token gets a newer one, or a token provider',
    right: 'the token is taken; the provider renews it',
    tests: {
      'core/staticToken.test.ts': [
        'gives way to a newer one, with which the connection is opened again',
        'is renewed in time once the same user comes with a token provider',
        'that is dead is replaced at once if the same user comes with a token provider',
        'without a user, or of another user, is rejected, and the session goes on',
      ],
    },
  },
  {
    situation: 'a hidden tab is idle for an hour',
    right: 'no socket is lost: each is pinged, and given time to answer, before it counts as dead',
    tests: {
      'connectors/hiddenTab.test.ts': [
        'is not lost in an hour in which %s',
        'that has died is noticed within 40 seconds',
      ],
      'connectors/protocol/liveness.test.ts': [
        'a late timer after sleep sends another ping, and waits for ten seconds again',
        'a connection that answers is never dead in a page whose timers are all late',
        'a connection that does not answer is dead after three late timers',
      ],
      'connectors/contract/liveness.ts': [
        'is kept over a sleep of an hour that its line survived',
        'is kept over such a sleep, though no wake-up is told and its timers are the first to run',
      ],
    },
  },
  {
    situation: 'the network changes: the socket is half open, and `online` fires',
    right:
      'every wake-up and `online` pings at once; a socket without an answer is replaced within 5 s',
    tests: {
      'connectors/contract/liveness.ts': [
        'that is half open is replaced within five seconds of a wake-up %s its next ping',
        'is asked at once when the page wakes, and kept when it answers',
      ],
      'connectors/protocol/liveness.test.ts': [
        'wake-ups in quick succession send one ping, and postpone nothing',
      ],
      'connectors/streamChat/streamChatConnector.clock.test.ts': [
        'a browser that says "offline" and "online" over a good connection keeps its socket',
      ],
    },
  },
  {
    situation: 'a request gets no answer',
    right: 'it rejects with `request-timeout` after `requestTimeoutMs`',
    tests: {
      'connectors/protocol/requestLimit.test.ts': [
        'rejects after a minute, and its signal is aborted',
        'a request has a second more for each 16 kB of an upload: %s',
      ],
      'connectors/streamChat/streamChatConnector.clock.test.ts': [
        'a request of the client into a black hole is aborted after a minute',
      ],
    },
  },
  {
    situation: 'a network delays, resets, half-opens, blackholes and answers with pages of its own',
    right: 'every message is stored once, no session ends, no session has more than two sockets',
    tests: {
      'e2e/weather.test.ts': [
        'in bad weather, both connectors keep their sessions and store every message once',
        'behind nginx in bad weather, both connectors keep their sessions and store every message once',
      ],
      '../src/testing/contract/rotation.ts': [
        'a backend that answers no ping, through one refresh after another, never has more than two sockets',
      ],
    },
  },
  {
    situation: 'the parent re-renders with inline callback props',
    right: 'the latest callbacks are called',
    tests: {
      'react/props.test.tsx': [
        'that is inline is called as the latest render passed it, whichever callback it is',
        'may be passed after the session has begun, and removed again',
      ],
    },
  },
  {
    situation: 'a log-out falls into the microtasks after the welcome',
    right: '`afterSessionEnd` is called only for sessions that connected',
    tests: {
      'core/moments.test.ts': [
        'in the microtasks after the welcome calls `afterSessionEnd` only for a session that had connected',
      ],
    },
  },
  {
    situation: 'a result, placeholder or observer of the first user exists at a switch',
    right: 'no copy of a result outlives its session',
    tests: {
      'react/forgetting.test.tsx': [
        'is unreachable once its user has logged out',
        'is unreachable once another user is connected',
        'is unreachable once its user has logged out, in a tree that <Activity> hides',
      ],
      'react/queryClient.test.tsx': [
        'no variables or context of a successful action outlive its session',
      ],
      'browser/sessionFrames.test.tsx': [
        'when the user is switched',
        'when the user is switched in a transition',
        'when the user logs out',
        'when <Activity> shows a page that was hidden during the switch',
      ],
    },
  },
  {
    situation: 'the socket is lost between two states',
    right: 'the session reconnects',
    tests: {
      'connectors/oneSegment.test.ts': [
        'a welcome and %s in one TCP segment count as a loss, after which the session reconnects',
        'a socket that is refused %i microtasks after its welcome counts as a failed opening or a loss',
      ],
      'core/crossTabBadTokens.test.ts': [
        'that is refused between its welcome and the state leaves no session without a socket',
      ],
      'core/moments.test.ts': [
        '%s is opened again, in whichever microtask the loss is reported',
        'as the new one is opened again, with the old one gone',
      ],
    },
  },
  {
    situation: 'a subscriber logs out, disposes or connects at `connecting`',
    right: 'the session ends before it opens anything',
    tests: {
      'core/callbacks.test.ts': [
        'and %s ends the session before its socket is opened',
        'and connects another user ends the session, and connects that user once',
        'that %s while refused requests are replayed is not called again for requests that are over',
        'finds the session ended already when its signal is aborted',
      ],
    },
  },
  {
    situation: '`onEvent` connects, disposes, retries or logs out',
    right: 'each call works as it does outside the callback',
    tests: {
      'core/callbacks.test.ts': [
        'that connects a user at `session-ended` gets that user connected',
        'that disposes at `session-failed` leaves the handle disconnected, not failed',
        'that retries at `session-failed` restarts the session',
        'that logs out at `session-failed` leaves the handle disconnected',
      ],
    },
  },
  {
    situation: 'a subscriber throws',
    right: 'the error is reported as the app’s; the session is not affected',
    tests: {
      'core/callbacks.test.ts': [
        'once does not affect the session, its requests or other subscribers',
      ],
    },
  },
  {
    situation: '`beforeSessionEnd` calls `disconnectUser()`',
    right: 'the callback is called once, and the user is logged out',
    tests: {
      'core/callbacks.test.ts': [
        'that calls disconnectUser() is called once, and the user is logged out',
      ],
    },
  },
  {
    situation: 'a subscriber sends a request at `refreshing`',
    right: 'the provider is called once',
    tests: {
      'core/callbacks.tokenProvider.test.ts': [
        'is called once when a subscriber sends a request at `refreshing`',
      ],
    },
  },
  {
    situation: 'the caller reuses `init` while its request is held',
    right: 'each request goes out as it was at the call',
    tests: {
      '../src/testing/contract/bodies.ts': [
        'held go out as they were when they were asked for',
        'made before there is a guest go out as they were when they were asked for',
        'of a caller who reuses one `init` go out each with its own method',
      ],
    },
  },
  {
    situation: 'a token is rotated on a busy channel',
    right: 'each event arrives once, in order',
    tests: {
      '../src/testing/contract/rotation.ts': [
        'events that come all the while are heard once, in order',
      ],
      'connectors/protocol/mergedStream.test.ts': [
        'a newer socket ahead of the leading one is held back: each event is passed on once, in order',
        'a newer socket behind the leading one repeats no event once it leads',
      ],
    },
  },
  {
    situation: 'a `guestStorage` never answers, or removes slowly',
    right: 'each operation has a time limit; operations run one at a time',
    tests: {
      'core/moments.test.ts': [
        'that never answers delays a guest by three seconds, and a log-out by as much',
        'that forgets slowly does not bring back a guest who has logged out',
      ],
    },
  },
  {
    situation: 'a new provider is given while the old one fails or waits',
    right: 'the new provider is called at once',
    tests: {
      'core/callbacks.tokenProvider.test.ts': [
        'given while the old one is called replaces it, and a 401 of the old one is dropped',
        'given while a `Retry-After` of the old one is waited out is called at once',
        'given while the old one hangs in a second attempt is called at once',
        'given again and again with %s is called once a second',
      ],
    },
  },
  {
    situation: 'a log-out falls into the microtasks after the provider’s answer',
    right: 'no connection is opened',
    tests: {
      'core/moments.test.ts': [
        'in the microtasks after the provider’s answer opens no socket with its token',
      ],
    },
  },
  {
    situation: 'a wrong static token is tried three times',
    right: 'no broadcast channel stays open',
    tests: {
      'core/moments.test.ts': [
        'fails three times over a bad static token, and leaves no channel open',
      ],
    },
  },
  {
    situation: 'an error boundary calls `retry(); reset()` in one click',
    right: 'the state is `connecting` at once',
    tests: {
      'core/moments.test.ts': ['shows `connecting` before it returns'],
      'react/useSuspenseChatUser.test.tsx': [
        'suspends at once when an error boundary retries and resets in one click',
      ],
    },
  },
  {
    situation: 'two requests are refused at once with `maxHeldRequests: 1`',
    right: 'both are held, because the limit applies only to new requests',
    tests: {
      'core/moments.test.ts': ['are both held and answered although only one request may be held'],
    },
  },
  {
    situation: 'an interface with optional fields is passed as `user`',
    right: 'the code compiles with the strictest settings',
    tests: {
      'types/users.test.tsx': ["an app's own interface is a user wherever one is taken"],
      'core/tools/takeUser.test.ts': ['leaves out fields that are undefined, as JSON does'],
    },
  },
  {
    situation: 'a store changes the `user` object in place',
    right: 'the user is copied when given, and compared with the copy',
    tests: {
      'core/tools/takeUser.test.ts': [
        'is connected as the other user by %s',
        'while its session is connecting does not change who is connected',
      ],
      'react/props.test.tsx': [
        'whose object is changed in place to another user switches at the next render',
        'that is a draft stays connected after the draft is revoked, also when rendered again',
      ],
    },
  },
  {
    situation: 'a connector comes from a second copy of the package',
    right: 'its errors are recognised by name and shape',
    tests: {
      'connectors/secondCopy.contract.test.ts': [
        'the second copy of the package has classes of its own',
      ],
      'core/refusedError.test.ts': [
        'gets a new token after a refusal that it throws',
        'finds no refusal in a value that throws when it is inspected',
      ],
      'core/errors.test.ts': [
        'recognises an error of another copy of the package by its name and code',
        'rebuilds an error of another copy of the package from its fields',
      ],
    },
  },
  {
    row: 'E1',
    situation: 'on React Native, `URL` has no setters and `fetch` takes only strings',
    right: 'connectors work; addresses are read and put together without the platform',
    tests: {
      'connectors/protocol/address.test.ts': [
        'that is read is spelled as the platform’s URL spells it',
        'is on the origin of the base, whatever the path contains, for any parser',
        'is read on a platform without URL, with hosts as they are written',
        'is read in spite of a platform whose URL answers nonsense',
      ],
      'connectors/protocol/requestUrl.test.ts': [
        'has the query that the platform’s URL has after the same calls',
      ],
      'native/session.test.ts': [
        'a user connects over the platform’s own sockets, with a name beyond ASCII',
        'requests under load at an expiry cause one provider call, and each is replayed once',
        'a revocation is survived with a fresh token, and refused for good when the provider says so',
        'a switch ends the first user before the second connects',
        'a guest is kept in AsyncStorage, and an anonymous user needs no token',
      ],
    },
  },
  {
    row: 'E3',
    situation: 'React Native’s `FormData` cannot be iterated',
    right: 'the form is sent, and replayed, with the parts that it had when it was given',
    tests: {
      'connectors/protocol/takeBody.test.ts': ['but as React Native’s own form if %s'],
      'native/requests.test.ts': [
        'an upload of a file by its URI is replayed whole, without what is added later',
        'an image that a channel uploads by its URI is replayed whole after a refusal',
      ],
    },
  },
  {
    row: 'E4',
    situation: 'React Native 0.84 and before have no `TextDecoder`',
    right: 'tokens and answers are read without it',
    tests: {
      'core/token/token.test.ts': [
        'needs nothing of the platform but the language, in which it reads names in any script',
      ],
      'core/tools/utf8.test.ts': [
        'any bytes, UTF-8 or not, are decoded as the platform decodes them',
      ],
      'native/bundles.test.ts': [
        'has what its set-up installs, nothing of a browser, and all of the library but its DOM components',
        'is taken by the compiler of the newest Hermes',
      ],
      'native/react.test.ts': [
        'a screen follows its user from connecting to log-out, with the user’s own data',
      ],
    },
  },
  {
    row: 'E5',
    situation:
      '`<Chat>` of stream-chat-react-native calls `client.closeConnection()` in the background and `openConnection()` in front',
    right: 'the session pauses and resumes; nothing is left after a log-out',
    tests: {
      'connectors/streamChat/pauseByClient.test.ts': [
        'pauses the session, whose requests go on',
        'resumes the session with the same client, which hears that it is online',
        'has the channels ask for what they missed',
        'after a log-out in the background, `openConnection` opens nothing',
      ],
      'native/react.test.ts': [
        'a session pauses in the background, without a socket, and resumes in front',
        'a session goes on in the background with closeConnectionOnBackground={false}',
        'nothing reconnects after a log-out %s',
      ],
      'native/pause.test.ts': [
        'an app in the background has no socket and sends its requests; in front it has one again',
        'a background job connects paused, sends its requests, and opens a socket when resumed',
      ],
    },
  },
  {
    row: 'G1',
    situation: 'an app on useCreateChatClient changes its import, and nothing else',
    right: 'expiry, switch and StrictMode are taken care of; what leaves, leaves in its tab only',
    tests: {
      'react/useCreateChatClient.test.tsx': [
        'useCreateChatClient connects once in StrictMode, however often its inline arguments are new, and calls the function without arguments',
        'useCreateChatClient keeps its client through an expired and a revoked token',
        'a component that %s ends no session of that user elsewhere',
        'a client kept after a failure is not returned for another user, nor afterwards',
      ],
      'react/moving.test.tsx': ['the app on useCreateChatClient changes by one import'],
    },
  },
  {
    row: 'G1',
    situation: 'an effect connects, and disconnects in its cleanup',
    right:
      'disconnecting one tab and logging out of all are told apart; a log-out by a cleanup is named in development',
    tests: {
      'core/thisTabOnly.test.ts': [
        'ends the session of its tab, and no other one, told or woken',
        'in the cleanup of an effect that runs twice disconnects nobody',
        'keeps a stored guest, whom the next setGuestUser restores',
        'remains a log-out when its tab leaves by %s',
        'is named to the developer, once, as what the cleanup of an effect does',
      ],
      'react/declaredUser.test.tsx': [
        'an effect that disconnects its tab only in its cleanup logs nobody out under StrictMode',
      ],
      'e2e/endings.test.ts': [
        'a page that disconnects its tab in the cleanup of an effect disconnects no other tab, opened or left',
      ],
    },
  },
  {
    row: 'G2',
    situation:
      'another tab, or another provider on the page, logs out a user whom this tab declares',
    right:
      'the session ends at once and the state says so; the user is asked for anew at the next look, or when connected elsewhere',
    tests: {
      'core/declaredUser.test.ts': [
        'is disconnected at once, and the state says that another tab did it',
        'is asked for anew when the page %s',
        'is asked for anew when the user connects in another tab, with the token of that tab',
        'holds after every log-out, and does not log the other tab in',
        'that is over leaves a declared user failed, who is asked for once at each look',
        'that is over is asked no more than twice a second, however often a page is looked at',
      ],
      'react/declaredUser.test.tsx': [
        'log out together, and the one that did not ask is connected again at a look at the page',
        'are signed out together where the app’s own session is over, and asked once a look',
      ],
      'e2e/endings.test.ts': [
        'a declared user whom another tab logs out is connected again when that tab connects, or when the page is looked at',
      ],
    },
  },
  {
    row: 'G3',
    situation:
      'the app does not know its user for a moment, and passes `undefined`, or once `null`',
    right: '`undefined` touches nothing; other tabs recover from a `null`',
    tests: {
      'react/declaredUser.test.tsx': [
        'stay as they are while one of them does not know its user yet',
      ],
      'core/declaredUser.test.ts': ['is asked for anew when the page %s'],
    },
  },
  {
    row: 'H4',
    situation:
      'loaders and guards of a router run before the declared user is connected, or after a switch',
    right: '`auth.ready()` waits for the user; no frame shows loader data of the last one',
    tests: {
      'core/ready.test.ts': [
        'called before anybody connects, waits for the first session',
        'rejects with not-connected after a log-out, and waits again at the next connect',
        "rejects with the signal's reason, before and while it waits",
      ],
      'e2e/routers.test.ts': [
        'a guarded page leads to the sign-in page where nobody is declared, and the sign-in leads back',
        'a guarded page waits for its declared user on the first load, and asks once for its data',
        'a reload stays on the guarded page',
        'a switch shows no data of the former user in any frame, while the next one connects and loads',
        'a switch while the page of the former user loads shows the page of the next user',
        'a page that the former user left shows none of its data to the next one',
        'a log-out leads to the sign-in page, and the router holds no data any more',
        'a log-out in another tab leads to the sign-in page in both',
        'a navigation that another one replaces while both wait never asks for its data',
        'a token endpoint that answers 401 shows its remedy on the error page, and a retry loads the page',
        'a message that is sent appears, and one in flight at a switch shows the next user no error',
      ],
    },
  },
  {
    row: 'H5',
    situation: 'an `<Activity>` hides and shows a provider whose user a hook connected',
    right: 'the user is connected again, and nobody after a log-out',
    tests: {
      'react/lifetime.test.tsx': [
        'and mounting it again after a task connects %s again whom a hook connected',
        'and mounting it again after a task asks the provider that the hook was given',
        'and mounting it again after a task leaves nobody connected who logged out; the prop is %j',
      ],
    },
  },
  {
    row: 'D1',
    situation: 'another device renames the user; the first one renews its token, or reconnects',
    right:
      'details go out when they are declared or changed, never with a rotation, retry or return',
    tests: {
      'connectors/profile.test.ts': [
        'details go out with the first socket, and with no rotation, loss or return',
        'a name that another device changed outlives the renewals and reconnects of the first',
        'a session that failed and is retried sends no details that the backend has',
      ],
    },
  },
  {
    row: 'D2',
    situation: 'the user changes on the backend while connected',
    right:
      '`state.user` follows, with both connectors, and is the same object while nothing changes',
    tests: {
      'connectors/profile.test.ts': [
        'updateUser resolves with the user as the backend has them, and null takes a field away',
        'the state has the person, and none of what is stale a second later',
        'client.user of the stream-chat client follows the updates of this device and of others',
        'a stranger’s event that imitates an update of the user changes nobody',
      ],
    },
  },
  {
    row: 'D3',
    situation: 'the `user` prop keeps its id and gets another name',
    right: 'the change is sent, once',
    tests: {
      'react/declaredProfile.test.tsx': [
        'a `user` prop whose name changes under the same id is sent once, and inline equal ones not at all',
        'a `user` prop that changes three times while it connects is sent once, when connected',
        'a `user` prop mounted on a session that is already there sends nothing',
      ],
    },
  },
  {
    row: 'E2',
    situation: 'React Native has no `ReadableStream`',
    right: 'requests work, and answers are read whole',
    tests: {
      'native/requests.test.ts': [
        'a body of any kind is sent, and sent again whole after a refusal',
        'answers are read whole, and errors of the backend are answers',
      ],
    },
  },
  {
    row: 'G4',
    situation: 'a static token is given as `tokenProvider`, and expires',
    right: 'the error speaks of a static token, and what was shown can stay to be read',
    tests: {
      'core/staticToken.test.ts': [
        'connects its user, is never renewed, and fails as an expired static token',
        'a function that returns one stored token fails, once that is dead, with what to return',
        'of one tab ends with a switch in another, whose user it is not for',
      ],
      'react/staticToken.test.tsx': [
        'tokenProvider takes a string, whose end is told in the words of who passed one',
        'ChatAuthGate with keepWhenFailed keeps what it showed until the log-out',
      ],
    },
  },
  {
    row: 'G5',
    situation: "the service's video client beside the chat",
    right: "`getToken` and `useTokenProvider` give it the session's token",
    tests: {
      'connectors/otherProducts.test.ts': [
        'connect with the one token of the chat, for one provider call',
        'go on with one fresh token for both after theirs has expired unnoticed by the chat',
        'never get the token of the user whom a switch connects',
      ],
      'core/getToken.test.ts': [
        'gives no dead token twice, though the session has sent nothing since it was revoked',
      ],
    },
  },
  {
    row: 'G6',
    situation: 'code asks `client.user` or the client’s token after a log-out',
    right: 'both are cleared, as the bare client does',
    tests: {
      'connectors/streamChat/clientAfterwards.test.ts': [
        'after a log-out the client has neither user nor token, and its late requests still end as the session did',
      ],
    },
  },
  {
    row: 'G7',
    situation: 'code reads what `client.connectUser` resolved with',
    right: '`connectUser` resolves with the session: user, client, id',
    tests: { 'core/ready.test.ts': ['%s resolves with the session: user, client and id'] },
  },
  {
    row: 'G8',
    situation: 'a leftover `StreamChat.getInstance` elsewhere',
    right: 'it is named in development, once; a recipe says what takes its place',
    tests: {
      'connectors/streamChat/clientAfterwards.test.ts': [
        'a client that nobody connected is named once in development, and the session’s client never',
      ],
      'connectors/streamChat/outsideReact.test.ts': [
        'the recipe for code outside React waits for the user, acts as them, and rejects after their log-out',
      ],
    },
  },
]
