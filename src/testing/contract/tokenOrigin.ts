import { expect } from './expect.js'
import { connected, type Contract } from './stage.js'

/** Each a way to name another server, given that server's address and the backend's own. */
const foreignAddresses: readonly [string, (foreign: URL, own: URL) => string | URL][] = [
  ['an absolute URL', (foreign) => `${foreign.origin}/channels`],
  ['a URL object', (foreign) => new URL('/channels', foreign)],
  ['//host', (foreign) => `//${foreign.host}/channels`],
  ['\\\\host', (foreign) => `\\\\${foreign.host}\\channels`],
  ['/\\host', (foreign) => `/\\${foreign.host}/channels`],
  ['blanks before //host', (foreign) => `  //${foreign.host}/channels`],
  ['our host as user name', (foreign, own) => `${own.protocol}//${own.host}@${foreign.host}/`],
  ['the scheme in capitals', (foreign) => `HTTP://${foreign.host}/channels`],
  ['our host under another scheme', (_, own) => `ftp://${own.host}/channels`],
  ['our host at another port', (_, own) => `${own.protocol}//${own.hostname}:1/channels`],
  ['data:', () => 'data:application/json,{}'],
]

export function testTokenOrigin({ test, paths }: Contract): void {
  test.each(foreignAddresses)(
    'not to another origin, named by %s: foreign-origin',
    async (setUp, _, name) => {
      const stage = await connected(setUp)
      const address = name(new URL(stage.foreign.url), new URL(stage.baseUrl))
      expect(await stage.failure(stage.auth.fetch(address))).toMatchObject({
        code: 'foreign-origin',
      })
      expect(stage.foreign.requests).toEqual([])
      expect(stage.backend.counters.requests).toBe(0)
      expect(stage.auth.getState().status).toBe('connected')
    },
  )

  test('what only looks like another host is a path of our own', async (setUp) => {
    const stage = await connected(setUp)
    const { host } = new URL(stage.foreign.url)
    for (const path of [
      `@${host}/me`,
      `.${host}/me`,
      `:1/me`,
      `/\t/${host}/me`,
      `ht\ntp://${host}`,
    ]) {
      const answer = stage.settle(stage.auth.fetch(path))
      expect((await answer).status).toBe(404)
    }
    expect(stage.foreign.requests).toEqual([])
    expect(stage.backend.counters.requests).toBe(5)
  })

  test('to its own origin by an absolute URL', async (setUp) => {
    const stage = await connected(setUp)
    const { auth, baseUrl, settle } = stage
    expect((await settle(auth.fetch(`${baseUrl}${paths.own}`))).status).toBe(200)
    expect((await settle(auth.fetch(new URL(paths.own, baseUrl)))).status).toBe(200)
    expect((await settle(auth.fetch(`${paths.own}?a=b`))).status).toBe(200)
  })

  test.each(['GET', 'POST'])(
    'not after a redirect, of a %s: redirect-refused',
    async (setUp, method) => {
      const stage = await connected(setUp)
      stage.backend.faults.redirectTo = `${stage.foreign.url}/channels`
      expect(await stage.failure(stage.auth.fetch(paths.items, { method }))).toMatchObject({
        code: 'redirect-refused',
      })
      expect(stage.foreign.requests).toEqual([])
      expect(stage.tap.requests).toHaveLength(1)
      expect(stage.auth.getState().status).toBe('connected')
    },
  )

  test('not after a redirect to its own origin either, nor if the caller asks to follow', async (setUp) => {
    const stage = await connected(setUp)
    stage.backend.faults.redirectTo = paths.own
    const asked = stage.auth.fetch(paths.items, { redirect: 'follow' })
    expect(await stage.failure(asked)).toMatchObject({ code: 'redirect-refused' })
    expect(stage.tap.requests).toHaveLength(1)
  })

  test('no guest is made by another server that a redirect points to', async (setUp) => {
    const stage = await setUp()
    stage.backend.faults.redirectTo = `${stage.foreign.url}/guest`
    const making = stage.auth.setGuestUser({ id: 'visitor' })
    expect(await stage.failure(making)).toMatchObject({ code: 'redirect-refused' })
    expect(stage.foreign.requests).toEqual([])
  })
}
