import { readFileSync } from 'node:fs'
import { relative, sep } from 'node:path'
import { modulesIn, nameOf, targetOf } from './checkImports.js'
import { readModule } from './readModule.js'
import { roomOf } from './rooms.js'

/**
 * One room or layer knows another.
 * @typedef {object} Edge
 * @property {string} from
 * @property {string} to
 * @property {boolean} isType whether it imports types only
 */

/** @param {string} room */
export const layerOf = (room) => room.split('/')[0] ?? ''

/**
 * The rooms of `src`, and which of them know which: inside a layer from room to room, between layers
 * from layer to layer. What follows from other edges is left out. The entries, which know all that they
 * export, are no rooms.
 * @param {string} src
 * @returns {{ rooms: string[], edges: Edge[] }}
 */
export function roomGraph(src) {
  /** @type {Set<string>} */
  const rooms = new Set()
  /** @type {Map<string, Edge>} */
  const edges = new Map()
  for (const path of modulesIn(src)) {
    const file = relative(src, path).split(sep).join('/')
    if (!file.includes('/')) continue
    const room = roomOf(nameOf(file))
    rooms.add(room)
    for (const { specifier, isType } of readModule(file, readFileSync(path, 'utf8')).imports) {
      const target = specifier.startsWith('.') ? targetOf(src, file, specifier) : null
      if (target === null) continue
      const other = roomOf(target)
      const isInside = layerOf(room) === layerOf(other)
      const [from, to] = isInside ? [room, other] : [layerOf(room), layerOf(other)]
      const known = edges.get(`${from} ${to}`)
      if (from !== to)
        edges.set(`${from} ${to}`, { from, to, isType: isType && !(known?.isType === false) })
    }
  }
  const sorted = [...edges.values()].toSorted((a, b) => (nameOfEdge(a) < nameOfEdge(b) ? -1 : 1))
  return { rooms: [...rooms].toSorted(), edges: sorted.reduce(withoutImplied, sorted) }
}

/** @param {Edge} edge */
const nameOfEdge = ({ from, to }) => `${from} ${to}`

/**
 * The edges without this one, where others lead the same way: those of values for values.
 * @param {Edge[]} edges
 * @param {Edge} edge
 */
function withoutImplied(edges, edge) {
  const isInside = edge.from.includes('/') || edge.to.includes('/')
  const others = edges.filter(
    (other) =>
      other !== edge &&
      (edge.isType || !other.isType) &&
      (other.from.includes('/') || other.to.includes('/')) === isInside,
  )
  const reached = new Set([edge.from])
  for (const place of reached) {
    for (const { from, to } of others) if (from === place) reached.add(to)
  }
  return reached.has(edge.to) ? edges.filter((other) => other !== edge) : edges
}
