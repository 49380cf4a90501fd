import type { ChatAuthState } from '../../src/index.js'

const width = 128
const height = 40

/** The middle of each status' box. */
const boxes: Record<ChatAuthState['status'], readonly [x: number, y: number]> = {
  disconnected: [74, 130],
  connecting: [286, 130],
  connected: [498, 130],
  reconnecting: [710, 130],
  disconnecting: [286, 30],
  failed: [286, 230],
}

interface Way {
  path: string
  label: string
  at: readonly [x: number, y: number]
  /** Ends in the middle of another. */
  joins?: boolean
}

const ways: readonly Way[] = [
  { path: 'M138 130H218', label: 'connect', at: [180, 122] },
  { path: 'M350 130H430', label: 'up', at: [392, 122] },
  { path: 'M562 122H642', label: 'lost', at: [604, 114] },
  { path: 'M646 138H566', label: 'back', at: [604, 156] },
  { path: 'M286 110V54', label: 'log out', at: [318, 86] },
  { path: 'M498 110V30H354', label: '', at: [0, 0] },
  { path: 'M710 110V30H498', label: 'log out', at: [604, 22], joins: true },
  { path: 'M222 30H74V106', label: 'closed', at: [150, 22] },
  { path: 'M278 150V206', label: 'fails', at: [258, 182] },
  { path: 'M294 210V154', label: 'retry', at: [316, 182] },
  { path: 'M498 150V230H354', label: '', at: [0, 0] },
  { path: 'M710 150V230H498', label: 'fails', at: [604, 222], joins: true },
]

/** The statuses and the ways between them. */
export function StateDiagram() {
  return (
    <svg
      viewBox="0 0 784 260"
      role="img"
      aria-label="disconnected leads to connecting, connecting to connected. connected and reconnecting lead to each other. Logging out leads from any of these three through disconnecting to disconnected. Each of the three may end in failed, and retry leads from there to connecting."
      style={{
        display: 'block',
        inlineSize: '100%',
        maxInlineSize: '49rem',
        marginBlock: '1.5rem',
      }}
      fontFamily="'Nunito Sans', system-ui, sans-serif"
      fontSize="14"
      textAnchor="middle"
    >
      <defs>
        <marker id="arrowhead" markerWidth="8" markerHeight="8" refX="6" refY="4" orient="auto">
          <path d="M0 0.5 7 4 0 7.5Z" fill="currentColor" />
        </marker>
      </defs>
      {ways.map(({ path, label, at: [x, y], joins }) => (
        <g key={path}>
          <path
            d={path}
            fill="none"
            stroke="currentColor"
            markerEnd={joins ? undefined : 'url(#arrowhead)'}
          />
          <text x={x} y={y} fontSize="12" fill="currentColor">
            {label}
          </text>
        </g>
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
