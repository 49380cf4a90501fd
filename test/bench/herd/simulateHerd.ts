import {
  answerClient,
  createHerdClient,
  type EndpointAnswer,
  type HerdClient,
  type Policy,
} from './herdClient.js'

export interface HerdOptions {
  readonly clients: number
  readonly policy: Policy
  /** All sign in between 0 and here, at a constant rate. */
  readonly signInSeconds: number
  readonly outage: { readonly fromSeconds: number; readonly toSeconds: number }
  /** What the endpoint says meanwhile, in seconds; null if it says nothing. */
  readonly retryAfterSeconds: number | null
  readonly endSeconds: number
  readonly seed: number
}

export interface HerdResult {
  /** Requests at the endpoint in each second, without those of the sign-ins. */
  readonly perSecond: Float64Array
  /** Clients whose token died in the outage, and who gave up: their session failed. */
  readonly lost: number
  /** Seconds from the end of the outage until the last client that was without a good token has one. */
  readonly allBackSeconds: number
}

/** Every request of every client at the token endpoint. */
export function simulateHerd(options: HerdOptions): HerdResult {
  const { clients, policy, signInSeconds, outage, endSeconds } = options
  const random = createRandom(options.seed)
  const perSecond = new Float64Array(endSeconds)
  const due: HerdClient[][] = Array.from({ length: endSeconds }, () => [])
  const down: EndpointAnswer = {
    retryAfterMs: options.retryAfterSeconds === null ? null : options.retryAfterSeconds * 1000,
  }
  let lost = 0
  let allBackSeconds = 0

  const plan = (client: HerdClient) => {
    if (client.asksAtMs === Infinity) lost++
    due[Math.floor(client.asksAtMs / 1000)]?.push(client)
  }
  for (let index = 0; index < clients; index++) {
    const signInMs = random() * signInSeconds * 1000
    const client = createHerdClient(signInMs)
    answerClient(client, 'token', signInMs, policy, random)
    plan(client)
  }

  for (let second = 0; second < endSeconds; second++) {
    const isDown = second >= outage.fromSeconds && second < outage.toSeconds
    // More may come in while the second lasts: who fails may ask again within it.
    const now = due[second] ?? []
    for (let index = 0; index < now.length; index++) {
      const client = now[index]
      if (!client) continue
      const isBack = second >= outage.toSeconds && client.failures > 0
      if (isBack) allBackSeconds = second + 1 - outage.toSeconds
      perSecond[second] = (perSecond[second] ?? 0) + 1
      answerClient(client, isDown ? down : 'token', client.asksAtMs, policy, random)
      plan(client)
    }
    due[second] = []
  }
  return { perSecond, lost, allBackSeconds }
}

/** Chance that is the same at every run: Mulberry32. */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
