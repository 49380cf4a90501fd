import '../support/interceptPage.js'
import { useEffect, useRef, useState } from 'react'
import type { StreamChat } from 'stream-chat'
import {
  Channel,
  ChannelHeader,
  ChannelList,
  ChannelListItemUI,
  Chat,
  MessageComposer,
  MessageList,
  Thread,
  Window,
  useChannelStateContext,
  WithComponents,
  type ChannelListItemUIProps,
} from 'stream-chat-react'
import 'stream-chat-react/dist/css/index.css'
import { useChatClient, useChatUser } from '../../src/index.js'
import { BackendImage } from './BackendImage.js'
import { PaneContext, usePane, type Pane } from './pane.js'

/** Renders the chat, without any knowledge of tokens. */
export function Room({ theme }: { theme: 'light' | 'dark' }) {
  const client = useChatClient<StreamChat>()
  const { user } = useChatUser()
  const [pane, setPane] = useState<Pane>('channel')
  const room = useRef<HTMLDivElement>(null)
  const seen = useRef(pane)

  useEffect(() => {
    if (seen.current === pane) return
    seen.current = pane
    // The focused element is hidden now.
    const next = pane === 'list' ? '[role="option"][aria-selected="true"]' : '.room-back'
    room.current?.querySelector<HTMLElement>(next)?.focus()
  }, [pane])

  if (!client || !user) return null

  return (
    <div className="room" data-pane={pane} ref={room}>
      <PaneContext value={{ pane, setPane }}>
        <Chat client={client} theme={`str-chat__theme-${theme}`}>
          <WithComponents overrides={overrides}>
            <ChannelList
              filters={{ $or: [{ type: 'livestream' }, { members: { $in: [user.id] } }] }}
              sort={{ last_message_at: -1 }}
              options={{ limit: 10 }}
            />
            <Channel>
              <Window>
                <ChannelHeader />
                <MessageList />
                <Composer />
              </Window>
              <Thread />
            </Channel>
          </WithComponents>
        </Chat>
      </PaneContext>
    </div>
  )
}

const overrides = {
  BaseImage: BackendImage,
  HeaderStartContent: BackToChannels,
  ChannelListItemUI: ChannelListItem,
}

/** Shows a note in place of the composer, which does not check whether the user may write. */
function Composer() {
  const { channelCapabilities } = useChannelStateContext()
  if (channelCapabilities['send-message']) return <MessageComposer />
  return <p className="room-note">You may read this channel. To write in it, connect as someone.</p>
}

/** Shows the list and the channel one at a time on a phone. */
function ChannelListItem(props: ChannelListItemUIProps) {
  const { setPane } = usePane()
  const { channel, setActiveChannel, watchers } = props
  return (
    <ChannelListItemUI
      {...props}
      onSelect={() => {
        setActiveChannel?.(channel, watchers)
        setPane('channel')
      }}
    />
  )
}

function BackToChannels() {
  const { setPane } = usePane()
  return (
    <button type="button" className="room-back" onClick={() => setPane('list')}>
      ‹ Channels
    </button>
  )
}
