import { expect, test } from 'vitest'
import { builtModules, inPlainNode } from './dist.js'

/** Globals that React Native or a server lacks, and that Node may have. */
const withoutDom = `
  const dom = ['window', 'self', 'document', 'navigator', 'location', 'history', 'localStorage',
    'sessionStorage', 'WebSocket', 'XMLHttpRequest', 'BroadcastChannel', 'HTMLElement']
  for (const name of dom) delete globalThis[name]`

test('every module but those of components, browser, React Native and the command line loads without a DOM', () => {
  const modules = builtModules().filter(
    (module) =>
      !/^(?:components|browser|native|cli)\/|^cli$|^react-native$|\/notForBrowsers$/.test(module),
  )
  expect(modules).toContain('react/useChatQuery')
  const failed = inPlainNode(`${withoutDom}
    for (const module of ${JSON.stringify(modules)}) {
      await import('./dist/' + module + '.js').catch((error) => console.log(module, error.message))
    }`)
  expect(failed).toBe('')
})

test('a session connects and ends without a DOM', () => {
  const lines = inPlainNode(`${withoutDom}
    const { createChatAuth, httpConnector } = await import('react-chat-auth/core')
    const { createChatBackend } = await import('react-chat-auth/testing')
    const backend = createChatBackend()
    const { apiKey, url: baseUrl, fetch, WebSocket } = backend
    const auth = createChatAuth({ connector: httpConnector({ apiKey, baseUrl, fetch, WebSocket }) })
    await auth.connectUser({ id: 'jane' }, ({ userId }) => backend.createToken(userId))
    console.log(auth.getState().status, (await auth.fetch('/users')).status)
    await auth.refreshToken()
    await auth.disconnectUser()
    console.log(auth.getState().status, backend.counters.liveSockets)
    backend.dispose()`)
  expect(lines.split('\n')).toEqual(['connected 200', 'disconnected 0'])
})
