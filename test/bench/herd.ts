import { writeFileSync } from 'node:fs'
import { drawHerd } from './herd/drawHerd.js'
import { tokenLifeSeconds, type Policy } from './herd/herdClient.js'
import { measureRecovery } from './herd/measureRecovery.js'
import { simulateHerd, type HerdResult } from './herd/simulateHerd.js'

/**
 * `npm run bench:herd`: a million clients that signed in within the same five minutes, with tokens of an
 * hour; then the endpoint is down for ten minutes, or for two hours. The docs show what this writes down.
 */
const clients = 1_000_000
const signInSeconds = 300
const hour = 3600
const outage = { fromSeconds: 4 * hour, toSeconds: 4 * hour + 600 }
const endSeconds = 5.5 * hour
/** After two hours every token is dead. One client stands for forty, because each asks 480 times. */
const longOutage = { fromSeconds: 4 * hour, toSeconds: 6 * hour }
const clientsOfLong = clients / 40

/**
 * Limits in multiples of a mean. `recovery` is of the recovery's own mean, after any outage: no second has
 * three times the requests of an average one in which the sessions without a token come back. The limits
 * after ten minutes are of the mean of all hours.
 */
const limits = {
  afterSecondRenewal: 1.5,
  recovery: 3,
  toldAfterTenMinutes: 3,
  silentAfterTenMinutes: 4,
}

const run = (policy: Policy, retryAfterSeconds: number | null = null) =>
  simulateHerd({
    clients,
    policy,
    signInSeconds,
    outage,
    retryAfterSeconds,
    endSeconds,
    seed: 6,
  })

const built = run('as-built')
const builtToldToWait = run('as-built', 60)
const atExpiry = run('at-expiry')

/** On paper: a renewal comes after half of the life and, on average, 2/5 of that half more. */
const paperMean = clients / (tokenLifeSeconds * (0.5 + 0.5 * 0.4))

/** The recovery from two hours without the endpoint, with rates for a million clients. */
function measureLong(retryAfterSeconds: number | null) {
  const given = {
    clients: clientsOfLong,
    policy: 'as-built' as const,
    signInSeconds,
    outage: longOutage,
    retryAfterSeconds,
    endSeconds: longOutage.toSeconds + hour,
    seed: 6,
  }
  const result = simulateHerd(given)
  const { peak, mean, ...times } = measureRecovery(result, given)
  const scale = clients / clientsOfLong
  return { lost: result.lost * scale, peak: peak * scale, mean: mean * scale, ...times }
}

/** @param latest the share of its life after which a token is renewed at the latest */
function measure({ perSecond, lost }: HerdResult, latest: number) {
  const onceRenewedSeconds = signInSeconds + latest * tokenLifeSeconds
  const twiceRenewedSeconds = signInSeconds + 2 * latest * tokenLifeSeconds
  const between = (from: number, to: number) => perSecond.subarray(Math.round(from), Math.round(to))
  const peakOf = (span: Float64Array) => span.reduce((peak, rate) => Math.max(peak, rate), 0)
  const meanOf = (span: Float64Array) => span.reduce((sum, rate) => sum + rate, 0) / span.length
  const steady = between(twiceRenewedSeconds, outage.fromSeconds)
  return {
    mean: meanOf(steady),
    firstPeak: peakOf(between(0, onceRenewedSeconds)),
    secondPeak: peakOf(between(onceRenewedSeconds, twiceRenewedSeconds)),
    // One second of two hours may be busier by chance alone: the rate is what ten of them have.
    steadyPeak: peakOf(steady.slice(9).map((_, at) => meanOf(steady.subarray(at, at + 10)))),
    steadyBusiestSecond: peakOf(steady),
    outagePeak: peakOf(between(outage.fromSeconds, outage.toSeconds)),
    recoveryPeak: peakOf(between(outage.toSeconds, endSeconds)),
    lost,
  }
}

const recoveries = {
  silentTenMinutes: measureRecovery(built, { outage, retryAfterSeconds: null }),
  toldTenMinutes: measureRecovery(builtToldToWait, { outage, retryAfterSeconds: 60 }),
}

const figures = {
  clients,
  tokenLifeSeconds,
  signInSeconds,
  outageSeconds: outage.toSeconds - outage.fromSeconds,
  limits,
  paperMean,
  paperMeanAtExpiry: clients / tokenLifeSeconds,
  built: measure(built, 0.9),
  builtToldToWait: measure(builtToldToWait, 0.9),
  atExpiry: measure(atExpiry, 1),
  recoveries,
  long: {
    outageSeconds: longOutage.toSeconds - longOutage.fromSeconds,
    silent: measureLong(null),
    toldMinute: measureLong(60),
    toldFiveMinutes: measureLong(300),
  },
}

