import type { Connection } from '../../core/connector.js'
import { discard } from './readText.js'

/** Reads the app's settings: the least request that needs a token. */
export async function probeToken(fetch: Connection['fetch']): Promise<void> {
  discard(await fetch('/app'))
}
