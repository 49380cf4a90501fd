'use client'
import {
  useEffect,
  useState,
  useSyncExternalStore,
  type CSSProperties,
  type ReactElement,
} from 'react'
import type { ChatAuthState } from '../core/state.js'
import { useChatAuthContext } from '../react/context.js'
import { shallowEqual, useSelectedState } from '../react/useSelectedState.js'
import { announcerOf, type Announcer } from './announcer.js'
import { nameOf, type ChatAuthLabels } from './labels.js'

/** Delay of a final state, in milliseconds: a log-out on the way to another user is not announced. */
const settleMs = 400

interface AnnouncementsProps {
  labels: ChatAuthLabels
  /** Time without a connection before it is announced, in milliseconds. */
  graceMs: number
}

/** Renders the provider's live region, unless another component on the page renders it already. */
export function Announcements(props: AnnouncementsProps): ReactElement | null {
  const { auth } = useChatAuthContext('<Announcements>')
  const announcer = announcerOf(auth)
  const [member] = useState(() => ({}))
  useEffect(() => announcer.join(member), [announcer, member])
  const isSpeaker = useSyncExternalStore(
    announcer.subscribe,
    () => announcer.isSpeaker(member),
    () => false,
  )
  return isSpeaker ? <LiveRegion announcer={announcer} {...props} /> : null
}

// In the element, not in the stylesheet: the text is invisible without the stylesheet too.
const outOfSight: CSSProperties = {
  position: 'absolute',
  inlineSize: 1,
  blockSize: 1,
  margin: -1,
  overflow: 'hidden',
  clipPath: 'inset(50%)',
  whiteSpace: 'nowrap',
}

function LiveRegion({
  announcer,
  labels,
  graceMs,
}: AnnouncementsProps & { announcer: Announcer }): ReactElement {
  const { auth } = useChatAuthContext('<Announcements>')
  const { key, text } = useSelectedState(auth, (state) => newsOf(state, labels), shallowEqual)
  const said = useSyncExternalStore(announcer.subscribe, announcer.getText, () => '')

  useEffect(() => {
    if (key === null) announcer.hush()
    else
      announcer.settle(key, text, key === 'reconnecting' || key === 'offline' ? graceMs : settleMs)
  }, [announcer, key, text, graceMs])

  return (
    <span role="status" data-part="announcements" style={outOfSight}>
      {said}
    </span>
  )
}

interface News {
  /** Names the state; null for one that passes by itself. */
  readonly key: string | null
  readonly text: string
}

function newsOf(state: ChatAuthState, labels: ChatAuthLabels): News {
  switch (state.status) {
    case 'connected': {
      const kind = state.identity.type
      const name = nameOf(state.user)
      return { key: `connected ${kind} ${state.user.id}`, text: labels.nowConnected(name, kind) }
    }
    case 'connecting':
    case 'reconnecting':
      if (!state.isOnline) return { key: 'offline', text: labels.offlineSentence }
      return { key: 'reconnecting', text: labels.reconnecting }
    case 'failed':
      return { key: 'failed', text: labels.nowFailed }
    case 'disconnected':
      return { key: 'disconnected', text: labels.nowDisconnected }
    default:
      return { key: null, text: '' }
  }
}
