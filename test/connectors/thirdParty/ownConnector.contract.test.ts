import { readFileSync } from 'node:fs'
import { describe, expect, test, vi } from 'vitest'
import { connectorContract } from '../../../src/testing.js'
import { ownConnector } from '../../../stories/connectors/ownConnector.js'
import { bodiesOfNode, testAll } from '../contract.js'
import { inThisProcess, overHttp, type OwnTarget } from './ownPlaces.js'

// The page's example imports the package by its name, which resolves to the source here.
vi.mock('react-chat-auth/core', () => import('../../../src/core.js'))

describe.each([inThisProcess, overHttp])('the connector of the page, $name', (place) => {
  testAll(
    connectorContract(({ baseUrl, fetch }: OwnTarget) => ownConnector(baseUrl, fetch), {
      place,
      bodies: bodiesOfNode,
      listen: (client, hear) =>
        (client as EventTarget).addEventListener('chat', (event) =>
          hear((event as CustomEvent<{ type: string }>).detail),
        ),
    }),
  )
})

test('the connector of the page has as many lines as the page says', () => {
  const read = (name: string) =>
    readFileSync(new URL(`../../../stories/connectors/${name}`, import.meta.url), 'utf8')
  expect(read('ownConnector.ts').trimEnd().split('\n')).toHaveLength(39)
  expect(read('WriteAConnector.mdx')).toContain('This one has 39 lines')
})
