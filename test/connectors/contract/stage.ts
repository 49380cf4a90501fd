import { onTestFinished } from 'vitest'
import type { Connector } from '../../../src/core/connector.js'
import {
  createStage,
  type Stage as StageOn,
  type StageOptions as AnyStageOptions,
} from '../../../src/testing/contract/stage.js'
import { inMemory, overNetwork, type ConnectorTarget, type Host, type HostKind } from './hosts.js'

export { later, nothing, whatIsLeft } from '../../../src/testing/contract/stage.js'

export type CreateConnector = (target: ConnectorTarget) => Connector
export type Stage = StageOn<Host>

export interface StageOptions extends AnyStageOptions {
  target?: Partial<ConnectorTarget>
}

/** Host of the contract, for tests of one connector. */
export interface Contract {
  readonly hostName: string
  readonly hasClock: boolean
  readonly setUp: (options?: StageOptions) => Promise<Stage>
}

/** Hosts on which the contract is tested. */
export function contractsOf(
  createConnector: CreateConnector,
  hosts: readonly HostKind[] = [inMemory, overNetwork],
): readonly Contract[] {
  return hosts.map((host) => ({
    hostName: host.name,
    hasClock: host.hasClock,
    setUp: async (options) =>
      createStage(
        await host.open(),
        createConnector,
        (cleanup) => onTestFinished(cleanup),
        options,
      ),
  }))
}
