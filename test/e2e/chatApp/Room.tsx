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

/** A chat as its documentation has it: nothing in it knows of tokens. */
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

/** Notes every mount of where it stands. */
export function Mounted({ what }: { what: ChatPageApi['mounts'][number]['what'] }) {
  const { sessionId } = useChatUser()
  useEffect(() => {
    chatPage.mounts.push({ what, sessionId })
    // Whose session it was then: a mount in another one is another mount.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [])
  return null
}
