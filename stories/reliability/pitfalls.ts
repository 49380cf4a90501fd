/** A problem of other clients, the behaviour here, and the tests that prove it. */
export interface Pitfall {
  readonly elsewhere: string
  readonly here: string
  /** Titles by file under test/, spelled as in the file. */
  readonly tests: Readonly<Record<string, readonly string[]>>
}

/** Pitfalls about tokens. `test/package/pitfalls.test.ts` checks that each test exists. */
export const tokenPitfalls: readonly Pitfall[] = [
  {
    elsewhere: 'A late token revives the old session, or is sent for the next user',
    here: 'A token belongs to one session. A token for a superseded session is dropped.',
    tests: {
      'core/createChatAuth.switching.test.ts': [
        'while the old user is still connecting supersedes them, and drops their late answers',
        'during a refresh never sends anything with the other user’s token',
      ],
      '../src/testing/contract/ending.ts': ['a token that comes after the switch is thrown away'],
      'core/lifecycle.model.test.ts': ['keeps its guarantees for any events in any order'],
    },
  },
  {
    elsewhere: 'The token provider is called once for every request',
    here: 'All requests share one call. A late refusal of a replaced token only causes a replay.',
    tests: {
      'core/session/requestGate.test.ts': [
        'among a hundred refused at once causes one provider call, and all are answered',
        'refused late, after its token was replaced, is replayed without another call',
      ],
      '../src/testing/contract/requests.ts': [
        'a hundred at a revocation: one provider call, each replayed once under its own id',
      ],
    },
  },
  {
    elsewhere: 'Endless refresh loops',
    here: 'Each request causes at most one refresh and one replay. A refused fresh token ends the session. Refusals cause at most one call a second.',
    tests: {
      'core/session/requestGate.test.ts': [
        'whose fresh token is refused as well is rejected, and the session fails',
        'slows a loop of refusals (%s) to one provider call a second',
      ],
      'core/connection.test.ts': [
        'refused with 40 gets one fresh token, and fails when that is refused too',
      ],
    },
  },
  {
    elsewhere: 'The token is revoked, but the token server caches it',
    here: 'A refused token that is returned again is `token-unchanged`.',
    tests: {
      'core/connection.test.ts': ['names a provider that returns the refused token again'],
      'core/token/refusal.test.ts': ['rejects the same token that was refused with a final error'],
    },
  },
  {
    elsewhere: 'An older token replaces a newer one',
    here: 'A token with an earlier `iat` is `token-outdated` and never used.',
    tests: {
      'core/token/tokenSource.renewal.test.ts': [
        'does not replace the current token by an older one',
      ],
    },
  },
  {
    elsewhere: 'The provider cannot stop the retries',
    here: '401, 403 or `permanent: true` ends in `token-provider-denied`. Other failures are retried after `Retry-After`. Without a good token the retries have full jitter; with one they are spread over its remaining life.',
    tests: {
      'core/token/tokenSource.firstToken.test.ts': [
        'is denied for good by an error with %s',
        'waits out the Retry-After of the provider',
        'fails the session after maxAttempts, with growing waits between',
      ],
      'core/token/tokenSource.renewal.test.ts': [
        'ends the session at once when the provider denies the token',
      ],
    },
  },
  {
    elsewhere: 'Auth failures are invisible',
    here: 'The state has `status: "failed"`, `error.code` and `error.remedy`, and `retry()` restarts. No rejection goes unhandled.',
    tests: {
      'core/token/tokenSource.firstToken.test.ts': [
        'ends in failed with %s when the provider returns %j, after one call',
      ],
      'core/createChatAuth.test.ts': ['a retry restarts a failed session'],
      'react/useChatUser.test.tsx': [
        'need not be awaited: a failure causes no unhandled rejection',
      ],
    },
  },
  {
    elsewhere: 'The provider hangs',
    here: 'The call times out and its signal aborts.',
    tests: {
      'core/token/tokenSource.firstToken.test.ts': [
        'times out with an aborted signal, and a late answer is dropped',
      ],
    },
  },
  {
    elsewhere: 'A background renewal fails and logs the user out',
    here: 'The good token stays in use. Requests are held only once it is dead, and only a lasting failure ends the session.',
    tests: {
      'core/token/tokenSource.renewal.test.ts': [
        'that fails leaves the good token in use, and is tried again before the token expires',
        'that keeps failing holds requests once the token is dead, and then fails the session',
      ],
    },
  },
  {
    elsewhere: 'Laptop sleep or a background tab delays the renewal',
    here: 'Deadlines are absolute, on two clocks, and checked again when the page becomes visible, online, shown or awake.',
    tests: {
      'core/tools/deadline.test.ts': ['is due at the first check after a sleep'],
      'core/token/tokenSource.renewal.test.ts': ['happens on waking from a sleep through it'],
      'browser/createBrowserEnvironment.test.ts': [
        'when the page becomes visible, not when it is hidden',
        'when the network is back',
        'when the page is restored from the back-forward cache',
        'when a frozen tab resumes',
      ],
    },
  },
  {
    elsewhere: '`setTimeout` overflows on a far expiry and fires at once',
    here: 'Timers hop by at most a minute. A token without `exp` sets no timer.',
    tests: {
      'core/tools/deadline.test.ts': ['splits a long wait into timers of a minute at most'],
      'core/token/tokenSource.renewal.test.ts': ['never happens for a token that does not expire'],
    },
  },
  {
    elsewhere: 'A token with a short life is never renewed, or renewed without end',
    here: 'The moment of renewal scales with the life of the token, with a minimum interval between calls.',
    tests: {
      'core/renewalAndRetry.test.ts': [
        'is before expiry and after half of it, for any life that is long enough',
        'keeps the minimum interval between two calls, however short the life',
      ],
    },
  },
  {
    elsewhere: 'The client’s clock is wrong',
    here: 'Lifetimes are measured on a monotonic clock. A fresh token that looks expired is used, and an event tells the developer.',
    tests: {
      'core/token/tokenSource.renewal.test.ts': [
        '%s has no failed request and no loop of provider calls',
        'that jumps has no failed request, and at most one extra provider call',
        'reports the clock’s error in an event',
      ],
      'core/lifecycle.model.test.ts': [
        'never has a request refused for expiry, for any clock, lifetime and randomness',
      ],
    },
  },
  {
    elsewhere: 'A million clients renew in the same second',
    here: 'Renewals come at a random moment in the middle of a token’s life, failed ones in its remaining life. Other retries have full jitter.',
    tests: {
      'bench/herd/simulateHerd.test.ts': [
        'is spread after its second renewal, and stays spread after an outage of the endpoint',
      ],
      'core/renewalAndRetry.test.ts': [
        'spreads the renewal over the middle of the life that is left',
        'draws from the whole span below the bound',
      ],
    },
  },
  {
    elsewhere: 'StrictMode and inline props call the provider again and again',
    here: 'The session lives outside effects. A new provider never reconnects, and the latest one is called.',
    tests: {
      'react/ChatAuthProvider.test.tsx': [
        'is connected once under StrictMode: one session, one provider call, one socket',
        'stays connected while everything is inline and the parent renders 100 times',
      ],
    },
  },
  {
    elsewhere: 'Requests during a refresh fail, or half of them are replayed',
    here: 'Requests are held in order and sent once. A failure or log-out rejects them all with a typed error. An aborted request leaves at once.',
    tests: {
      'core/session/requestGate.test.ts': [
        'that comes during a refresh waits in order behind those that were refused',
      ],
      'core/session/requestGate.held.test.ts': [
        'and one under way are rejected at log-out, and nothing of them arrives later',
        'leaves at once when its caller aborts it, and is never sent',
        'is rejected after holdTimeoutMs',
        'beyond maxHeldRequests is rejected at once, and the others stay',
      ],
    },
  },
  {
    elsewhere: 'Replays corrupt bodies',
    here: 'A body is replayable, or the request is rejected before it is sent. A replay keeps the request’s id.',
    tests: {
      'core/session/requestGate.test.ts': [
        'that is refused is held, and replayed once with the fresh token and the same id',
      ],
      '../src/testing/contract/bodies.ts': [
        'with a stream too large to keep are refused, with nothing sent',
      ],
    },
  },
  {
    elsewhere: 'A socket whose token expired stays dead',
    here: 'Every form of the expiry is noticed at once. Before expiry the socket is rotated, and the new one opens before the old one closes.',
    tests: {
      'core/connection.test.ts': [
        'over its token is reopened at once with a fresh one, and the state stays connected',
        'in silence, found dead at the next reconnect, gets a fresh token',
        'opens the new socket before the old one closes, unseen',
      ],
      '../src/testing/contract/sockets.ts': [
        'told nothing, it is reopened with the token that the next request brings',
      ],
      '../src/testing/contract/socketsOnClock.ts': [
        'before a token expires, it is rotated: never without one, and nobody notices',
      ],
    },
  },
  {
    elsewhere:
      'Backend mistakes are opaque: milliseconds in `exp`, the wrong user, quotation marks, a bad signature, a development token in production, a secret shipped to the browser',
    here: 'Each mistake has its own error with a remedy. A bundle that contains the secret is not built.',
    tests: {
      'core/token/token.test.ts': ['throws %s for %j'],
      'core/token/refusal.test.ts': [
        'fails for a refusal that no other token can mend',
        'names a development token on a backend that checks tokens',
      ],
      'server/createUserToken.test.ts': ['%s is a TypeError that says what to do'],
      'server/verifyUserToken.test.ts': ['a development token is 43 with a message that names it'],
      'package/serverInBrowser.test.ts': ['is not built by Vite, which names the reason'],
      'browser/serverEntry.test.ts': ['the server’s entry throws in a browser, past every bundler'],
    },
  },
  {
    elsewhere: 'A token turns up in a log or an error',
    here: 'No state, event, error, cause, cache or DOM node contains a token.',
    tests: {
      'core/createChatAuth.test.ts': [
        'appears in no state, event or error during a session’s whole life',
      ],
      'core/tools/redactCause.fuzz.test.ts': [
        'a cause of any shape around a token shows none of it, as the cause of any error',
      ],
      'react/queryClient.test.tsx': [
        'is in no cache and no DOM node: in use, after its session, or refused',
      ],
    },
  },
  {
    elsewhere: 'A token follows a URL or a redirect to another server',
    here: 'A token goes only to the connector’s own origin.',
    tests: {
      'e2e/life.test.ts': [
        'no request follows a redirect to another server, with a token or without',
      ],
    },
  },
]

