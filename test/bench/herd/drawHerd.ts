/** A line of the plot: requests a second, averaged over so many seconds a point. */
export interface HerdLine {
  readonly name: string
  readonly className: 'built' | 'expiry'
  readonly perSecond: Float64Array
}

export interface HerdPlot {
  readonly lines: readonly HerdLine[]
  readonly mean: number
  readonly outage: { readonly fromSeconds: number; readonly toSeconds: number }
  readonly title: string
  readonly description: string
}

const width = 900
const height = 420
const frame = { left: 64, right: 16, top: 56, bottom: 48 }
/** From one request a second to a hundred thousand, each power of ten as high as the next. */
const decades = 5
const secondsPerPoint = 30

/**
 * The plot as SVG: readable on light and dark, in a page and as an image; the lines differ in more than
 * their colour, and it says in words what it shows.
 */
export function drawHerd({ lines, mean, outage, title, description }: HerdPlot): string {
  const seconds = lines[0]?.perSecond.length ?? 1
  const bottom = height - frame.bottom
  const x = (second: number) => frame.left + (second / seconds) * (width - frame.left - frame.right)
  const y = (rate: number) =>
    bottom - (Math.log10(Math.max(rate, 1)) / decades) * (bottom - frame.top)

  const rates = Array.from({ length: decades + 1 }, (_, power) => {
    const at = y(10 ** power).toFixed(1)
    const label = power === 0 ? '≤ 1' : (10 ** power).toLocaleString('en')
    return `<path class="grid" d="M${frame.left} ${at}H${width - frame.right}"/><text class="end" x="${frame.left - 8}" y="${at}" dy="4">${label}</text>`
  })
  const hours = Array.from({ length: Math.floor(seconds / 3600) + 1 }, (_, hour) => {
    const at = x(hour * 3600).toFixed(1)
    return `<text class="middle" x="${at}" y="${bottom + 20}">${hour}:00</text>`
  })
  const paths = lines.map(({ className, perSecond }) => {
    const points = averages(perSecond).map(
      (rate, index) => `${x(index * secondsPerPoint).toFixed(1)} ${y(rate).toFixed(1)}`,
    )
    return `<path class="line ${className}" d="M${points.join('L')}"/>`
  })
  const legend = lines.map(({ name, className }, index) => {
    const at = frame.left + index * 260
    return `<path class="line ${className}" d="M${at} 34h28"/><text x="${at + 36}" y="38">${name}</text>`
  })
  const down = [x(outage.fromSeconds), x(outage.toSeconds)] as const
  const meanAt = y(mean).toFixed(1)

  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="herd-title herd-description">
<title id="herd-title">${title}</title>
<desc id="herd-description">${description}</desc>
<style>
.paper{fill:#fff}text{font:13px system-ui,sans-serif;fill:#1f2328}.end{text-anchor:end}.middle{text-anchor:middle}
.grid{stroke:#d0d7de}.line{fill:none;stroke-width:2}.built{stroke:#0550ae}.expiry{stroke:#b35900;stroke-dasharray:5 3}
.mean{stroke:#57606a;stroke-dasharray:1 4}.down{fill:#57606a;fill-opacity:.18}
@media (prefers-color-scheme:dark){.paper{fill:#0d1117}text{fill:#e6edf3}.grid{stroke:#30363d}.built{stroke:#79c0ff}.expiry{stroke:#ffa657}.mean{stroke:#9198a1}.down{fill:#9198a1}}
</style>
<rect class="paper" width="${width}" height="${height}"/>
<text x="${frame.left}" y="18">Refreshes a second at the token endpoint</text>
${legend.join('\n')}
<rect class="down" x="${down[0].toFixed(1)}" y="${frame.top}" width="${(down[1] - down[0]).toFixed(1)}" height="${bottom - frame.top}"/>
<text class="end" x="${(down[0] - 4).toFixed(1)}" y="${frame.top + 14}">endpoint down</text>
${rates.join('\n')}
<path class="mean" d="M${frame.left} ${meanAt}H${width - frame.right}"/>
<text x="${frame.left + 4}" y="${meanAt}" dy="-5">mean</text>
${paths.join('\n')}
${hours.join('\n')}
<text class="middle" x="${(frame.left + width - frame.right) / 2}" y="${height - 8}">hours since the first sign-in</text>
</svg>
`
}

function averages(perSecond: Float64Array): number[] {
  const points = []
  for (let from = 0; from < perSecond.length; from += secondsPerPoint) {
    const span = perSecond.subarray(from, from + secondsPerPoint)
    points.push(span.reduce((sum, rate) => sum + rate, 0) / span.length)
  }
  return points
}
