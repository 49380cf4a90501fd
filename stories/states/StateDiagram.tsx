import { arrows, type ActionType, type Arrow, type Status } from './stateTable.js'

interface Box {
  readonly left: number
  readonly right: number
  readonly y: number
}

const halfHeight = 20
/** The middles of the three rows. */
const [top, middle, bottom] = [28, 170, 312]
/** How far from its row a way runs that passes another box of it. */
const detour = 66

const narrow = (x: number): Box => ({ left: x - 56, right: x + 56, y: middle })
const wide = (y: number): Box => ({ left: 180, right: 822, y })

/** `disconnecting` and `failed` are as wide as the statuses that lead there. */
const boxes: Readonly<Record<Status, Box>> = {
  disconnected: narrow(66),
  connecting: narrow(236),
  connected: narrow(416),
  reconnecting: narrow(596),
  paused: narrow(766),
  disconnecting: wide(top),
  failed: wide(bottom),
}

const centre = ({ left, right }: Box) => (left + right) / 2

const words: Record<ActionType, string> = {
  connecting: 'connect',
  connected: 'up',
  paused: 'pause',
  resumed: 'resume',
  'user-changed': 'user',
  'connection-down': 'lost',
  'token-changed': 'token',
  'network-changed': 'network',
  disconnecting: 'leave',
  disconnected: 'ended',
  failed: 'fails',
}

/** The statuses and the ways between them, as the table of the machine has them. */
export function StateDiagram() {
  return (
    <svg
      viewBox="0 0 832 340"
      role="img"
      aria-label={arrows
        .map(({ from, action, to }) => `${from} leads to ${to} (${words[action]})`)
        .join(', ')}
      style={{
        display: 'block',
        inlineSize: '100%',
        maxInlineSize: '52rem',
        marginBlock: '1.5rem',
      }}
      fontFamily="'Nunito Sans', system-ui, sans-serif"
      fontSize="14"
      textAnchor="middle"
    >
      <defs>
        <marker id="arrowhead" markerWidth="8" markerHeight="8" refX="7" refY="4" orient="auto">
          <path d="M0 0.5 7 4 0 7.5Z" fill="currentColor" />
        </marker>
      </defs>
      {arrows.map((arrow) => (
        <Way key={`${arrow.from} ${arrow.to}`} arrow={arrow} />
      ))}
      {Object.entries(boxes).map(([status, box]) => (
        <g key={status}>
          <rect
            x={box.left}
            y={box.y - halfHeight}
            width={box.right - box.left}
            height={2 * halfHeight}
            rx="8"
            fill="none"
            stroke="currentColor"
            strokeWidth={status === 'connected' ? 2.5 : 1}
          />
          <text
            x={centre(box)}
            y={box.y + 5}
            fill="currentColor"
            fontWeight={status === 'connected' ? 700 : 400}
          >
            {status}
          </text>
        </g>
      ))}
    </svg>
  )
}

function Way({ arrow: { from, action, to } }: { arrow: Arrow }) {
  const isTwoWay = arrows.some((other) => other.from === to && other.to === from)
  const { path, label, anchor } = route(boxes[from], boxes[to], isTwoWay ? 7 : 0)
  return (
    <>
      <path d={path} fill="none" stroke="currentColor" markerEnd="url(#arrowhead)" />
      <text x={label[0]} y={label[1]} fontSize="12" fill="currentColor" textAnchor={anchor}>
        {words[action]}
      </text>
    </>
  )
}

interface Route {
  readonly path: string
  /** The base of the label, beside the line and clear of the others. */
  readonly label: readonly [x: number, y: number]
  readonly anchor: 'start' | 'middle' | 'end'
}

/**
 * The way from one box to another.
 * @param aside - pixels to the left of the way, as it is walked; the way back keeps to its own left
 */
function route(from: Box, to: Box, aside: number): Route {
  if (from.y !== to.y) {
    const x = centre(from.y === middle ? from : to)
    const outer = from.y === middle ? to : from
    const down = to.y > from.y
    if (x < outer.left) return elbow(outer, to)
    const at = x + (down ? aside : -aside)
    const label = [at + (aside && !down ? -5 : 5), outer.y < middle ? 82 : 268] as const
    return { path: line(at, from, to, down), label, anchor: aside && !down ? 'end' : 'start' }
  }
  const [right, near] = [to.left > from.left, Math.abs(centre(to) - centre(from)) < 200]
  if (!near) return detourOf(from, to)
  const y = from.y + (right ? -aside : aside)
  const [start, end] = right ? [from.right, to.left] : [from.left, to.right]
  const label = [(start + end) / 2, y + (right ? -6 : 15)] as const
  return { path: `M${start} ${y}H${end}`, label, anchor: 'middle' }
}

function line(x: number, from: Box, to: Box, down: boolean): string {
  const edge = down ? halfHeight : -halfHeight
  return `M${x} ${from.y + edge}V${to.y - edge}`
}

/** From the side of a wide box to the box that is beside it. */
function elbow(from: Box, to: Box): Route {
  const isAbove = from.y < to.y
  const end = to.y + (isAbove ? -halfHeight : halfHeight)
  const label = [(from.left + centre(to)) / 2, from.y + (isAbove ? -6 : 15)] as const
  return { path: `M${from.left} ${from.y}H${centre(to)}V${end}`, label, anchor: 'middle' }
}

/** Past the boxes between two of a row: above one of them, below more. */
function detourOf(from: Box, to: Box): Route {
  const side = centre(to) - centre(from) < 400 ? -1 : 1
  const [start, end] = [centre(from) + 36, centre(to) - 36]
  const [edge, y] = [from.y + side * halfHeight, from.y + side * detour]
  const label = [start + 72, y + (side < 0 ? -6 : 15)] as const
  return { path: `M${start} ${edge}V${y}H${end}V${edge}`, label, anchor: 'middle' }
}
