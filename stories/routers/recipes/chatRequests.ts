import type { ChatAuth } from 'react-chat-auth'

export interface Channel {
  readonly id: string
  readonly name: string
}

export interface Message {
  readonly id: string
  readonly text: string
}

export async function readChannels(auth: ChatAuth, signal: AbortSignal) {
  const { channels } = await read<{ channels: readonly { channel: Channel }[] }>(
    auth.fetch('/channels', { signal }),
  )
  return channels.map(({ channel }) => channel)
}

export async function readChannel(auth: ChatAuth, id: string, signal: AbortSignal) {
  return read<{ channel: Channel; messages: readonly Message[] }>(
    auth.fetch(`/channels/messaging/${encodeURIComponent(id)}`, { signal }),
  )
}

export async function sendMessage(auth: ChatAuth, id: string, form: FormData) {
  const body = JSON.stringify({ message: { text: form.get('text') } })
  const path = `/channels/messaging/${encodeURIComponent(id)}/message`
  await read(auth.fetch(path, { method: 'POST', body }))
}

async function read<Body>(asked: Promise<Response>): Promise<Body> {
  const response = await asked
  if (!response.ok) throw new Error(`The chat answered ${response.status}.`)
  return (await response.json()) as Body
}
