import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { createLane, type Pace } from './lane.js'

/** Fate of connections that are opened: a portal answers in the server's place. */
export type Newcomers = 'pass' | 'blackhole' | 'reset' | 'refuse' | 'portal-page' | 'portal-login'

/** Directions in which a connection loses its bytes, without a word to either end. */
export type Cut = 'up' | 'down' | 'both'

/** A TCP proxy between browsers and a server, whose weather a test sets. */
export interface BadLine {
  readonly url: string
  /** Delay and rate of all bytes, also on open connections. */
  pace: Pace
  /** Sets the fate of new connections. */
  readonly admit: (newcomers: Newcomers) => Promise<void>
  /** Resets the open WebSockets, the connections of requests, or both. */
  readonly reset: (what: 'sockets' | 'requests' | 'all') => void
  /** Makes all open connections half open for good: each end believes that the other is there. */
  readonly cut: (how: Cut) => void
  /** Ends the weather. Half-open sockets stay half open, as after a change of network. */
  readonly clear: () => Promise<void>
  /** Maximum number of sockets of each user that were open at once, without half-open and closing ones. */
  readonly peakSockets: Readonly<Record<string, number>>
  readonly close: () => Promise<void>
}

export interface BadLineOptions {
  /** URL of the server. */
  readonly target: string
  /** Where a portal sends people to sign in. */
  readonly loginUrl: string
}

interface Wire {
  readonly near: Socket
  readonly far: Socket | null
  /** User of a WebSocket; null for requests. */
  userId: string | null
  cut: Cut | null
  /** Whether the client has begun to close its WebSocket. */
  isClosing: boolean
}

const page =
  '<!doctype html><title>Welcome to our Wi-Fi</title><p>Please <a href="/">accept</a> our terms.</p>'

export async function openBadLine(options: BadLineOptions): Promise<BadLine> {
  const { target, loginUrl } = options
  const { hostname, port } = new URL(target)
  const wires = new Set<Wire>()
  const nearEnds = new Set<Socket>()
  const peakSockets: Record<string, number> = {}
  let newcomers: Newcomers = 'pass'
  let pace: Pace = { delayMs: 0, bytesPerSecond: Infinity }

  // With `allowHalfOpen`, an end waits for the bytes that are under way before it.
  const server = createServer({ allowHalfOpen: true }, (near) => {
    nearEnds.add(near)
    near.on('close', () => nearEnds.delete(near))
    near.on('error', () => {})
    // Browsers close both directions at once.
    near.on('end', () => near.destroy())
    if (newcomers === 'reset') {
      near.once('data', () => near.resetAndDestroy())
    } else if (newcomers.startsWith('portal')) {
      near.once('data', () => near.end(portalAnswer(newcomers, loginUrl)))
    } else {
      lay(near, newcomers === 'blackhole')
    }
  })

  function lay(near: Socket, isVoid: boolean): void {
    const far = isVoid ? null : connect({ port: Number(port), host: hostname, allowHalfOpen: true })
    const wire: Wire = { near, far, userId: null, cut: isVoid ? 'both' : null, isClosing: false }
    wires.add(wire)
    near.on('close', () => wires.delete(wire))
    if (!far) {
      near.resume()
      return
    }
    near.on('data', (chunk: Buffer) => {
      wire.userId ??= userOf(chunk)
      // The first byte of a masked close frame; browsers send one in a chunk of its own.
      if (wire.userId !== null && chunk[0] === 0x88) wire.isClosing = true
      count(wire.userId)
    })
    forward(wire, near, far, 'up')
    forward(wire, far, near, 'down')
  }

  function forward(wire: Wire, from: Socket, to: Socket, direction: 'up' | 'down'): void {
    const lane = createLane(() => pace)
    const isLost = () => wire.cut === 'both' || wire.cut === direction
    from.on('data', (chunk: Buffer) => {
      if (isLost()) return
      lane.carry(chunk.length, () => {
        if (!isLost() && to.writable) to.write(chunk)
      })
    })
    from.on('error', () => {})
    // Nobody tells a client about the end of a server that it cannot hear.
    const isUnheard = () => from === wire.far && wire.cut !== null
    for (const end of ['end', 'close']) {
      from.on(end, () => lane.carry(0, () => (isUnheard() ? undefined : to.destroySoon())))
    }
  }

  function count(userId: string | null): void {
    if (userId === null) return
    const open = [...wires].filter((wire) => wire.userId === userId && !wire.cut && !wire.isClosing)
    peakSockets[userId] = Math.max(peakSockets[userId] ?? 0, open.length)
  }

  const listenOn = (at: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(at, '127.0.0.1', resolve)
    })
  await listenOn(0)
  const { port: ownPort } = server.address() as AddressInfo

  async function admit(next: Newcomers): Promise<void> {
    newcomers = next
    if (next === 'refuse' && server.listening) server.close()
    if (next !== 'refuse' && !server.listening) await listenOn(ownPort)
  }

  return {
    url: `http://127.0.0.1:${ownPort}`,
    peakSockets,
    get pace() {
      return pace
    },
    set pace(next) {
      pace = next
    },
    admit,
    reset(what) {
      for (const { near, far, userId } of wires) {
        if (what === (userId === null ? 'sockets' : 'requests')) continue
        near.resetAndDestroy()
        far?.resetAndDestroy()
      }
    },
    cut(how) {
      for (const wire of wires) wire.cut ??= how
    },
    async clear() {
      pace = { delayMs: 0, bytesPerSecond: Infinity }
      await admit('pass')
      // Browsers drop their idle connections when the network changes, and keep their WebSockets.
      for (const { near, userId, cut } of wires) {
        if (cut && userId === null) near.resetAndDestroy()
      }
    },
    async close() {
      const isClosed = new Promise<void>((resolve) => {
        if (server.listening) server.close(() => resolve())
        else resolve()
      })
      for (const { far } of wires) far?.destroy()
      for (const near of nearEnds) near.destroy()
      await isClosed
    },
  }
}

/** Reads the user of a WebSocket's handshake; null for any other bytes. */
function userOf(chunk: Buffer): string | null {
  const target = /^GET (\/connect\?\S+)/.exec(chunk.toString('latin1'))?.[1]
  if (target === undefined) return null
  const { searchParams } = new URL(target, 'http://localhost')
  const { user_id: userId } = JSON.parse(searchParams.get('json') ?? '{}') as { user_id?: string }
  return userId ?? null
}

function portalAnswer(newcomers: Newcomers, loginUrl: string): string {
  const first =
    newcomers === 'portal-login'
      ? ['HTTP/1.1 302 Found', `Location: ${loginUrl}`]
      : ['HTTP/1.1 200 OK']
  return [
    ...first,
    'Content-Type: text/html',
    'Access-Control-Allow-Origin: *',
    `Content-Length: ${Buffer.byteLength(page)}`,
    'Connection: close',
    '',
    page,
  ].join('\r\n')
}
