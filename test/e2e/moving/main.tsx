import { Fragment, StrictMode, useState } from 'react'
import { createRoot } from 'react-dom/client'
import 'stream-chat-react/dist/css/index.css'
import type { PageParameters } from '../app/pageApi.js'
import { shapes } from './shapes.js'

interface Parameters extends PageParameters {
  shape: string
  side: 'before' | 'after'
}

declare global {
  interface Window {
    /** How often a chat that was there has gone away. */
    chatsGone: number
  }
}

const { apiKey, baseUrl, tokenUrl, shape, side } = Object.fromEntries(
  new URLSearchParams(location.search),
) as unknown as Parameters

window.chatsGone = 0
let wasThere = false
new MutationObserver(() => {
  const isThere = document.querySelector('.str-chat__ul') !== null
  if (wasThere && !isThere) window.chatsGone++
  wasThere = isThere
}).observe(document, { childList: true, subtree: true })

// The client's default of 3 s for a request is too short for a slow machine.
const options = { baseURL: baseUrl, timeout: 60_000 }
const jane = { id: 'jane', name: 'Jane' }

function Page() {
  const [isOpen, setOpen] = useState(true)
  const App = shapes[shape]?.[side]
  if (!App) return null
  return (
    <>
      <button onClick={() => setOpen(!isOpen)}>{isOpen ? 'Leave' : 'Open'}</button>
      {isOpen && <App apiKey={apiKey} options={options} tokenUrl={tokenUrl} user={jane} />}
    </>
  )
}

// Under StrictMode, some of the apps before the move may show a client that they have disconnected.
const Mode = side === 'after' ? StrictMode : Fragment
const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <Mode>
      <Page />
    </Mode>,
  )
}
