// Imported first, because it must run before the client is loaded.
import { inMemoryForStreamChat, through } from './contract/streamChatInMemory.js'
import { expect, test, vi } from 'vitest'
import { ChatAuthError } from '../../src/core/errors.js'
import { RefusedError } from '../../src/core/connector.js'
import { describeConnector } from './contract.js'
import { inMemory } from './contract/hosts.js'

// Modules are loaded anew from here on: a second copy, as from a nested install or a federated module.
vi.resetModules()
const { httpConnector } = await import('../../src/connectors/http/httpConnector.js')
const { streamChatConnector } =
  await import('../../src/connectors/streamChat/streamChatConnector.js')
const { ChatAuthError: OtherError } = await import('../../src/core/errors.js')
const { RefusedError: OtherRefused } = await import('../../src/core/connector.js')

test('the second copy of the package has classes of its own', () => {
  expect(OtherError).not.toBe(ChatAuthError)
  expect(OtherRefused).not.toBe(RefusedError)
})

describeConnector('httpConnector of a second copy', (target) => httpConnector(target), [inMemory])

describeConnector(
  'streamChatConnector of a second copy',
  ({ apiKey, baseUrl, fetch }) =>
    streamChatConnector({ apiKey, fetch, options: { baseURL: baseUrl, ...through(fetch) } }),
  [inMemoryForStreamChat],
)
