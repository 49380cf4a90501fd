import { expect, test } from 'vitest'
import type { Contract, Stage } from './stage.js'

const jane = { id: 'jane', name: 'Jane' }

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

export function testTokenOrigin({ setUp }: Contract): void {
  test.each(foreignAddresses)(
    'not to another origin, named by %s: foreign-origin',
    async (_, name) => {
      const stage = await connected(setUp)
      const address = name(new URL(stage.foreign.url), new URL(stage.target.baseUrl))
      expect(await stage.failure(stage.auth.fetch(address))).toMatchObject({
        code: 'foreign-origin',
      })
      expect(stage.foreign.requests).toEqual([])
      expect(stage.backend.counters.requests).toBe(0)
      expect(stage.auth.getState().status).toBe('connected')
    },
  )

  test('what only looks like another host is a path of our own', async () => {
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

  test('to its own origin by an absolute URL', async () => {
    const stage = await connected(setUp)
    const { auth, target, settle } = stage
    expect((await settle(auth.fetch(`${target.baseUrl}/me`))).status).toBe(200)
    expect((await settle(auth.fetch(new URL('/me', target.baseUrl)))).status).toBe(200)
    expect((await settle(auth.fetch('/me?a=b'))).status).toBe(200)
  })

  test.each(['GET', 'POST'])('not after a redirect, of a %s: redirect-refused', async (method) => {
    const stage = await connected(setUp)
    stage.backend.faults.redirectTo = `${stage.foreign.url}/channels`
    expect(await stage.failure(stage.auth.fetch('/channels', { method }))).toMatchObject({
      code: 'redirect-refused',
    })
    expect(stage.foreign.requests).toEqual([])
    expect(stage.tap.requests).toHaveLength(1)
    expect(stage.auth.getState().status).toBe('connected')
  })

  test('not after a redirect to its own origin either, nor if the caller asks to follow', async () => {
    const stage = await connected(setUp)
    stage.backend.faults.redirectTo = '/me'
    const asked = stage.auth.fetch('/channels', { redirect: 'follow' })
    expect(await stage.failure(asked)).toMatchObject({ code: 'redirect-refused' })
    expect(stage.tap.requests).toHaveLength(1)
  })

  test('no guest is made by another server that a redirect points to', async () => {
    const stage = await setUp()
    stage.backend.faults.redirectTo = `${stage.foreign.url}/guest`
    const making = stage.auth.setGuestUser({ id: 'visitor' })
    expect(await stage.failure(making)).toMatchObject({ code: 'redirect-refused' })
    expect(stage.foreign.requests).toEqual([])
  })
}

async function connected(setUp: Contract['setUp']): Promise<Stage> {
  const stage = await setUp()
  await stage.settle(stage.auth.connectUser(jane))
  return stage
}
