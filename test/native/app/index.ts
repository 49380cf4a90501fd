import './setUp.js'
import AsyncStorage from '@react-native-async-storage/async-storage'
import { createChatAuth, httpConnector, httpTokenProvider } from 'react-chat-auth'
import * as everything from 'react-chat-auth'
import { streamChatConnector } from 'react-chat-auth/stream-chat'
import { makeBody, type BodyKind } from './bodies'
import { render, unmount, untilShown, type ScreenProps } from './screen'

type Auth = ReturnType<typeof createChatAuth<any>>

let auth: Auth
const events: { type: string }[] = []

interface Settings {
  readonly connector: 'http' | 'stream-chat'
  readonly apiKey: string
  readonly baseUrl: string
  readonly tokenUrl: string
  readonly options?: object
}

function create({ connector, apiKey, baseUrl, tokenUrl, options }: Settings) {
  auth = createChatAuth<any>({
    connector:
      connector === 'http'
        ? httpConnector({ apiKey, baseUrl })
        : streamChatConnector({ apiKey, options: { baseURL: baseUrl, timeout: 60_000 } }),
    tokenProvider: httpTokenProvider({ url: tokenUrl }),
    guestStorage: AsyncStorage,
    onEvent: (event) => void events.push(event),
    ...options,
  })
}

/** State as plain data; the client is no data. */
function state() {
  const { client, error, ...plain } = auth.getState() as any
  return { ...plain, hasClient: Boolean(client), ...(error && { error: { code: error.code } }) }
}

/** Resolves with the state once it has this status. */
const until = (status: string) =>
  new Promise((resolve) => {
    const look = () => {
      if (auth.getState().status !== status) return
      stop()
      resolve(state())
    }
    const stop = auth.subscribe(look)
    look()
  })

interface Ask {
  readonly path: string
  readonly method?: string
  readonly body?: BodyKind
  readonly headers?: Record<string, string>
}

async function ask({ path, method, body, headers }: Ask) {
  const response = await auth.fetch(path, {
    ...(method && { method }),
    ...(headers && { headers }),
    ...(body && { body: makeBody(body) as never }),
  })
  return { status: response.status, text: await response.text() }
}

/** One request of the connector's own kind: of the stream-chat client, or of the handle. */
async function requestOfClient(path: string) {
  const { client } = auth.getState() as any
  if (!client.channel) return (await auth.fetch(path)).status
  await client.get(client.baseURL + path)
  return 200
}

/** An image of the device, as an image picker describes it. */
interface Image {
  readonly uri: string
  readonly name: string
  readonly type: string
}

/** Uploads an image by the stream-chat client's own channel. */
function sendImage({ uri, name, type }: Image) {
  const { client } = auth.getState() as any
  return client.channel('messaging', 'general').sendImage(uri, name, type)
}

/** Those of these names, such as `Array.prototype.at`, that the engine has not. */
const lacks = (names: string[]) =>
  names.filter(
    (name) => name.split('.').reduce((owner: any, key) => owner?.[key], globalThis) === undefined,
  )

const platform = () => ({
  globals: Object.getOwnPropertyNames(globalThis).sort(),
  exports: Object.keys(everything).sort(),
})

Object.assign(globalThis, {
  app: {
    create,
    state,
    until,
    ask,
    platform,
    lacks,
    events: () => events.map(({ type }) => type),
    sendImage,
    askAll: (asks: Ask[]) => Promise.all(asks.map(ask)),
    requestsOfClient: (paths: string[]) => Promise.all(paths.map(requestOfClient)),
    connectUser: (user: { id: string }) => auth.connectUser(user).then(state),
    connectPaused: (user: { id: string }) =>
      auth.connectUser(user, undefined, { paused: true }).then(state),
    setGuestUser: (user: { id: string }) => auth.setGuestUser(user).then(state),
    connectAnonymousUser: () => auth.connectAnonymousUser().then(state),
    switchUser: (user: { id: string }) => auth.switchUser(user).then(state),
    refreshToken: () => auth.refreshToken().then(state),
    disconnectUser: () => auth.disconnectUser().then(state),
    dispose: () => auth.dispose(),
    render: (props: ScreenProps) => render(auth, props),
    untilShown,
    unmount,
    pause: () => auth.pause().then(state),
    resume: () => auth.resume().then(state),
    upload: ({ path, uri }: { path: string; uri: string }) => {
      const form = new FormData()
      form.append('note', 'hello')
      form.append('file', { uri, name: 'photo.jpg', type: 'image/jpeg' } as never)
      const asked = auth.fetch(path, { method: 'POST', body: form })
      form.append('late', '1')
      return asked.then((response) => response.text())
    },
  },
})
