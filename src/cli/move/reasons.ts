import type { NodePath, types as t } from '@babel/core'

const useHook = 'move it by hand to useCreateChatClient, or to <ChatAuthProvider>'
const movingIn = 'Moving in by command'

/** Why a place is left as it is, and what to do there: advice, and the page that has it. */
const reasons = {
  'log-out': {
    reason: '`disconnectUser` on the client, which rejects once the client is managed',
    todo: 'for a log-out, use <ChatAuthProvider> and `useChatUser().disconnectUser()`; to leave the chat only, unmount the component',
    page: movingIn,
  },
  'connect-elsewhere': {
    reason: 'connects outside of an effect of a component',
    todo: useHook,
    page: movingIn,
  },
  'guest-or-anonymous': {
    reason: 'connects a guest or an anonymous user',
    todo: 'use `useGuest` or `useAnonymous` of <ChatAuthProvider>',
    page: movingIn,
  },
  'stray-client': {
    reason: 'creates a client that nothing here connects',
    todo: 'take the client from `useChatContext()` or `useChatClient()`, or remove it',
    page: movingIn,
  },
  'whole-module': {
    reason: 'imports the whole module, so that its names cannot be followed',
    todo: 'import `StreamChat` or `useCreateChatClient` by name, and run this again',
    page: movingIn,
  },
  're-export': {
    reason: 'passes the hook of stream-chat-react on to other modules',
    todo: 'export `useCreateChatClient` from `react-chat-auth/stream-chat-react` instead',
    page: movingIn,
  },
  'other-client': {
    reason: 'connects a client that comes from elsewhere (a prop, a context, another module)',
    todo: `create the client where it is connected, or ${useHook}`,
    page: movingIn,
  },
  'client-shared': {
    reason: 'uses the client outside of the component that connects it',
    todo: 'take the client from `useChatContext()` or `useChatClient()` there',
    page: movingIn,
  },
  'client-needed-early': {
    reason: 'uses the client in render or in a callback before it is connected',
    todo: 'the hook returns null until then: ask for the client there, or use it in a component inside <Chat>',
    page: movingIn,
  },
  'two-connects': {
    reason: 'connects more than once in one effect or component',
    todo: useHook,
    page: movingIn,
  },
  conditional: {
    reason: 'connects only under a condition of its own',
    todo: 'mount the component once its user is known, or use `user={undefined}` of <ChatAuthProvider> until then',
    page: movingIn,
  },
  'no-cleanup': {
    reason:
      'has no `disconnectUser` in the cleanup of the effect: the client outlives the component',
    todo: 'use <ChatAuthProvider> around all that shows the chat',
    page: movingIn,
  },
  'more-in-effect': {
    reason: 'the effect does more than connect and disconnect',
    todo: 'move this into an effect of its own that depends on the client, and run this again',
    page: movingIn,
  },
  'handles-failure': {
    reason: 'handles a failure of `connectUser`',
    todo: 'use <ChatAuthProvider>, whose `useChatUser()` has `error` and `retry`',
    page: movingIn,
  },
  'no-token': {
    reason: 'connects without a token',
    todo: 'pass a function that fetches one',
    page: 'Token providers',
  },
  'arguments-from-effect': {
    reason: 'the user or the key is only known inside of the effect',
    todo: 'fetch it in a component above, and pass it as a prop',
    page: movingIn,
  },
  'secret-in-app': {
    reason: 'the second argument may be a secret, which must stay on the server',
    todo: 'pass options only; tokens come from your endpoint',
    page: 'Server/About',
  },
  'state-has-more': {
    reason: 'the state of the client has other values or other writers',
    todo: useHook,
    page: movingIn,
  },
  'declared-together': {
    reason: 'is declared together with other variables, or exported',
    todo: 'declare it alone, not exported, and run this again',
    page: movingIn,
  },
  'order-of-hooks': {
    reason: 'uses the client above the place where its user or token is known',
    todo: 'declare the user and the token first, and run this again',
    page: movingIn,
  },
  'name-taken': {
    reason: 'has another `useCreateChatClient` or `DevToken`',
    todo: useHook,
    page: movingIn,
  },
  'log-removed': {
    reason: 'written without the log of a failed connect: in development, the hook logs it itself',
    todo: 'to report failures, use `onEvent` of <ChatAuthProvider>',
    page: movingIn,
  },
} as const satisfies Record<string, { reason: string; todo: string; page: string }>

export type Reason = keyof typeof reasons

/** A place that a person has to look at. */
export interface Finding {
  id: Reason
  line: number
  reason: string
  todo: string
  page: string
}

/** Finding for a node. */
export function findingAt(path: NodePath, reason: Reason): Finding {
  return { id: reason, line: path.node.loc?.start.line ?? 1, ...reasons[reason] }
}

/** Thrown where the code is not certainly of the shape that is moved. */
export class Unsure extends Error {
  constructor(
    readonly path: NodePath<t.Node>,
    readonly reason: Reason,
  ) {
    super(reason)
  }
}
