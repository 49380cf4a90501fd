import { connectedWorld, type World, type WorldOptions } from './world.js'

/** The token of the socket that is open. */
export const tokenNow = (world: World) => world.live()[0]?.token ?? ''

/** The paths of all requests that reached the backend, in order. */
export const paths = (world: World) => world.requests.map(({ path }) => path)

/** The paths of those that it took. */
export const taken = (world: World) =>
  world.requests.filter(({ outcome }) => outcome === 'taken').map(({ path }) => path)

/** How many requests wait for a token. */
export const heldRequests = (world: World) => {
  const state = world.state()
  return 'token' in state ? state.token.heldRequests : null
}

/** A session whose token was revoked, with its provider holding the next one back. */
export async function revokedWorld(options?: WorldOptions): Promise<World> {
  const world = await connectedWorld(options)
  world.revoke(tokenNow(world))
  world.controls.provider = 'hold'
  return world
}
