import { describe } from 'vitest'
import { httpConnector } from '../../../src/connectors/http/httpConnector.js'
import { connectorContract } from '../../../src/testing/contract/connectorContract.js'
import { testAll } from '../contract.js'
import { ofPolling, withoutSockets } from '../contract/blocked.js'
import { inMemory, openInMemory } from '../contract/hosts.js'
import { hear } from '../contract/listen.js'

const place = { ...inMemory, open: async () => withoutSockets(await openInMemory()) }

describe('httpConnector where WebSockets are blocked', () => {
  const cases = connectorContract(
    (target) => httpConnector({ ...target, enableWSFallback: true }),
    { place, listen: hear },
  )
  testAll(ofPolling(cases))
})
