import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { terminalIn } from './terminal.js'

const sample = (state: string) =>
  readFileSync(new URL(`./fixtures/moved/tutorial.${state}.tsx`, import.meta.url), 'utf8')

test('without a command, and with --help, the command line lists its commands', async () => {
  const { run } = terminalIn({})

  const help = await run('--help')

  expect(help).toEqual(await run())
  expect(help).toEqual(await run('move', '--help'))
  expect(help.code).toBe(0)
  expect(help.out).toContain('move <file|folder> [--dry]')
})

test.each([
  [['mvoe'], "There is no command 'mvoe'. `npx react-chat-auth --help` lists them."],
  [['move'], 'Name one file or folder: npx react-chat-auth move src'],
  [['move', 'a', 'b'], 'Name one file or folder: npx react-chat-auth move src'],
  [['move', 'src'], "There is no file or folder 'src'."],
  [['move', '--dri', 'src'], "move has no option '--dri', only --dry."],
])('the command line %j ends with exit code 1 and a sentence', async (args, sentence) => {
  const { run } = terminalIn({})

  expect(await run(...args)).toEqual({ code: 1, out: '', errors: sentence })
})

test('with --dry, move prints the change of a file and writes nothing', async () => {
  const { run, read } = terminalIn({ 'src/App.tsx': sample('before') })

  const { code, out } = await run('move', 'src', '--dry')

  expect(read('src/App.tsx')).toBe(sample('before'))
  expect(out).toContain('--- src/App.tsx\n+++ src/App.tsx\n@@ -1,')
  const kept = (mark: string) =>
    out.split('\n').filter((line) => line.startsWith(mark) || line.startsWith(' '))
  const lines = (mark: string) =>
    kept(mark)
      .map((line) => line.slice(1))
      .join('\n')
  expect(sample('before')).toContain(lines('-').replace(/^-- .*\n/, ''))
  expect(sample('after')).toContain(lines('+').replace(/^\+\+ .*\n/, ''))
  expect(out).toMatch(/\n1 file to write, 0 places to look at\.$/)
  expect(code).toBe(0)
})

test('in a folder, move reads its own modules, and none that is installed, built or hidden', async () => {
  const kept = ['node_modules/x/App.tsx', 'dist/App.tsx', '.git/App.tsx', 'src/types.d.ts', 'a.md']
  const written = ['App.tsx', 'src/chat/Team.tsx', 'src/distance/App.tsx']
  const files = [...kept, ...written].map((name) => [name, sample('before')])
  const { run, read } = terminalIn(Object.fromEntries(files) as Record<string, string>)

  const { out } = await run('move', '.')

  expect(written.map(read)).toEqual(written.map(() => sample('after')))
  expect(kept.map(read)).toEqual(kept.map(() => sample('before')))
  expect(out).toMatch(/3 files written/)
})

test('a file that cannot be parsed is named with its place, and the others are written', async () => {
  const broken = "import { StreamChat } from 'stream-chat'\nconst = 1\n"
  const { run, read } = terminalIn({ 'a.ts': broken, 'b.tsx': sample('before') })

  const { code, out, errors } = await run('move', '.')

  expect(errors).toBe('a.ts:2:7 cannot be read: Unexpected token')
  expect(code).toBe(1)
  expect(read('a.ts')).toBe(broken)
  expect(read('b.tsx')).toBe(sample('after'))
  expect(out).toMatch(/1 file written, 0 places to look at, 1 file not read\.$/)
})

test('a file without chat is not read, so that a syntax of its own is no error', async () => {
  const { run } = terminalIn({ 'a.js': 'const = 1' })

  expect((await run('move', '.')).code).toBe(0)
})

test('the client of a server, and what this library logs out, are not listed', async () => {
  const { run } = terminalIn({
    'server.ts': `import { StreamChat } from 'stream-chat'
export const chat = StreamChat.getInstance('key', process.env['SECRET'])`,
    'LogOut.tsx': `import { useChatUser } from 'react-chat-auth'
export function LogOut() {
  const user = useChatUser()
  return <button onClick={() => user.disconnectUser()}>Log out</button>
}`,
    'Call.tsx': `import { StreamVideoClient } from '@stream-io/video-react-sdk'
export const leave = (client: StreamVideoClient) => client.disconnectUser()`,
  })

  expect((await run('move', '.')).out).toBe('0 files written, 0 places to look at.')
})

test('a line of a file keeps its own line end, where they are mixed', async () => {
  const mixed = (state: string) => sample(state).replaceAll('\n', '\r\n').replace(/\r\n$/, '\n')
  const { run, read } = terminalIn({ 'App.tsx': mixed('before') })

  await run('move', 'App.tsx')

  expect(read('App.tsx')).toBe(mixed('after'))
})
