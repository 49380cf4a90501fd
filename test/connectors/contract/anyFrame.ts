import fc from 'fast-check'
import { EVENT_MAP } from 'stream-chat'

/** Names with a meaning for the protocol, its clients or JavaScript itself. */
const names = fc.constantFrom(
  ...'type error code message StatusCode me user id role online mode connection_id cid'.split(' '),
  ...'channel channel_id channel_type channel_mutes mutes member reaction thread'.split(' '),
  ...'created_at received_at deleted_at hard_delete watcher_count frozen parent_id'.split(' '),
  ...'unread_channels unread_messages __proto__ constructor toString toJSON then'.split(' '),
)

const types = fc.oneof(
  fc.constantFrom(...Object.keys(EVENT_MAP)),
  fc.constantFrom(
    'connection.error',
    'error',
    'poke',
    'all',
    '',
    '__proto__',
    'constructor',
    'then',
  ),
  fc.string(),
)

/** An error in the protocol's form, which would end a session if the backend itself sent it. */
const wireError = fc.record({
  code: fc.constantFrom(-1, 2, 5, 9, 17, 40, 41, 42, 43, 69, 99),
  message: fc.string(),
  StatusCode: fc.constantFrom(400, 401, 403, 429, 500),
})

const ids = fc.constantFrom('jane', 'mallory', '!anon', 'c1', '*', 'messaging:team', '__proto__')

const { value } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.jsonValue({ maxDepth: 1 }),
    wireError,
    ids,
    fc.record({ id: ids, role: fc.constantFrom('user', 'anonymous'), name: fc.string() }),
    fc.array(tie('value'), { maxLength: 3 }),
    fc.dictionary(names, tie('value'), { maxKeys: 4 }),
  ),
}))

/** Serialises fields: a name may occur twice, and `__proto__` is an ordinary name. */
const text = (fields: readonly (readonly [string, unknown])[]) =>
  `{${fields.map(([name, its]) => `${JSON.stringify(name)}:${JSON.stringify(its)}`).join(',')}}`

const fields = fc.array(fc.tuple(fc.oneof(names, fc.string()), value), { maxLength: 8 })

/** Frame that another user sends to the channel. The backend adds sender and channel. */
const ofUser = fc
  .tuple(fields, types)
  .map(([custom, type]) =>
    text([
      ...custom,
      ['type', type],
      ['cid', 'messaging:team'],
      ['channel_type', 'messaging'],
      ['channel_id', 'team'],
      ['user', { id: 'mallory' }],
    ]),
  )

/** Frame that is neither an event nor a message of the backend. */
const noEvent = fc
  .oneof(
    fc.json(),
    fc.string(),
    value.map((its) => JSON.stringify(its)),
  )
  .filter((json) => !/"(?:error|type)"/.test(json))

/** Frame that does not concern the connection itself. */
export const anyFrame = fc.oneof(
  { weight: 4, arbitrary: ofUser },
  { weight: 1, arbitrary: noEvent },
)
