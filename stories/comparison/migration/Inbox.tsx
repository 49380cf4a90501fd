import {
  Channel,
  ChannelHeader,
  ChannelList,
  MessageComposer,
  MessageList,
  Window,
} from 'stream-chat-react'

const messaging = { type: 'messaging' }

export function Inbox() {
  return (
    <>
      <ChannelList filters={messaging} />
      <Channel>
        <Window>
          <ChannelHeader />
          <MessageList />
          <MessageComposer />
        </Window>
      </Channel>
    </>
  )
}
