import { describe, expect, it } from 'vitest'
import { checkAwaits } from './checkAwaits.js'

const inFunction = (body: string) => `async function run() {\n${body}\n}`
const messages = (body: string) =>
  checkAwaits('a.ts', inFunction(body)).map(({ line, message }) => `${line - 1}: ${message}`)

const unproved = 'an await is followed by a proof (ensureAlive, ensureLatest), a return or the end'
const notAlone = 'an await stands alone: `await x`, `const y = await x` or `return await x`'
const uncaught = 'the catch of a try that awaits begins with a proof (ensureAlive, ensureLatest)'

describe('an await that is followed by a proof, a return or the end', () => {
  it.each([
    'await a()\nlife.ensureAlive()\nb()',
    'const x = await a()\nmine.ensureLatest()\nb(x)',
    'await a()\nif (mine.isLatest()) b()',
    'const x = await a()\nreturn x',
    'return await a()',
    'await a()',
    'if (c) {\nawait a()\n}\nlife.ensureAlive()\nb()',
    'if (c) await a()\nlife.ensureAlive()\nb()',
    'for (;;) {\nawait a()\nlife.ensureAlive()\n}',
    'try {\nawait a()\nlife.ensureAlive()\nb()\n} catch (error) {\nlife.ensureAlive()\nc()\n}',
    'try {\nawait a()\n} catch {}',
    'try {\nreturn await a()\n} catch (error) {\nthrow wrap(error)\n}',
    'const later = async () => {\nawait a()\n}\nlater()\nb()',
  ])('passes: %j', (body) => {
    expect(messages(body)).toEqual([])
  })
})

describe('an await after which something is done unproved', () => {
  it.each([
    ['await a()\nb()', `1: ${unproved}`],
    ['const x = await a()\nb(x)', `1: ${unproved}`],
    ['if (c) {\nawait a()\n}\nb()', `2: ${unproved}`],
    ['while (c()) await a()', `1: ${unproved}`],
    ['for (;;) {\nawait a()\n}', `2: ${unproved}`],
    ['await a()\nif (c) b()', `1: ${unproved}`],
    ['b(await a())', `1: ${notAlone}`],
    ['x = await a()', `1: ${notAlone}`],
    ['const x = (await a()) ?? b()', `1: ${notAlone}`],
    ['for await (const x of a()) b(x)', `1: ${notAlone}`],
    ['try {\nawait a()\n} catch (error) {\nb(error)\n}', `2: ${uncaught}`],
    ['try {\nreturn await a()\n} catch (error) {\nb(error)\n}', `2: ${uncaught}`],
    ['const later = async () => {\nawait a()\nb()\n}', `2: ${unproved}`],
  ])('is reported: %j', (body, message) => {
    expect(messages(body)).toEqual([message])
  })
})

describe('a callback of the app', () => {
  it('is called through the outbox', () => {
    expect(checkAwaits('a.ts', 'outbox.tell(() => options.onEvent?.(event))')).toEqual([])
    expect(checkAwaits('a.ts', 'tell(() => { const f = async () => p.getToken(r); f() })')).toEqual(
      [],
    )
  })

  it.each(['onEvent', 'beforeSessionEnd', 'afterSessionEnd', 'getToken'])(
    'is reported where %s is called in the middle of something',
    (name) => {
      expect(checkAwaits('a.ts', `\noptions.${name}?.(x)`)).toEqual([
        { file: 'a.ts', line: 2, message: `\`${name}\` is the app's: call it in outbox.tell` },
      ])
    },
  )
})
