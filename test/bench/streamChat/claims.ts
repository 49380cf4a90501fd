import type { Comparison, ComparedRow, Figure } from '../../../stories/comparison/figures.js'

type Scenarios = Comparison['scenarios']
type FindRow = (scenarioId: string, rowId: string) => ComparedRow

/** What is promised of a full run; each is checked on the figures of that run. */
const claims: Readonly<Record<string, (row: FindRow) => boolean>> = {
  '100 requests at a revocation: 1 provider call, where the bare client makes 100': (row) => {
    const { bare, ours } = row('revocation', 'providerCalls')
    return bare === 100 && ours === 1
  },
  'the last answer after a revocation comes at least 20 times sooner': (row) => {
    const { bare, ours } = row('revocation', 'lastAnswerMs')
    return atLeast(bare) >= 20 * atMost(ours)
  },
  'each of these 100 requests is answered': (row) =>
    row('revocation', 'outcome').ours === 'all 100 answered',
  'a fresh token that is refused ends every request with that error, after 1 provider call': (
    row,
  ) =>
    row('refused-for-ever', 'providerCalls').ours === 1 &&
    row('refused-for-ever', 'outcome').ours === 'all 10 rejected (`token-refused`)',
  'a provider that fails or hangs once costs no request': (row) =>
    ['fails', 'failsLater', 'hangs', 'hangsLater'].every(
      (id) => row('provider-faults', id).ours === 'all 5 answered',
    ),
  'one that gives the wrong thing costs errors that name it, and nothing waits for ever': (row) =>
    row('provider-faults', 'impostorLater').ours === 'all 5 rejected (`token-wrong-user`)' &&
    row('provider-faults', 'nothingLater').ours === 'all 5 rejected (`token-missing`)' &&
    row('provider-faults', 'unsettled').ours === 0,
  '0 unhandled rejections': (row) =>
    ['provider-faults', 'switching', 'react'].every((id) => row(id, 'unhandled').ours === 0),
  "0 requests carry another user's token, whatever a provider gives and whenever users switch": (
    row,
  ) =>
    row('provider-faults', 'crossUser').ours === 0 &&
    row('switching', 'crossUser').ours === 0 &&
    row('switching', 'wrongUser').ours === 0,
  'after a switch there is one socket, of the user who is connected': (row) =>
    row('switching', 'sockets').ours === '1 of bob',
  'a socket that is told of the expiry, or closed with 4001, is live again within 250 ms': (row) =>
    ['event', 'frame', 'closed4001'].every((id) => atMost(row('sockets', id).ours) < 250),
  'one that breaks when the token expires is live again within a second': (row) =>
    atMost(row('sockets', 'broken').ours) < 1000,
  '60 s of rotation: no request refused, no moment without a live socket': (row) =>
    row('rotation', 'refused').ours === 0 && row('rotation', 'gapMs').ours === 0,
  'StrictMode and inline providers: 1 provider call, 1 socket, and the chat never vanishes': (
    row,
  ) => {
    const once = ['stableCalls', 'stableSockets', 'inlineCalls', 'inlineSockets']
    return (
      once.every((id) => row('react', id).ours === 1) && row('react', 'inlineVanished').ours === 0
    )
  },
}

export function checkClaims(scenarios: Scenarios): Comparison['claims'] {
  const find: FindRow = (scenarioId, rowId) => {
    const rows = scenarios.find(({ id }) => id === scenarioId)?.rows
    const found = rows?.find(({ id }) => id === rowId)
    if (!found) throw new Error(`The scenario '${scenarioId}' has no row '${rowId}'.`)
    return found
  }
  return Object.entries(claims).map(([text, holds]) => ({ text, holds: holds(find) }))
}

/** What a figure is at least, and at most: what was waited for in vain may be any time more. */
const atLeast = (figure: Figure) => (typeof figure === 'object' ? figure.moreThan : Number(figure))
const atMost = (figure: Figure) => (typeof figure === 'object' ? Infinity : Number(figure))
