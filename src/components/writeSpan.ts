const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

/** Units of a span of time, from the largest; each serves from `from` milliseconds on. */
const units = [
  { unit: 'day', ms: day, from: 2 * day },
  { unit: 'hour', ms: hour, from: 2 * hour },
  { unit: 'minute', ms: minute, from: 1.5 * minute },
  { unit: 'second', ms: second, from: 0 },
] as const

const shortNames = { day: 'd', hour: 'h', minute: 'min', second: 's' }

/**
 * Writes a span of time with one unit, such as "43 min", in the given language. English without
 * `Intl.NumberFormat`.
 */
export function writeSpan(spanMs: number, language?: string): string {
  const left = Math.max(0, spanMs)
  const { unit, ms } = units.find(({ from }) => left >= from) ?? units[3]
  // Up, so that a countdown ends at "1 s" and not at "0 s".
  const count = unit === 'second' ? Math.ceil(left / ms) : Math.round(left / ms)
  if (typeof Intl === 'undefined' || typeof Intl.NumberFormat !== 'function') {
    return `${count} ${shortNames[unit]}`
  }
  return new Intl.NumberFormat(language, { style: 'unit', unit, unitDisplay: 'short' }).format(
    count,
  )
}