const whole = (value: number) => Math.round(value).toLocaleString('en')
const times = (value: number, of: number) => `${(value / of).toFixed(2)}×`
const { built: ours, builtToldToWait: told, atExpiry: theirs } = figures
console.log(`${whole(clients)} clients signed in within ${signInSeconds / 60} minutes, tokens live for ${tokenLifeSeconds / 60} minutes.
Refreshes in the busiest second (after the second renewal: a second in the busiest ten), and in multiples
of each arm's mean on paper:`)
const row = (name: keyof typeof ours) => ({
  'as built': `${whole(ours[name])} (${times(ours[name], paperMean)})`,
  'as built, 503 with Retry-After: 60': `${whole(told[name])} (${times(told[name], paperMean)})`,
  'renewal at exp': `${whole(theirs[name])} (${times(theirs[name], figures.paperMeanAtExpiry)})`,
})
console.table({
  'mean, once renewed twice': row('mean'),
  'the first renewals': row('firstPeak'),
  'the second renewals': row('secondPeak'),
  'after the second renewal': row('steadyPeak'),
  'after it, in the busiest second': row('steadyBusiestSecond'),
  'while it is down': row('outagePeak'),
  'once it is back': row('recoveryPeak'),
  'sessions lost': {
    'as built': whole(ours.lost),
    'as built, 503 with Retry-After: 60': whole(told.lost),
    'renewal at exp': whole(theirs.lost),
  },
})
const { outageSeconds: _, ...arms } = figures.long
console.log('Once it is back, those whose token died:')
const all = { ...recoveries, ...arms }
console.table(
  Object.fromEntries(
    Object.entries(all).map(([name, { peak, mean, allBackSeconds, dueSeconds }]) => [
      name,
      {
        'the busiest second': `${whole(peak)} (${times(peak, paperMean)} the mean of all hours)`,
        'of the mean of the recovery': times(peak, mean),
        'seconds until all are back': `${allBackSeconds} of ${dueSeconds}`,
      },
    ]),
  ),
)

writeFileSync(
  new URL('../../stories/server/herd.json', import.meta.url),
  `${JSON.stringify(figures, null, 2)}\n`,
)
writeFileSync(
  new URL('../../stories/server/herd.svg', import.meta.url),
  drawHerd({
    lines: [
      { name: 'renewal as built', className: 'built', perSecond: built.perSecond },
      { name: 'renewal at exactly exp', className: 'expiry', perSecond: atExpiry.perSecond },
    ],
    mean: paperMean,
    outage,
    title: 'A million clients at the token endpoint, over five and a half hours',
    description: `Renewal as built: waves of at most ${whole(ours.firstPeak)} refreshes a second flatten towards ${whole(paperMean)}; after an outage of ten minutes at 4:00 the peak is ${whole(ours.recoveryPeak)}. Renewal at exactly exp: every hour ${whole(theirs.steadyPeak)} a second for five minutes and none in between; after the outage ${whole(theirs.recoveryPeak)}.`,
  }),
)

const claims = [
  ['after the second renewal', ours.steadyPeak, limits.afterSecondRenewal],
  ['after ten minutes of silence', ours.recoveryPeak, limits.silentAfterTenMinutes],
  ['after ten minutes, told to wait', told.recoveryPeak, limits.toldAfterTenMinutes],
] as const
for (const [when, peak, limit] of claims) {
  const holds = peak <= limit * Math.min(paperMean, ours.mean)
  tell(holds, `the peak ${when} is within ${limit} times the mean.`)
}
for (const [name, { peak, mean, allBackSeconds, dueSeconds }] of Object.entries(all)) {
  const isSpread = peak <= limits.recovery * mean
  tell(isSpread, `the recovery ${name} is within ${limits.recovery} times its own mean.`)
  tell(allBackSeconds <= dueSeconds, `all are back within ${dueSeconds} s: ${name}.`)
}
const lost = [ours, told, ...Object.values(arms)].reduce((sum, arm) => sum + arm.lost, 0)
tell(lost === 0, 'no outage has cost a session.')

function tell(holds: boolean, claim: string): void {
  console.log(`${holds ? 'holds' : 'FAILS'}: ${claim}`)
  if (!holds) process.exitCode = 1
}
