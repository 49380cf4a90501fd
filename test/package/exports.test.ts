import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseSync } from 'vite'
import { describe, expect, test } from 'vitest'
import { inPlainNode, manifest, root, type Target } from './dist.js'

/** Runtime names of an entry, imported by the package's own name; types are not included. */
function namesOf(entry: string) {
  return inPlainNode(`console.log(Object.keys(await import('${entry}')).join('\\n'))`)
}

/**
 * Names that a release promises. After an intended change: `npm run build`, then
 * `npx vitest run --project package test/package -u`, and review the difference.
 */
describe('the public names', () => {
  test('of react-chat-auth', () => {
    expect(namesOf('react-chat-auth')).toMatchInlineSnapshot(`
      "ChatAuthError
      ChatAuthGate
      ChatAuthProvider
      ConnectionStatus
      LogoutSwitchUser
      LogoutSwitchUserAccounts
      LogoutSwitchUserAnonymous
      LogoutSwitchUserAvatar
      LogoutSwitchUserConfirm
      LogoutSwitchUserGuest
      LogoutSwitchUserIdentity
      LogoutSwitchUserLogout
      LogoutSwitchUserProblem
      LogoutSwitchUserRefresh
      LogoutSwitchUserRoot
      LogoutSwitchUserStatus
      RefusedError
      chatAuthErrors
      createChatAuth
      createConnectorHttp
      createConnectorLine
      defaultLabels
      devToken
      httpConnector
      httpTokenProvider
      isChatAuthError
      useAnonymous
      useChatAuth
      useChatAuthState
      useChatClient
      useChatFetch
      useChatMutation
      useChatQuery
      useChatQueryClient
      useChatUser
      useChatUserMenu
      useGuest
      useSuspenseChatUser
      useTokenProvider"
    `)
  })

  test('of react-chat-auth/core', () => {
    expect(namesOf('react-chat-auth/core')).toMatchInlineSnapshot(`
      "ChatAuthError
      RefusedError
      chatAuthErrors
      createChatAuth
      createConnectorHttp
      createConnectorLine
      devToken
      httpConnector
      httpTokenProvider
      isChatAuthError"
    `)
  })

  test('of react-chat-auth/stream-chat', () => {
    expect(namesOf('react-chat-auth/stream-chat')).toMatchInlineSnapshot(`"streamChatConnector"`)
  })

  test('of react-chat-auth/stream-chat-react', () => {
    expect(namesOf('react-chat-auth/stream-chat-react')).toMatchInlineSnapshot(
      `"useCreateChatClient"`,
    )
  })

  test('of react-chat-auth/server', () => {
    expect(namesOf('react-chat-auth/server')).toMatchInlineSnapshot(`
      "UserTokenError
      createTokenHandler
      createUserToken
      toNodeHandler
      verifyUserToken"
    `)
  })

  test('of react-chat-auth/testing', () => {
    expect(namesOf('react-chat-auth/testing')).toMatchInlineSnapshot(`
      "chatBackendPlace
      connectorContract
      createBackendCounters
      createChatBackend
      createManualClock
      tapBackend"
    `)
  })
})

test('every exports entry names a file that the build makes', () => {
  const filesOf = (target: Target): string[] =>
    typeof target === 'string' ? [target] : Object.values(target).flatMap(filesOf)
  const targets = Object.values(manifest.exports).flatMap(filesOf)
  expect(targets).toContain('./dist/react-native.js')
  expect(targets.filter((target) => !existsSync(join(root, target)))).toEqual([])
})

/** Names of an entry, types included. */
function allNamesOf(entry: string) {
  const file = join(root, 'dist', `${entry}.d.ts`)
  return parseSync(file, readFileSync(file, 'utf8')).module.staticExports.flatMap(({ entries }) =>
    entries.map(({ exportName }) => exportName.name ?? ''),
  )
}

test('react-chat-auth/react-native has every name of react-chat-auth but the DOM components', () => {
  const native = allNamesOf('react-native')
  const missing = allNamesOf('index').filter((name) => !native.includes(name))
  const others = missing.filter((name) => !name.startsWith('LogoutSwitchUser'))
  expect(others.toSorted()).toEqual([
    'ChatAuthLabels',
    'ConnectionStatus',
    'ConnectionStatusProps',
    'IdentityKind',
    'PartProps',
    'PartRender',
    'defaultLabels',
  ])
  expect(native.filter((name) => !allNamesOf('index').includes(name))).toEqual([])
})

test('react-chat-auth and its core are the entry for React Native where that is the platform', () => {
  const native = manifest.exports['./react-native']
  for (const entry of ['.', './core']) {
    const target = manifest.exports[entry]
    expect(target).toMatchObject({ 'react-native': native })
    // The first condition that holds is taken.
    expect(Object.keys(target ?? {})[0]).toBe('react-native')
  }
})

test('react-chat-auth has every name of react-chat-auth/core, types included', () => {
  const core = allNamesOf('core')
  expect(core).toContain('ChatAuthState')
  expect(allNamesOf('index')).toEqual(expect.arrayContaining(core))
})

describe('without a browser', () => {
  test.each(['core', 'server', 'testing'])('react-chat-auth/%s loads in plain Node', (entry) => {
    // Newer Node versions have some of these globals; using one on import would fail on older ones.
    const script = `
      const browsers = ['window', 'document', 'navigator', 'WebSocket', 'XMLHttpRequest',
        'localStorage', 'sessionStorage', 'BroadcastChannel']
      for (const name of browsers) delete globalThis[name]
      const before = Reflect.ownKeys(globalThis).length
      await import('react-chat-auth/${entry}')
      console.log('globals added:', Reflect.ownKeys(globalThis).length - before)`
    expect(inPlainNode(script)).toBe('globals added: 0')
  })

  test('react-chat-auth loads on a server, which renders it', () => {
    const script = "await import('react-chat-auth'); console.log(typeof window)"
    expect(inPlainNode(script)).toBe('undefined')
  })
})
