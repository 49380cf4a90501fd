import { useEffect, useRef, type RefObject } from 'react'
import { useChatUser } from '../../src/index.js'
import { DemoButton } from '../support/DemoButton.js'

/** Two components that read different fields, and how often each has rendered. */
export function ReadersDemo() {
  return (
    <>
      <Name />
      <Expiry />
      <Actions />
    </>
  )
}

function Name() {
  const { user } = useChatUser()
  return (
    <p>
      {user?.name ?? 'nobody'} · <Renders of="name" count={useRenderCount()} />
    </p>
  )
}

function Expiry() {
  const { tokenExpiresAt } = useChatUser()
  return (
    <p>
      {tokenExpiresAt ? `until ${tokenExpiresAt.toLocaleTimeString()}` : 'no token'} ·{' '}
      <Renders of="expiry" count={useRenderCount()} />
    </p>
  )
}

function Actions() {
  const { switchUser, refreshToken, status, actionError } = useChatUser()
  return (
    <>
      <DemoButton onPress={() => void switchUser({ id: 'bob', name: 'Bob' })}>
        Switch to Bob
      </DemoButton>
      <DemoButton onPress={() => void refreshToken()}>Renew the token</DemoButton>
      <p>{actionError ? actionError.remedy : status}</p>
    </>
  )
}

function Renders({ of, count }: { of: string; count: RefObject<HTMLOutputElement | null> }) {
  return (
    <>
      renders: <output ref={count} aria-label={`renders of ${of}`} />
    </>
  )
}

/** Writes the number of commits into an element, which renders nothing. */
function useRenderCount() {
  const element = useRef<HTMLOutputElement>(null)
  const commits = useRef(0)
  useEffect(() => {
    commits.current++
    if (element.current) element.current.textContent = String(commits.current)
  })
  return element
}
