import { expectTypeOf, test } from 'vitest'
import * as core from '../../src/core.js'
import * as app from '../../src/index.js'
import {
  ChatAuthError,
  createChatAuth,
  createConnectorHttp,
  createConnectorLine,
  RefusedError,
  type ChatAuth,
  type ChatIdentity,
  type ChatUser,
  type Connection,
  type ConnectionContext,
  type Connector,
  type ConnectorHttp,
  type ConnectorLine,
  type Credential,
  type Environment,
  type IgnoredFrame,
  type Refusal,
  type RefusalCode,
  type SendResult,
} from '../../src/core.js'

// What is checked here is checked by `npm run typecheck`; run, these tests are empty.

interface Line {
  readonly isOpen: boolean
}

/** Written with the names that the package exports, and with a type for each value that it handles. */
const connector: Connector<Line> = {
  id: 'own',
  createConnection(context: ConnectionContext): Connection<Line> {
    const identity: ChatIdentity = context.identity
    const environment: Environment = context.environment
    const lost = (refusal: Refusal, credential: Credential) =>
      context.connectionLost(new RefusedError(refusal), credential)
    const ignored: IgnoredFrame = 'not-json'
    const code: RefusalCode = 40
    return {
      client: { isOpen: identity.type === 'user' },
      open(credential: Credential): Promise<ChatUser> {
        environment.setTimer(() => lost({ code, message: 'expired' }, credential), 1)
        context.framesIgnored(ignored, 1)
        return Promise.reject(new ChatAuthError('connection-failed'))
      },
      fetch: (input, init) =>
        context.send(async ({ token }, requestId): Promise<SendResult<Response>> => {
          const value = await fetch(input, { ...init, headers: { token, requestId } })
          return { refusal: null, value }
        }, init?.signal),
      close: async () => {},
    }
  },
  createGuest: async (user) => ({ user, token: '' }),
}

test('a connector of one’s own is written with the names of the public entries', () => {
  const make = () => createChatAuth({ connector })
  expectTypeOf(make).returns.toEqualTypeOf<ChatAuth<Line>>()
})

test('the app’s entry exports what a connector needs as well', () => {
  expectTypeOf<app.Connector<Line>>().toEqualTypeOf<core.Connector<Line>>()
  expectTypeOf<app.Connection<Line>>().toEqualTypeOf<core.Connection<Line>>()
  expectTypeOf<app.ConnectionContext>().toEqualTypeOf<core.ConnectionContext>()
  expectTypeOf<app.Credential>().toEqualTypeOf<core.Credential>()
  expectTypeOf<app.IgnoredFrame>().toEqualTypeOf<core.IgnoredFrame>()
  expectTypeOf<app.Refusal>().toEqualTypeOf<core.Refusal>()
  expectTypeOf<app.RefusalCode>().toEqualTypeOf<core.RefusalCode>()
  expectTypeOf<app.SendResult<Line>>().toEqualTypeOf<core.SendResult<Line>>()
  expectTypeOf<app.TabChannel>().toEqualTypeOf<core.TabChannel>()
  expectTypeOf<app.TabEnvironment>().toEqualTypeOf<core.TabEnvironment>()
  expectTypeOf(app.RefusedError).toEqualTypeOf(core.RefusedError)
})

test('a refusal has a code of the protocol, and a request ends in a value or in a refusal', () => {
  expectTypeOf<{ code: 401; message: string }>().not.toExtend<Refusal>()
  expectTypeOf<{ value: Response }>().not.toExtend<SendResult<Response>>()
  // @ts-expect-error -- a plain error does not say whether another try may help
  const fail = (context: ConnectionContext) => context.connectionLost(new Error('gone'))
  expectTypeOf(fail).toBeFunction()
})

test('the helpers fit where they are meant to go', () => {
  const http = createConnectorHttp({
    baseUrl: 'https://own.test',
    authorize: ({ url, headers }, { token }) => {
      expectTypeOf(url).toEqualTypeOf<core.RequestUrl>()
      headers.set('Authorization', token)
    },
    readError: ({ status, headers, body }) => {
      expectTypeOf(status).toBeNumber()
      expectTypeOf(headers).toEqualTypeOf<Headers>()
      expectTypeOf(body['error']).toBeUnknown()
      return null
    },
  })
  expectTypeOf(http).toEqualTypeOf<ConnectorHttp>()
  expectTypeOf<ConnectorHttp['sessionFetch']>().returns.toEqualTypeOf<Connection['fetch']>()
  expectTypeOf(http.takeRequest).toEqualTypeOf<NonNullable<Connector['takeRequest']>>()
  expectTypeOf<ConnectionContext>().toExtend<Parameters<ConnectorHttp['request']>[2]>()
  const makeLine = (context: ConnectionContext) =>
    createConnectorLine(context, {
      async *connect(credential, signal) {
        expectTypeOf(credential).toEqualTypeOf<Credential>()
        expectTypeOf(signal).toEqualTypeOf<AbortSignal>()
        yield { user: { id: 'jane' } }
      },
      readWelcome: ({ user }) => user,
      onMessage({ user }) {
        expectTypeOf(user.id).toBeString()
      },
    })
  expectTypeOf(makeLine).returns.toEqualTypeOf<ConnectorLine>()
  expectTypeOf<app.ConnectorHttp>().toEqualTypeOf<core.ConnectorHttp>()
  expectTypeOf<app.ConnectorLine>().toEqualTypeOf<core.ConnectorLine>()
  // @ts-expect-error -- what an error answer means is for its author to say
  const make = () => createConnectorHttp({ baseUrl: '', authorize: () => {} })
  expectTypeOf(make).returns.toEqualTypeOf<ConnectorHttp>()
})
