import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { terminalIn } from './terminal.js'

const fixtures = fileURLToPath(new URL('./fixtures/unsure/', import.meta.url))

/** Each file with the lines that are listed for it, as they begin, and why. */
const listed: Record<string, [code: string, reason: RegExp][]> = {
  'channelToo.tsx': [['await channel.watch()', /does more than connect/]],
  'classComponent.tsx': [['void this.client.connectUser', /outside of an effect/]],
  'clientProp.tsx': [['client.connectUser', /comes from elsewhere/]],
  'conditional.tsx': [['if (!user) return', /under a condition/]],
  'contextLogOut.tsx': [['return <button', /`disconnectUser` on the client/]],
  'exportedClient.tsx': [['export const client', /or exported/]],
  'failure.tsx': [['.catch(setError)', /handles a failure/]],
  'fetchedUser.tsx': [['const me = await', /only known inside of the effect/]],
  'guest.tsx': [['void client.setGuestUser', /a guest or an anonymous user/]],
  'inHandler.tsx': [['return <button', /outside of an effect/]],
  'listener.tsx': [["c.on('message.new'", /does more than connect/]],
  'logOutButton.tsx': [['return <button', /`disconnectUser` on the client/]],
  'namespace.ts': [['export const client', /imports the whole module/]],
  'noCleanup.tsx': [['c.connectUser', /no `disconnectUser` in the cleanup/]],
  'noToken.tsx': [['c.connectUser', /without a token/]],
  'reExport.ts': [['export { Chat', /passes the hook/]],
  'secret.tsx': [['const c = StreamChat', /may be a secret/]],
  'setElsewhere.tsx': [['const [client, setClient]', /other writers/]],
  'sharedClient.tsx': [['export const unread', /outside of the component/]],
  'stockHookLogOut.tsx': [['<button', /`disconnectUser` on the client/]],
  'stray.ts': [['export const client', /nothing here connects/]],
  'twoUsers.tsx': [
    ['one.connectUser', /more than once/],
    ['two.connectUser', /more than once/],
  ],
  'usedAbove.tsx': [['const name = client', /above the place/]],
  'usedEarly.tsx': [['useEffect(() => client.on', /before it is connected/]],
}

test.each(readdirSync(fixtures))('move leaves %s as it is, and lists why', async (file) => {
  const text = readFileSync(fixtures + file, 'utf8')
  const { run, read } = terminalIn({ [file]: text })

  const { code, out } = await run('move', file)

  expect(read(file)).toBe(text)
  expect(code).toBe(0)
  const [summary, ...places] = out.split('\n').toReversed()
  const expected = listed[file] ?? []
  expect(summary).toMatch(/^0 files written/)
  expect(places).toHaveLength(expected.length)
  for (const [index, place] of places.toReversed().entries()) {
    const [, line = 0, reason] = /^\w+\.tsx?:(\d+) (.+) → .+ \(.+\)$/.exec(place) ?? []
    expect(text.split('\n')[Number(line) - 1]?.trim()).toContain(expected[index]?.[0])
    expect(reason).toMatch(expected[index]?.[1] ?? /^$/)
  }
})
