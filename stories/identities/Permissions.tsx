import { useEffect, useState } from 'react'
import { isChatAuthError, useChatFetch } from '../../src/index.js'

interface Channel {
  readonly name: string
  readonly path: string
}

const channels: readonly Channel[] = [
  { name: 'Town hall, a livestream', path: '/channels/livestream/town-hall' },
  { name: 'Team, a messaging channel', path: '/channels/messaging/team' },
]

const noAccess = { canRead: false, canPost: false }

/** Shows the permissions of this identity, by real requests to the backend. */
export function Permissions() {
  return (
    <table className="demo-table">
      <caption className="demo-muted">What the backend allows</caption>
      <thead>
        <tr>
          <th scope="col">Channel</th>
          <th scope="col">Read</th>
          <th scope="col">Post</th>
        </tr>
      </thead>
      <tbody>
        {channels.map((channel) => (
          <PermissionRow key={channel.path} channel={channel} />
        ))}
      </tbody>
    </table>
  )
}

function PermissionRow({ channel: { name, path } }: { channel: Channel }) {
  const chatFetch = useChatFetch()
  const [answer, setAnswer] = useState<{ canRead: boolean; canPost: boolean } | null>(null)

  useEffect(() => {
    const controller = new AbortController()
    const ask = async () => {
      const response = await chatFetch(path, { signal: controller.signal })
      if (!response.ok) return setAnswer(noAccess)
      const { channel } = (await response.json()) as { channel: { own_capabilities: string[] } }
      setAnswer({ canRead: true, canPost: channel.own_capabilities.includes('send-message') })
    }
    ask().catch((error: unknown) => {
      const isRefused = isChatAuthError(error) && error.code === 'anonymous-not-allowed'
      // Other failures come from a log-out, after which this component is gone.
      if (isRefused) setAnswer(noAccess)
    })
    return () => controller.abort()
  }, [chatFetch, path])

  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{answer ? yesOrNo(answer.canRead) : '…'}</td>
      <td>{answer ? yesOrNo(answer.canPost) : '…'}</td>
    </tr>
  )
}

function yesOrNo(isAllowed: boolean): string {
  return isAllowed ? '✓ yes' : '✗ no'
}
