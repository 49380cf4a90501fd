import type { CSSProperties } from 'react'
import { useChatAuthState, useChatUser, type TokenState } from '../../src/index.js'
import { StatusLine } from '../support/StatusLine.js'
import { countdown, useNow } from '../support/useNow.js'

/** Shows the connected user and the remaining life of the token. */
export function SessionCard({ lifetimeMs }: { lifetimeMs: number }) {
  const { identity, error } = useChatUser()
  const token = useChatAuthState((state) => ('token' in state ? state.token : null))

  return (
    <section className="playground-card playground-session" aria-label="Session">
      <StatusLine className="playground-status" />
      <Token token={identity?.type === 'anonymous' ? null : token} lifetimeMs={lifetimeMs} />
      {error && (
        <p className="playground-error">
          <code>{error.code}</code> {error.remedy}
        </p>
      )}
    </section>
  )
}

function Token({ token, lifetimeMs }: { token: TokenState | null; lifetimeMs: number }) {
  const nowMs = useNow()
  const leftMs = token?.expiresAt ? token.expiresAt.getTime() - nowMs : 0
  const share = Math.min(1, Math.max(0, leftMs / lifetimeMs))
  return (
    <div className="playground-token" data-status={token?.status}>
      <p>{tokenText(token, nowMs)}</p>
      <div className="playground-bar" style={{ '--share': share } as CSSProperties} />
    </div>
  )
}

function tokenText(token: TokenState | null, nowMs: number): string {
  if (!token) return 'No token'
  const { status, attempt, nextAttemptAt, expiresAt } = token
  if (status === 'refreshing') return 'Asking for a token…'
  if (status === 'retrying') {
    const when = nextAttemptAt
      ? `the next is in ${countdown(nextAttemptAt, nowMs)}`
      : 'trying again'
    return `No new token yet: ${attempt} ${attempt === 1 ? 'try' : 'tries'} failed, ${when}`
  }
  return expiresAt ? `Token expires in ${countdown(expiresAt, nowMs)}` : 'Token never expires'
}
