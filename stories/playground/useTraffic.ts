import { useCallback, useEffect, useReducer } from 'react'
import { useChatFetch } from '../../src/index.js'

/** Results of the app's requests, as the app sees them. */
export interface Traffic {
  readonly sent: number
  readonly answered: number
  /** Rejected, or answered with an error. */
  readonly lost: number
}

/** A request that every identity may send. */
const path = '/channels/livestream/town-hall/messages'

const autoSendEveryMs = 250

/** Sends requests, several at once or one after another, and counts their results. */
export function useTraffic(isAutoSending: boolean) {
  const chatFetch = useChatFetch()
  const [traffic, count] = useReducer(add, { sent: 0, answered: 0, lost: 0 })

  const send = useCallback(
    (requests: number) => {
      for (let i = 0; i < requests; i++) {
        count('sent')
        chatFetch(path).then(
          ({ ok }) => count(ok ? 'answered' : 'lost'),
          () => count('lost'),
        )
      }
    },
    [chatFetch],
  )

  useEffect(() => {
    if (!isAutoSending) return
    const timer = setInterval(() => send(1), autoSendEveryMs)
    return () => clearInterval(timer)
  }, [isAutoSending, send])

  return { traffic, send }
}

function add(traffic: Traffic, name: keyof Traffic): Traffic {
  return { ...traffic, [name]: traffic[name] + 1 }
}
