import type { Connector } from '../../core/connector.js'
import { testBodies } from './bodies.js'
import type { BodySample } from './bodySample.js'
import { testConnecting } from './connecting.js'
import { testConnectingOnClock } from './connectingOnClock.js'
import { createAddCase, type ContractCase } from './contractCase.js'
import type { ContractHost, ContractPlace, ProtocolHost } from './contractHost.js'
import { testEnding } from './ending.js'
import { inMemory, type ChatBackendTarget } from './inMemory.js'
import { testRequests } from './requests.js'
import { testResting } from './resting.js'
import { testRotation } from './rotation.js'
import { testSockets } from './sockets.js'
import { testSocketsOnClock } from './socketsOnClock.js'
import { createStage, type Contract, type Heard, type SetUp } from './stage.js'
import { testStrangers } from './strangers.js'
import { testTokenOrigin } from './tokenOrigin.js'

/** How the contract is played; without options, for a connector to `createChatBackend`, in memory. */
export interface ConnectorContractOptions<Target = ChatBackendTarget> {
  /**
   * Where: a backend of your own, or the one of `createChatBackend` behind a real server.
   * @default the backend of `createChatBackend` in this process, under a manual clock
   */
  place?: ContractPlace<Target> | undefined
  /**
   * Whether the connector speaks the protocol of `stream-chat`: adds the cases about its headers, error
   * codes, frames, pings and close codes. The place must serve a backend of `createChatBackend`.
   * @default false
   */
  protocol?: boolean | undefined
  /** Has a session's client call back with every event. Left out, no case about events is added. */
  listen?: ((client: unknown, hear: (event: Heard) => void) => void) | undefined
  /** More kinds of bodies to send: those that only your platform has. */
  bodies?: readonly BodySample[] | undefined
}

type AddCases = (contract: Contract) => void

const groups: readonly (readonly [group: string, ...addAll: AddCases[]])[] = [
  ['connecting', testConnecting, testConnectingOnClock],
  ['requests', testRequests],
  ['the bodies of requests', testBodies],
  ['where a token goes', testTokenOrigin],
  ['the live socket', testSockets, testSocketsOnClock],
  ['a rotation on a busy channel', testRotation],
  ['a pause', testResting],
  ['a stranger’s word', testStrangers],
  ['the end of a session', testEnding],
]

/**
 * What every connector owes a session, whatever it is made of, as cases for any test runner:
 * `for (const { name, run } of connectorContract(createConnector)) test(name, run)`.
 */
export function connectorContract(
  createConnector: (target: ChatBackendTarget) => Connector,
  options?: ConnectorContractOptions,
): readonly ContractCase[]
export function connectorContract<Target>(
  createConnector: (target: Target) => Connector,
  options: ConnectorContractOptions<Target> & { place: ContractPlace<Target> },
): readonly ContractCase[]
export function connectorContract<Target>(
  createConnector: (target: Target) => Connector,
  options: ConnectorContractOptions<Target> = {},
): readonly ContractCase[] {
  const {
    // By the first overload, the target is the default place's where none is given.
    place = inMemory as unknown as ContractPlace<Target>,
    protocol = false,
    listen,
    bodies = [],
  } = options

  const setUpOf =
    <Host extends ContractHost<Target>>(open: () => Promise<Host>) =>
    (onEnd: Parameters<typeof createStage>[2]): SetUp<Host> =>
    async (stageOptions) =>
      createStage<Target, Host>(await open(), createConnector, onEnd, stageOptions)

  return groups.flatMap(([group, ...addAll]) => {
    const cases: ContractCase[] = []
    const add = (title: string, run: () => Promise<void>) =>
      cases.push({ group, title, name: `${group}: ${title}`, run })
    const open = () => place.open()
    // Asked for where the protocol is spoken only, which such a host serves.
    const openProtocol = open as () => Promise<ProtocolHost<Target>>
    const contract: Contract = {
      hasClock: place.hasClock,
      paths: place.paths,
      requestIdHeader: place.requestIdHeader,
      bodies,
      listen,
      test: createAddCase(add, setUpOf(open)),
      protocol: createAddCase(protocol ? add : () => {}, setUpOf(openProtocol)),
    }
    for (const addCases of addAll) addCases(contract)
    return cases
  })
}
