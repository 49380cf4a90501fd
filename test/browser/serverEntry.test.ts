import { expect, test } from 'vitest'

test('the server’s entry throws in a browser, past every bundler', async () => {
  await expect(import('../../src/server.js')).rejects.toThrow(
    'react-chat-auth/server was loaded in a browser',
  )
})
