import { useState } from 'react'
import type { ChatAuthState, ChatUser } from '../../src/index.js'

/** Draft that must survive reconnects, and must not reach the next user. */
export function Draft({ user }: { user: ChatUser }) {
  const [text, setText] = useState('')
  return (
    <label className="demo-card demo-field">
      Message from {user.name}
      <input value={text} onChange={(event) => setText(event.target.value)} />
    </label>
  )
}

export function Closed({ status }: { status: ChatAuthState['status'] }) {
  return (
    <p className="demo-card">
      {status === 'connecting' ? 'Opening the chat…' : 'The chat is closed.'}
    </p>
  )
}
