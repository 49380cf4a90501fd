import type { ChatSocket } from './monitorSocket.js'

/** The sockets of one session, of which at most two are open at once. */
export interface SessionSockets {
  readonly add: (socket: ChatSocket) => void
  /** Closes a socket that is lost, or that another one has taken the place of. */
  readonly retire: (socket: ChatSocket) => void
  /**
   * Call before a socket is opened: closes the older one of two, whose handover is not done yet. Returns
   * whether it did, which means that its last events may be missed.
   */
  readonly makeRoom: () => boolean
  readonly closeAll: () => Promise<unknown>
}

export function createSessionSockets(): SessionSockets {
  /** In the order in which they were opened. */
  const open = new Set<ChatSocket>()
  const closing = new Set<ChatSocket>()

  function retire(socket: ChatSocket): void {
    open.delete(socket)
    closing.add(socket)
    void socket.close().then(() => closing.delete(socket))
  }

  return {
    add: (socket) => open.add(socket),
    retire,
    makeRoom() {
      // Refreshes that follow each other faster than handovers, on a slow line, would pile sockets up.
      const [oldest] = open
      if (!oldest || open.size < 2) return false
      retire(oldest)
      return true
    },
    closeAll() {
      for (const socket of open) retire(socket)
      return Promise.all([...closing].map((socket) => socket.close()))
    },
  }
}
