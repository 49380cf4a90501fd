import { connect, createServer, type AddressInfo, type Socket } from 'node:net'

/** A network between a browser and a server, which a test can spoil. */
export interface TcpProxy {
  readonly url: string
  /** Leaves every open connection half open: nothing goes through it any more, and no end is told. */
  stall(): void
  close(): Promise<void>
}

/** Forwards connections to the server at `target`. */
export async function openTcpProxy(target: string): Promise<TcpProxy> {
  const { hostname, port } = new URL(target)
  const ends = new Set<Socket>()
  const server = createServer((near) => {
    const far = connect(Number(port), hostname)
    for (const [from, to] of [
      [near, far],
      [far, near],
    ] as const) {
      ends.add(from)
      from.pipe(to)
      from.on('error', () => to.destroy())
      from.on('close', () => {
        ends.delete(from)
        to.destroy()
      })
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stall() {
      for (const end of ends) end.unpipe().resume()
    },
    close: () =>
      new Promise((resolve) => {
        for (const end of ends) end.destroy()
        server.close(() => resolve())
      }),
  }
}
