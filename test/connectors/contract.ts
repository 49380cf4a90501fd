import { Readable } from 'node:stream'
import { runInNewContext } from 'node:vm'
import { JSDOM } from 'jsdom'
import { describe, test } from 'vitest'
import type { BodySample } from '../../src/testing/contract/bodySample.js'
import type { ContractCase } from '../../src/testing/contract/contractCase.js'
import { connectorContract } from '../../src/testing/contract/connectorContract.js'
import { inMemory, overNetwork, type HostKind } from './contract/hosts.js'
import { hear } from './contract/listen.js'
import { contractsOf, type CreateConnector } from './contract/stage.js'
import { testFrames } from './contract/frames.js'
import { testLiveness } from './contract/liveness.js'

/**
 * Runs the contract and this protocol's own cases: once in memory, where time passes only when the
 * test says so, and once over a real server, unless other hosts are given.
 */
export function describeConnector(
  name: string,
  createConnector: CreateConnector,
  hosts: readonly HostKind[] = [inMemory, overNetwork],
): void {
  describe.each(hosts)(`${name}, $name`, (place) => {
    const options = { place, protocol: true, listen: hear, bodies: bodiesOfNode }
    testAll(connectorContract(createConnector, options))
    for (const contract of contractsOf(createConnector, [place])) {
      testFrames(contract)
      describe('a quiet socket', () => {
        testLiveness(contract)
      })
    }
  })
}

/** Registers the cases with Vitest, under their groups. */
export function testAll(cases: readonly ContractCase[]): void {
  const groups = new Set(cases.map(({ group }) => group))
  describe.each([...groups])('%s', (of) => {
    const ofGroup = cases.filter(({ group }) => group === of)
    const rows = ofGroup.map(({ title, run }) => [title, run] as const)
    // oxlint-disable-next-line vitest/expect-expect -- the cases have assertions of their own
    test.each(rows)('%s', (_, run) => run())
  })
}

/** Kinds of bodies that exist only in Node. */
export const bodiesOfNode: readonly BodySample[] = [
  ['a Node stream', () => Readable.from(['pi', 'ped']) as unknown as BodyInit, /^piped$/],
  ['bytes of another realm', () => runInNewContext('new Uint8Array([72, 105])'), /^Hi$/],
  ['a form of another realm', foreignForm, /name="note"\r\n\r\nhello\r\n/],
]

function foreignForm(): FormData {
  const form = new new JSDOM('').window.FormData()
  form.append('note', 'hello')
  return form
}
