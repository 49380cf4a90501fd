import { describe } from 'vitest'
import { testBodies } from './contract/bodies.js'
import { testConnecting } from './contract/connecting.js'
import { testEnding } from './contract/ending.js'
import { testRequests } from './contract/requests.js'
import { testRotation } from './contract/rotation.js'
import { testSockets } from './contract/sockets.js'
import { testStrangers } from './contract/strangers.js'
import { testTokenOrigin } from './contract/tokenOrigin.js'
import type { HostKind } from './contract/hosts.js'
import { contractsOf, type CreateConnector } from './contract/stage.js'

/**
 * What every connector owes a session, whatever it is made of: run once in memory, where time stands
 * still and passes when the test says so, and once over a real server, unless other hosts are named.
 */
export function describeConnector(
  name: string,
  createConnector: CreateConnector,
  hosts?: readonly HostKind[],
): void {
  describe.each(contractsOf(createConnector, hosts))(`${name}, $hostName`, (contract) => {
    describe('connecting', () => {
      testConnecting(contract)
    })
    describe('requests', () => {
      testRequests(contract)
    })
    describe('the bodies of requests', () => {
      testBodies(contract)
    })
    describe('where a token goes', () => {
      testTokenOrigin(contract)
    })
    describe('the live socket', () => {
      testSockets(contract)
    })
    describe('a rotation on a busy channel', () => {
      testRotation(contract)
    })
    describe('a stranger’s word', () => {
      testStrangers(contract)
    })
    describe('the end of a session', () => {
      testEnding(contract)
    })
  })
}
