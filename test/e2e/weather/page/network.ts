/** Lets the browser report a network, or none, whatever is true; null for the truth. */
export function createNetworkLies(): (isOnline: boolean | null) => void {
  const really = Object.getOwnPropertyDescriptor(Navigator.prototype, 'onLine')
  let told: boolean | null = null
  Object.defineProperty(navigator, 'onLine', {
    get: () => told ?? (really?.get?.call(navigator) as boolean),
  })

  return (isOnline) => {
    told = isOnline
    window.dispatchEvent(new Event(navigator.onLine ? 'online' : 'offline'))
  }
}