/** Pitfalls about identities, tabs, rendering and data. */
export const identityPitfalls: readonly Pitfall[] = [
  {
    elsewhere: 'Switching crashes children that still hold the old client',
    here: 'The old session ends first. `ChatAuthGate` remounts its children for every session.',
    tests: {
      'components/ChatAuthGate.test.tsx': [
        'ChatAuthGate mounts its children anew for every session, and never with another session',
        'ChatAuthGate keeps its children mounted through renewals and reconnects',
      ],
      'core/createChatAuth.switching.test.ts': ['ends the old session before the new one begins'],
    },
  },
  {
    elsewhere: 'Disconnect and connect race',
    here: 'Transitions run one at a time, and the latest call wins. Earlier calls reject with `superseded`.',
    tests: {
      'core/createChatAuth.switching.test.ts': [
        'lets the latest of several intents win, and rejects the others as superseded',
      ],
      'core/createChatAuth.test.ts': [
        'a log-out is superseded by a later connect',
        'a log-out supersedes a connect in flight',
      ],
    },
  },
  {
    elsewhere: 'StrictMode, fast refresh or a remount connects twice',
    here: 'Teardown is deferred, and a remount cancels it.',
    tests: {
      'react/ChatAuthProvider.test.tsx': [
        'is connected once under StrictMode: one session, one provider call, one socket',
      ],
      'react/lifetime.test.tsx': [
        'and mounting it again within a task keeps the session',
        'leaves no socket, timer or listener behind',
      ],
    },
  },
  {
    elsewhere: 'Every tab refreshes by itself, and a log-out does not reach the other tabs',
    here: 'All tabs share one call, and a log-out or switch reaches every tab. Without locks or channels each tab works alone.',
    tests: {
      'core/crossTabTokens.test.ts': [
        'that are due at once make one provider call a renewal, again and again',
        'have each its own way where sharing is switched off',
      ],
      'core/crossTabLogOut.test.ts': ['reaches every tab of this user, and is announced once'],
      'core/crossTabSwitch.test.ts': [
        'is followed by other tabs that have a token provider, without a further message',
      ],
      'core/tabs.model.test.ts': ['keep their guarantees whatever happens in whatever order'],
      'e2e/tabs.test.ts': [
        'ten tabs that connect at once make one provider call',
        'reaches every tab, and closes every socket',
        'works in a tab without locks, channels or storage',
      ],
    },
  },
  {
    elsewhere: 'A page restored from the back-forward cache after a log-out is logged in',
    here: 'A sleeping tab checks for a log-out when it is shown again, before it sends anything.',
    tests: {
      'core/crossTabLogOut.test.ts': [
        'is noticed by a frozen tab as soon as it runs again, before it sends anything',
      ],
      'e2e/tabs.test.ts': ['reaches a tab in the back-forward cache, which is restored logged out'],
    },
  },
  {
    elsewhere: 'The lock itself deadlocks',
    here: 'The lock is advisory. A tab that dies releases it, and a tab that hangs is waited for no longer than one call may take.',
    tests: {
      'core/crossTabTokens.test.ts': [
        'let the next one call as soon as the one who called is gone',
        'wait for one that hangs no longer than providerTimeoutMs',
      ],
      'e2e/tabs.test.ts': [
        'a tab that is closed during its provider call no longer delays the others',
      ],
    },
  },
  {
    elsewhere: 'The previous user’s data shows',
    here: 'Queries and mutations of a session are cancelled and removed before the next identity is visible.',
    tests: {
      'react/useChatQuery.sessionEnd.test.tsx': [
        'shows no frame with one user and the data of another, if it is a query %s',
        'is cancelled in flight, and its late answer is dropped',
        'is nowhere in the query client of the app, so that it is not dehydrated',
      ],
      'react/useChatMutation.test.tsx': [
        'keeps neither result nor variables, in any frame or in the cache',
      ],
    },
  },
  {
    elsewhere: 'Every reload creates a new guest',
    here: '`guestStorage` keeps the guest. A refused guest is reported and never replaced.',
    tests: {
      'core/guests.test.ts': [
        'is the same guest after a reload, whatever id is asked for',
        'who is refused fails the session, and is not replaced',
      ],
      'core/createChatAuth.connecting.test.ts': [
        'creates a guest once, however often it is called',
      ],
    },
  },
  {
    elsewhere: 'A guest who becomes a member starts from nothing',
    here: '`upgrade` returns both ids, and reconnects the guest if it fails.',
    tests: {
      'core/guests.test.ts': [
        'makes the guest a member, and resolves with both ids',
        'goes back to the guest if the member cannot connect, and rejects with the reason',
      ],
    },
  },
  {
    elsewhere: 'Server rendering causes a logged-out flash or a hydration mismatch',
    here: 'The server and the first render share one snapshot, and the server never connects.',
    tests: {
      'ssr/server.test.tsx': [
        '%s renders an app of all hooks and components as disconnected, without connecting',
      ],
      'ssr/hydration.test.tsx': [
        'the output of %s hydrates without a warning or a flash, and then connects once',
        'an app hydrates without a warning over a handle that is already connected',
      ],
    },
  },
  {
    elsewhere: 'The storage throws, or loses its content',
    here: 'Such a storage counts as empty.',
    tests: { 'core/guests.test.ts': ['is replaced by a new guest if the storage %s'] },
  },
  {
    elsewhere: 'Nobody can test or show these states',
    here: '`react-chat-auth/testing` has a backend and a clock, and every state has a story.',
    tests: {
      'browser/interceptPage.test.ts': [
        'the real stream-chat client connects, queries, posts, and survives an expired token',
      ],
    },
  },
]
