import { expect, test } from 'vitest'
import { httpConnector } from '../../../src/connectors/http/httpConnector.js'
import {
  RefusedError,
  type Connection,
  type ConnectionContext,
  type Connector,
} from '../../../src/core/connector.js'
import { ChatAuthError } from '../../../src/core/errors.js'
import { connectorContract, type ChatBackendTarget } from '../../../src/testing.js'

type CreateConnector = (target: ChatBackendTarget) => Connector

/** A connector that keeps the contract but for one thing, which a change of its connections breaks. */
function brokenIn(
  change: (made: Connection, context: ConnectionContext) => Partial<Connection>,
  changeContext: (context: ConnectionContext) => Partial<ConnectionContext> = () => ({}),
): CreateConnector {
  return (target) => {
    const whole = httpConnector(target)
    return {
      ...whole,
      createConnection(context) {
        const made = whole.createConnection({ ...context, ...changeContext(context) })
        return { ...made, ...change(made, context) }
      },
    }
  }
}

/** What the named cases say of a connector that fails them. */
async function failuresOf(create: CreateConnector, names: readonly string[]) {
  const failures: Record<string, unknown> = {}
  for (const { name, run } of connectorContract(create)) {
    if (!names.includes(name)) continue
    await run().catch((error: Error) => (failures[name] = error.message))
  }
  return failures
}

const kept =
  'connecting: connects as the user that the backend knows, with one provider call and one socket'

const serverError = () => new ChatAuthError('server-error', { retryable: false })
const refused = () => new RefusedError({ code: 40, message: 'expired' })

test.each<[what: string, fails: string, create: CreateConnector, says: RegExp]>([
  [
    'takes whoever is welcomed for its user',
    'a stranger’s word: a user who is welcomed as somebody else is not connected',
    brokenIn((made, { identity }) => ({
      open: (credential) =>
        made.open(credential).catch((error: ChatAuthError) => {
          if (error.code !== 'wrong-user' || identity.type === 'anonymous') throw error
          return identity.user
        }),
    })),
    /^It succeeded\.$/,
  ],
  [
    'takes a refused token for an error of the server',
    'connecting: refused at the socket with 40, it fails as token-refused',
    brokenIn((made) => ({
      open: (credential) => made.open(credential).catch(() => Promise.reject(serverError())),
    })),
    /^Expected .*server-error.* to equal .*token-refused/,
  ],
  [
    'takes a broken line for a refused token',
    'the live socket: dropped with "abnormal", it is reopened with the token it has',
    brokenIn(
      () => ({}),
      (context) => ({
        connectionLost: (_, credential) => context.connectionLost(refused(), credential),
      }),
    ),
    /^Expected \["connecting","connected"\] to equal \[.*"reconnecting"/,
  ],
  [
    'leaves its socket open at a log-out',
    'the end of a session: a log-out is over when the socket is closed, not before',
    brokenIn(
      () => ({ close: async () => {} }),
      () => ({ signal: new AbortController().signal }),
    ),
    /^Expected 1 to be 0\.$/,
  ],
  [
    'sends requests as they come',
    'requests: cannot be told to carry another token, nor another id',
    (target) =>
      brokenIn(() => ({
        fetch: (path, init) => target.fetch(new URL(path, target.baseUrl), init),
      }))(target),
    /^Expected 401 to be 200\.$/,
  ],
  [
    'makes a guest whatever it is answered',
    'where a token goes: no guest is made by another server that a redirect points to',
    (target) => ({
      ...httpConnector(target),
      createGuest: async (user) => ({ user, token: 'made up' }),
    }),
    /redirect-refused/,
  ],
])('a connector that %s fails the case "%s", and says why', async (_, fails, create, says) => {
  const failures = await failuresOf(create, [kept, fails])
  expect(failures).toEqual({ [fails]: expect.stringMatching(says) })
})

test('each case has a name of its own, which begins with its group', () => {
  const cases = connectorContract(httpConnector)
  expect(new Set(cases.map(({ name }) => name)).size).toBe(cases.length)
  for (const { group, title, name } of cases) expect(name).toBe(`${group}: ${title}`)
})
