import { Fragment, type ReactNode } from 'react'
import { useChatAuthState, type ChatAuthState, type TokenState } from '../../src/index.js'
import { StatusLine } from './StatusLine.js'
import { countdown, useNow } from './useNow.js'

interface StateCardProps {
  /** Title that tells several cards on a page apart. */
  label?: string
  children?: ReactNode
}

/** Shows the whole state of `useChatAuthState()`, with the fields of its branch. */
export function StateCard({ label = 'Session', children }: StateCardProps) {
  const state = useChatAuthState()
  const nowMs = useNow()
  return (
    <section className="demo-card" aria-label={label}>
      <StatusLine className="demo-status" />
      <dl className="demo-rows">
        {rowsOf(state, nowMs).map(([name, value]) => (
          <Fragment key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </Fragment>
        ))}
      </dl>
      {children}
    </section>
  )
}

type Row = readonly [name: string, value: ReactNode]

function rowsOf(state: ChatAuthState, nowMs: number): Row[] {
  const rows: Row[] = [['status', <code key="status">{state.status}</code>]]
  if ('identity' in state) rows.push(['identity', state.identity.type])
  if ('user' in state) rows.push(['user', `${state.user.name ?? ''} (${state.user.id})`.trim()])
  if ('sessionId' in state) rows.push(['sessionId', state.sessionId])
  if ('token' in state) rows.push(...tokenRows(state.token, nowMs))
  if ('attempt' in state && state.attempt > 0) {
    rows.push(['attempt', `${state.attempt} failed, ${nextAttempt(state.nextAttemptAt, nowMs)}`])
  }
  if ('error' in state && state.error) {
    rows.push(['error', <code key="code">{state.error.code}</code>], ['remedy', state.error.remedy])
  }
  return rows
}

function tokenRows(token: TokenState, nowMs: number): Row[] {
  const { status, expiresAt, attempt, nextAttemptAt, error, heldRequests } = token
  const rows: Row[] = [['token', <code key="token">{status}</code>]]
  if (expiresAt) rows.push(['expires in', countdown(expiresAt, nowMs)])
  if (status === 'retrying') {
    rows.push(['token attempt', `${attempt} failed, ${nextAttempt(nextAttemptAt, nowMs)}`])
  }
  if (error) rows.push(['token error', <code key="code">{error.code}</code>])
  if (heldRequests > 0) rows.push(['held requests', heldRequests])
  return rows
}

function nextAttempt(at: Date | null, nowMs: number): string {
  return at ? `next in ${countdown(at, nowMs)}` : 'another is under way'
}
