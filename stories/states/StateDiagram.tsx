import { arrows, type ActionType, type Arrow, type Status } from './stateTable.js'

const width = 124
const height = 40

type Point = readonly [x: number, y: number]

/** The middle of each status' box: no straight line between two of them crosses a third. */
const boxes: Record<Status, Point> = {
  disconnected: [74, 165],
  connecting: [268, 165],
  connected: [516, 165],
  reconnecting: [740, 200],
  paused: [750, 70],
  disconnecting: [392, 30],
  failed: [392, 340],
}

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
      viewBox="0 0 824 370"
      role="img"
      aria-label={arrows
        .map(({ from, action, to }) => `${from} leads to ${to} (${words[action]})`)
        .join(', ')}
      style={{
        display: 'block',
        inlineSize: '100%',
        maxInlineSize: '51.5rem',
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
      {Object.entries(boxes).map(([status, [x, y]]) => (
        <g key={status}>
          <rect
            x={x - width / 2}
            y={y - height / 2}
            width={width}
            height={height}
            rx="8"
            fill="none"
            stroke="currentColor"
            strokeWidth={status === 'connected' ? 2.5 : 1}
          />
          <text x={x} y={y + 5} fill="currentColor" fontWeight={status === 'connected' ? 700 : 400}>
            {status}
          </text>
        </g>
      ))}
    </svg>
  )
}

/** A straight line; beside the middle where another one leads back. */
function Way({ arrow: { from, action, to } }: { arrow: Arrow }) {
  const [start, end] = [boxes[from], boxes[to]]
  const [x, y] = [end[0] - start[0], end[1] - start[1]]
  const length = Math.hypot(x, y)
  /** To the left of the way, as it is walked. */
  const side: Point = [y / length, -x / length]
  const isTwoWay = arrows.some((other) => other.from === to && other.to === from)
  const beside: Point = isTwoWay ? [side[0] * 7, side[1] * 7] : [0, 0]
  const [x1, y1] = edge(start, [x, y], beside)
  const [x2, y2] = edge(end, [-x, -y], beside)
  const labelX = x1 + (x2 - x1) / 2 + side[0] * 9
  const labelY = y1 + (y2 - y1) / 2 + side[1] * 9
  const anchor = Math.abs(side[0]) < 0.3 ? 'middle' : side[0] > 0 ? 'start' : 'end'
  return (
    <>
      <line x1={x1} y1={y1} x2={x2} y2={y2} stroke="currentColor" markerEnd="url(#arrowhead)" />
      <text x={labelX} y={labelY + 4} fontSize="12" fill="currentColor" textAnchor={anchor}>
        {words[action]}
      </text>
    </>
  )
}

/** Where a line in this direction, which passes so far beside a box' middle, leaves the box. */
function edge([x, y]: Point, [dx, dy]: Point, [besideX, besideY]: Point): Point {
  const share = Math.min(
    (width / 2 - Math.sign(dx) * besideX) / Math.abs(dx),
    (height / 2 - Math.sign(dy) * besideY) / Math.abs(dy),
  )
  return [x + besideX + dx * share, y + besideY + dy * share]
}
