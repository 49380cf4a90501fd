import type { ReactElement, ReactNode } from 'react'
import { ChatAuthProvider } from 'react-chat-auth'
import { auth } from './chatAuth.js'

/** Gives the components the same handle. `user` is `undefined` until the app knows who is signed in. */
export function AppWithHandle(props: {
  user: { id: string } | null | undefined
  children: ReactNode
}): ReactElement {
  return (
    <ChatAuthProvider auth={auth} user={props.user}>
      {props.children}
    </ChatAuthProvider>
  )
}
