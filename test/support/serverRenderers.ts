import { Writable } from 'node:stream'
import type { ReactNode } from 'react'
import { renderToPipeableStream, renderToString } from 'react-dom/server'
import { onTestFinished, vi } from 'vitest'

function renderToPipe(app: ReactNode): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: string[] = []
    const sink = new Writable({
      write(chunk: Buffer, _encoding, done) {
        chunks.push(chunk.toString())
        done()
      },
      final(done) {
        resolve(chunks.join(''))
        done()
      },
    })
    const { pipe } = renderToPipeableStream(app, {
      onShellReady: () => pipe(sink),
      onShellError: reject,
      onError: reject,
    })
  })
}

/** Node's server renderers, each to the complete output; any error rejects. */
export const serverRenderers: [
  name: string,
  render: (app: ReactNode) => string | Promise<string>,
][] = [
  ['renderToString', renderToString],
  ['renderToPipeableStream', renderToPipe],
]

/** Records React's warnings from now on, except the one about two renderers in one process. */
export function recordComplaints(): () => unknown[][] {
  const warn = vi.spyOn(console, 'error').mockImplementation(() => {})
  onTestFinished(() => warn.mockRestore())
  return () => warn.mock.calls.filter(([text]) => !String(text).includes('multiple renderers'))
}
