/**
 * Inside the layers of `src` that have several rooms: who knows whom. A room is a folder of such a
 * layer, the layer's own floor, or a single module with a rule of its own.
 * @typedef {object} Room
 * @property {string} rule what a problem's message says
 * @property {string[]} [rooms] whose values and types it may import, besides its own
 * @property {string[]} [types] rooms of which it may import types only
 * @property {string[]} [modules] single modules it may import as well, without extension
 * @property {string[]} [packages] besides those of its layer
 */

/** @type {Record<string, Room>} */
const rooms = {
  'core/tools': {
    rule: 'tools know no other room, and from the floor of core only types and the environment',
    types: ['core'],
    modules: ['core/environment'],
  },
  core: {
    rule: 'the floor of core imports the tools, and from token only types',
    rooms: ['core/tools'],
    types: ['core/token'],
  },
  'core/token': {
    rule: 'token imports the tools and the floor of core',
    rooms: ['core/tools', 'core'],
  },
  'core/session': {
    rule: 'session imports token, the tools and the floor of core',
    rooms: ['core/token', 'core/tools', 'core'],
  },
  'core/createChatAuth': {
    rule: 'createChatAuth imports every room of core',
    rooms: ['core/session', 'core/token', 'core/tools', 'core'],
  },

  'connectors/protocol': { rule: 'the protocol knows no connector' },
  'connectors/http': {
    rule: 'http imports the protocol and no other connector',
    rooms: ['connectors/protocol'],
  },
  'connectors/streamChat': {
    rule: 'streamChat imports the protocol and no other connector',
    rooms: ['connectors/protocol'],
    packages: ['stream-chat'],
  },

  'cli/move': { rule: 'move imports no other command, and of cli only types', types: ['cli'] },
  cli: { rule: 'cli imports every command', rooms: ['cli/move'] },
  components: { rule: 'the floor of components knows no part of the menu' },
  'components/menu': {
    rule: 'the parts of the menu import the floor of components',
    rooms: ['components'],
  },
  'components/LogoutSwitchUser': {
    rule: 'LogoutSwitchUser puts the parts of the menu together',
    rooms: ['components/menu', 'components'],
  },

  ...inOneDirection('testing', ['wire', 'controls', 'chat', 'tokens', 'realtime', 'api']),
  'testing/contract': {
    rule: 'the contract imports the backend and the rooms that serve it',
    rooms: ['testing', 'testing/controls', 'testing/tokens', 'testing/realtime', 'testing/api'],
  },
}

/**
 * Rooms that each know those before; the layer's floor knows them all.
 * @param {string} layer
 * @param {string[]} names
 * @returns {Record<string, Room>}
 */
function inOneDirection(layer, names) {
  const paths = names.map((name) => `${layer}/${name}`)
  return Object.fromEntries(
    [...paths, layer].map((path, index) => {
      const before = index === 0 ? 'no other room' : names.slice(0, index).join(', ')
      return [path, { rule: `${path} imports ${before}`, rooms: paths.slice(0, index) }]
    }),
  )
}

/**
 * The room that a module is in, by its path in src without extension; its layer where that has none.
 * @param {string} module
 */
export function roomOf(module) {
  if (module in rooms) return module
  const [layer = '', ...inner] = module.split('/')
  return inner.length > 1 ? `${layer}/${inner[0]}` : layer
}

/**
 * The rule of a room; none where its layer is a single room.
 * @param {string} room
 * @returns {Room | null}
 */
export function ruleOf(room) {
  const rule = rooms[room]
  if (rule) return rule
  const hasRooms = Object.keys(rooms).some((path) => path.startsWith(`${room}/`))
  if (!room.includes('/') && !hasRooms) return null
  throw new Error(`src/${room}: give this room its rule in test/support/rooms.js`)
}
