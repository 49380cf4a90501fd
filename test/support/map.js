import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { instance } from '@viz-js/viz'
import { layerOf, roomGraph } from './roomGraph.js'

const src = fileURLToPath(new URL('../../src', import.meta.url))
const file = fileURLToPath(new URL('../../.storybook/map.svg', import.meta.url))

/** @typedef {import('./roomGraph.js').Edge} Edge */

/** Graphviz' own colours are for light pages only. */
const style = `<style>
text{font-family:system-ui,sans-serif;fill:#1f2328}
.node path,.node polygon{fill:#fff;stroke:#57606a}
.cluster path,.cluster polygon{fill:#f6f8fa;stroke:#d0d7de}
.edge path{stroke:#57606a}.edge polygon{fill:#57606a;stroke:#57606a}
@media (prefers-color-scheme:dark){
text{fill:#e6edf3}
.node path,.node polygon{fill:#0d1117;stroke:#9198a1}
.cluster path,.cluster polygon{fill:#161b22;stroke:#30363d}
.edge path{stroke:#9198a1}.edge polygon{fill:#9198a1;stroke:#9198a1}
}
</style>`

/**
 * Draws which room of `src` knows which, by its imports.
 * @param {string} folder
 */
export async function drawMap(folder) {
  const { rooms, edges } = roomGraph(folder)
  /** @type {Record<string, string[]>} */
  const layers = {}
  for (const room of rooms) (layers[layerOf(room)] ??= []).push(room)
  const dot = `digraph {
    compound=true rankdir=TB nodesep=0.35 ranksep=0.45 bgcolor=transparent fontsize=13 fontname=Helvetica
    node [shape=box style=rounded fontsize=13 fontname=Helvetica height=0.4]
    edge [arrowsize=0.7]
    ${Object.entries(layers)
      .map(([layer, inside]) => cluster(layer, inside))
      .join('\n')}
    ${edges.map((edge) => arrow(edge, edges, layers)).join('\n')}
  }`
  const svg = (await instance()).renderString(dot, { format: 'svg' })
  return svg
    .slice(svg.indexOf('<svg'))
    .replace(/<!--[^]*?-->\n/g, '')
    .replace(/<title>[^]*?<\/title>\n/g, '')
    .replace(/(<svg[^>]*>)/, `$1\n<title>Which room of src knows which</title>\n${style}`)
}

/**
 * @param {string} layer
 * @param {string[]} rooms
 */
function cluster(layer, rooms) {
  if (rooms.length === 1) return `"${layer}"`
  const nodes = rooms.map((room) => `"${room}" [label="${labelOf(room)}"]`)
  return `subgraph "cluster_${layer}" { label="src/${layer}" style=rounded ${nodes.join('\n')} }`
}

/** @param {string} room */
const labelOf = (room) => room.split('/')[1] ?? `${room}/*.ts`

/**
 * An arrow between layers goes from frame to frame, and in the layout from the last room to the first.
 * @param {Edge} edge
 * @param {Edge[]} edges
 * @param {Record<string, string[]>} layers
 */
function arrow({ from, to, isType }, edges, layers) {
  const style = isType ? 'style=dashed' : ''
  if (layerOf(from) === layerOf(to)) return `"${from}" -> "${to}" [${style}]`
  const [tails = [], heads = []] = [layers[from], layers[to]]
  const last = tails.find((room) => !edges.some((edge) => edge.from === room && edge.to !== to))
  const first = heads.find((room) => !edges.some((edge) => edge.to === room && edge.from !== from))
  const ltail = tails.length > 1 ? `ltail="cluster_${from}"` : ''
  const lhead = heads.length > 1 ? `lhead="cluster_${to}"` : ''
  return `"${last ?? tails[0]}" -> "${first ?? heads[0]}" [${ltail} ${lhead} ${style} minlen=2]`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const svg = await drawMap(src)
  if (!process.argv.includes('--check')) {
    writeFileSync(file, svg)
  } else if (readFileSync(file, 'utf8') !== svg) {
    console.error('.storybook/map.svg is stale: run `npm run map`, and look at what changed.')
    process.exitCode = 1
  } else {
    console.log('The map shows the rooms as they are.')
  }
}
