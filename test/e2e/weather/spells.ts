import { createRandom, type Random } from '../../core/interleavings/random.js'
import type { Faults } from '../../../src/testing/controls/faults.js'
import type { SocketExpiry } from '../../../src/testing/realtime/sockets.js'
import type { TokenEndpointFault } from '../../../src/testing/tokens/tokenEndpoint.js'
import type { Cut, Newcomers } from './badLine.js'
import type { Pace } from './lane.js'
import type { TokenPage } from './tokenPages.js'

/** A kind of weather; some are over at once, others last as long as their spell. */
export type Weather =
  | { readonly kind: 'pace'; readonly pace: Pace }
  | { readonly kind: 'reset'; readonly what: 'sockets' | 'requests' | 'all' }
  | { readonly kind: 'cut'; readonly how: Cut }
  | { readonly kind: 'newcomers'; readonly fate: Newcomers; readonly alsoReset: boolean }
  | { readonly kind: 'cut-off'; readonly fate: Newcomers }
  | { readonly kind: 'token-fault'; readonly fault: TokenEndpointFault }
  | { readonly kind: 'token-page'; readonly page: TokenPage }
  | { readonly kind: 'token-slow'; readonly slowMs: number }
  | { readonly kind: 'backend'; readonly faults: Partial<Faults> }
  | { readonly kind: 'close'; readonly code: number }
  | { readonly kind: 'expire'; readonly how: SocketExpiry }
  /** The browser reports no network where there is one. */
  | { readonly kind: 'lie' }
  /** The browser's network is off. */
  | { readonly kind: 'offline' }
  /** `online` and `offline` events in turn. */
  | { readonly kind: 'flicker' }
  /** nginx only: a new configuration, a site under maintenance, an upstream without answers. */
  | { readonly kind: 'reload' }
  | { readonly kind: 'maintenance' }
  | { readonly kind: 'upstream'; readonly fate: 'refuse' | 'blackhole' | 'reset' }

/** Weather for a while, and clear skies after it. */
export interface Spell {
  readonly weather: Weather
  readonly forMs: number
  readonly clearMs: number
  /** Lifetime of tokens that are minted from now on, in seconds. */
  readonly tokenSeconds: number
}

type Draw = (random: Random) => Weather

const draws: readonly Draw[] = [
  ({ below }) => ({
    kind: 'pace',
    pace: { delayMs: 50 + below(1000), bytesPerSecond: Infinity },
  }),
  ({ below }) => ({
    kind: 'pace',
    pace: { delayMs: below(200), bytesPerSecond: 3000 + below(20_000) },
  }),
  ({ pick }) => ({ kind: 'reset', what: pick(['sockets', 'requests', 'all']) }),
  ({ pick }) => ({ kind: 'cut', how: pick(['up', 'down', 'both']) }),
  ({ pick, below }) => ({
    kind: 'newcomers',
    fate: pick(['blackhole', 'reset', 'refuse', 'portal-page', 'portal-login']),
    alsoReset: below(2) === 0,
  }),
  ({ pick }) => ({ kind: 'cut-off', fate: pick(['blackhole', 'refuse', 'portal-page']) }),
  ({ pick }) => ({
    kind: 'token-fault',
    fault: pick(['down', 'hang', '500', '503', '429', 'garbage']),
  }),
  ({ pick }) => ({ kind: 'token-page', page: pick(['200', '302', '403', '502']) }),
  ({ below }) => ({ kind: 'token-slow', slowMs: 200 + below(2000) }),
  ({ pick }) => ({
    kind: 'backend',
    faults: pick<Partial<Faults>>([
      { down: true },
      { slowMs: 800 },
      { answerWith: -1 },
      { answerWith: 9 },
      { nonsense: true },
    ]),
  }),
  ({ pick }) => ({ kind: 'close', code: pick([1000, 1001, 1011, 1012, 4000]) }),
  ({ pick }) => ({
    kind: 'expire',
    how: pick(['silent', 'error-event', 'error-frame', 'abnormal']),
  }),
  () => ({ kind: 'lie' }),
  () => ({ kind: 'offline' }),
  () => ({ kind: 'flicker' }),
]

const drawsOfNginx: readonly Draw[] = [
  () => ({ kind: 'reload' }),
  () => ({ kind: 'maintenance' }),
  ({ pick }) => ({ kind: 'upstream', fate: pick(['refuse', 'blackhole', 'reset']) }),
]

/**
 * Draws spells that fill so many milliseconds. Every kind comes once, in random order, before any comes
 * again.
 */
export function drawSpells(seed: number, totalMs: number, isBehindNginx: boolean): Spell[] {
  const random = createRandom(seed)
  const all = isBehindNginx ? [...draws, ...drawsOfNginx] : draws
  const spells: Spell[] = []
  let bag: Draw[] = []
  let leftMs = totalMs
  while (leftMs > 0) {
    if (bag.length === 0) bag = [...all]
    const draw = random.pick(bag)
    bag.splice(bag.indexOf(draw), 1)
    const spell: Spell = {
      weather: draw(random),
      forMs: Math.min(500 + random.below(3500), leftMs),
      clearMs: random.below(2000),
      tokenSeconds: 4 + random.below(5),
    }
    spells.push(spell)
    leftMs -= spell.forMs + spell.clearMs
  }
  return spells
}
