import { useEffect } from 'react'
import { useChatClient, useChatUser } from 'react-chat-auth'
import type { StreamChat } from 'stream-chat'
import {
  Channel,
  ChannelHeader,
  ChannelList,
  Chat,
  MessageComposer,
  MessageList,
  Window as ChannelWindow,
} from 'stream-chat-react'
import { chatPage, noteClient } from './chatPage.js'
import type { ChatPageApi } from './chatPageApi.js'

/** Chat as in the documentation of `stream-chat-react`, without any knowledge of tokens. */
export function Room() {
  const client = useChatClient<StreamChat>()
  const { user } = useChatUser()

  useEffect(() => {
    if (client) noteClient(client)
  }, [client])

  if (!client || !user) return null
  return (
    <Chat client={client}>
      <ChannelList
        filters={{ $or: [{ type: 'livestream' }, { members: { $in: [user.id] } }] }}
        sort={{ last_message_at: -1 }}
      />
      <Channel>
        <Mounted what="channel" />
        <ChannelWindow>
          <ChannelHeader />
          <MessageList />
          <MessageComposer />
        </ChannelWindow>
      </Channel>
    </Chat>
  )
}

/** Records every mount of its place in the tree. */
export function Mounted({ what }: { what: ChatPageApi['mounts'][number]['what'] }) {
  const { sessionId } = useChatUser()
  useEffect(() => {
    chatPage.mounts.push({ what, sessionId })
    // Records the session at the mount; a later change of session must not count as a mount.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [])
  return null
}
