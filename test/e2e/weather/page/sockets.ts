const open = new Set<WebSocket>()
let peak = 0

/** Returns the maximum number of WebSockets that the page had open at once. */
export const peakSockets = () => peak

// Import this module before any other: `stream-chat` looks `WebSocket` up when it is loaded.
window.WebSocket = class extends WebSocket {
  constructor(url: string | URL, protocols?: string | string[]) {
    super(url, protocols)
    open.add(this)
    peak = Math.max(peak, open.size)
    this.addEventListener('close', () => open.delete(this))
  }
  override close(code?: number, reason?: string): void {
    // The closing handshake may take seconds on a bad line; for the page the socket is closed.
    open.delete(this)
    super.close(code, reason)
  }
}
