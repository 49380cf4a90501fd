import { isChatAuthError, useChatUser } from 'react-chat-auth'

/** Shows why the session failed, and what helps; for the error boundary around the guarded routes. */
export function SessionError({ error }: { error: unknown }) {
  const { status, retry } = useChatUser()
  if (!isChatAuthError(error)) throw error
  // Routers keep the error while they load anew.
  if (status !== 'failed') return <p>Loading…</p>
  return (
    <div role="alert">
      <p>{error.message}</p>
      <p>{error.remedy}</p>
      <button onClick={() => void retry()}>Try again</button>
    </div>
  )
}
