'use client'
import { createBrowserEnvironment } from '../browser/createBrowserEnvironment.js'
import { useEffect, useState } from 'react'
import type { OwnUserResponse, StreamChat, StreamChatOptions, UserResponse } from 'stream-chat'
import type { TokenOrProvider } from 'stream-chat'
import { commonEnvironment } from '../browser/commonEnvironment.js'
import { streamChatConnector } from '../connectors/streamChat/streamChatConnector.js'
import type { ChatAuthError } from '../core/errors.js'
import { isLive, type ChatAuthState } from '../core/state.js'
import { useOwnedAuth } from '../react/useOwnedAuth.js'
import { sessionFields } from '../react/selectSession.js'
import { useSelectedState } from '../react/useSelectedState.js'
import { takeUserData } from './takeUserData.js'
import { useTabSession } from './useTabSession.js'

/** Options of `useCreateChatClient`, as in `stream-chat-react`. */
export interface UseCreateChatClientOptions {
  /** The chat app's public key. */
  apiKey: string
  /** Options for `new StreamChat(apiKey, options)`. Read when the key or its `baseURL` first appears. */
  options?: StreamChatOptions | undefined
  /**
   * Function that fetches a token of the user: the latest one is called, at every renewal. Or a static
   * token, which cannot be renewed; another string is used at once. Nobody is connected while it is null
   * or undefined.
   */
  tokenOrProvider: TokenOrProvider
  /**
   * User to connect; another `id` connects another user. Other fields that change are sent, once. Fields
   * that only the backend may set, such as `role` and unread counts, are left out.
   */
  userData: OwnUserResponse | UserResponse
}

/**
 * Takes the place of the hook of that name in `stream-chat-react`. Returns the client of a session that
 * this library keeps alive, and null while it connects. Every session has its own client.
 *
 * Inline arguments never reconnect. An unmount or another user ends this tab's session, and no other tab's.
 * After a failure, the last client stays for what it shows to be read: its requests reject with the error.
 * In development, the error is named on the console. The user is asked for anew when the page is next
 * looked at, or with another static token.
 * @throws TypeError in render, for an option of the wrong kind
 */
export function useCreateChatClient({
  apiKey,
  options,
  tokenOrProvider,
  userData,
}: UseCreateChatClientOptions): StreamChat | null {
  const user = takeUserData(userData)
  const connector = streamChatConnector({ apiKey, options })
  const auth = useOwnedAuth<StreamChat>({ connector }, createBrowserEnvironment)
  useTabSession(auth, user, tokenOrProvider)
  useFailureHint(useSelectedState(auth, sessionFields.error), user.id)

  const current = useSelectedState(auth, (state) => currentOf(state, user.id))
  const [kept, setKept] = useState<StreamChat | null>(null)
  const client = current === 'failed' ? kept : current
  if (client !== kept) setKept(client)
  return client
}

/** The user's client, or whether the session failed. Null in a render before the effect that switches. */
function currentOf(state: ChatAuthState, userId: string): StreamChat | 'failed' | null {
  const identity = 'identity' in state ? state.identity : null
  if (identity?.type !== 'user' || identity.user.id !== userId) return null
  if (state.status === 'failed') return 'failed'
  // The connector's client, whose type the hooks of `react` do not carry.
  return isLive(state) ? (state.client as StreamChat) : null
}

/** Tells the developer why there is no client: the hook's answer has no room for it. */
function useFailureHint(error: ChatAuthError | null, userId: string): void {
  useEffect(() => {
    if (!error) return
    const { warn } = commonEnvironment()
    warn?.(
      `useCreateChatClient: the session of "${userId}" failed. ${error.message} ${error.remedy} ` +
        'To show this to a person, use <ChatAuthProvider> and useChatUser().',
    )
    // An error is told once, however long the app goes on rendering.
    // eslint-disable-next-line react/exhaustive-deps
  }, [error])
}
