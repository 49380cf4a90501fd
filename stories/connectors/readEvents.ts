import type { ChatUser } from 'react-chat-auth/core'

/** What the backend says on its line: JSON, with an id that counts up for what the app may miss. */
export type OwnEvent = { id: number; type: string; user?: ChatUser | null; error?: string }

/** Reads server-sent events. Throws where the line breaks. */
export async function* readEvents(response: Response): AsyncGenerator<OwnEvent, void> {
  const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader()
  let text = ''
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const blocks = (text + read.value).split('\n\n')
    text = blocks.pop()!
    for (const block of blocks) {
      const data = /^data: ?(.*)$/m.exec(block)
      // A block without data is a comment, which keeps the line open.
      if (data) yield JSON.parse(data[1]!) as OwnEvent
    }
  }
}
