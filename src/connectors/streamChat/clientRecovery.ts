import type { StreamChat } from 'stream-chat'
import { createPause } from '../../core/tools/deadline.js'
import type { Environment } from '../../core/environment.js'
import { retryDelayMs } from '../../core/retry.js'
import { handOver, type ChatSocket } from '../protocol/monitorSocket.js'
import type { StreamSeat } from '../protocol/mergedStream.js'
import type { ClientRequests } from './clientRequests.js'
import { isFinal, recoverState, watchAll, type Gap } from './clientState.js'

/** A client that has connected. */
export interface Connected {
  readonly client: StreamChat
  readonly requests: ClientRequests
  /** The channels that its user was added to, as far as it was told. */
  readonly told: ReadonlySet<string>
  /** Closes what the client itself holds open. */
  readonly disconnect: () => Promise<unknown>
}

/** A socket with its place among those that are open at once. */
export interface Seated {
  readonly socket: ChatSocket
  readonly seat: StreamSeat
}

export interface ClientRecoveryOptions {
  readonly environment: Environment
  readonly isLive: (socket: ChatSocket) => boolean
  /** Closes a socket that another one has taken the place of. */
  readonly retire: (socket: ChatSocket) => void
  /** When the backend last said something, by its own clock; null if it has not. */
  readonly lastHeardAt: () => string | null
}

/** Moves what a client watches from one socket to the next, and makes up for what was missed between. */
export interface ClientRecovery {
  /** The live socket is gone: events are missed from now on. */
  missed(): void
  /** Moves everything to `next`, once the moves before are done. */
  takeOver(connected: Connected, next: Seated, previous: ChatSocket | null): void
  /** Makes a waiting attempt now, or ends it where its socket is no longer live. */
  hurry(): void
}

/** How often, and after how long, what was missed is asked for. */
const attempts = { maxAttempts: 8, minDelayMs: 500, maxDelayMs: 30_000 }

export function createClientRecovery(options: ClientRecoveryOptions): ClientRecovery {
  const { environment, isLive, retire } = options
  const pause = createPause(environment)
  /** Since when events were missed that were not made up for: set by `missed`, reset by `makeUp`. */
  let missedSince: Pick<Gap, 'since'> | null = null
  /** The last of the moves, which are made one after another. */
  let moving = Promise.resolve()

  function missed(): void {
    missedSince ??= { since: options.lastHeardAt() }
  }

  async function move(
    connected: Connected,
    { socket, seat }: Seated,
    previous: ChatSocket | null,
  ): Promise<void> {
    const { client } = connected
    // query watches on the old socket → that socket closes: without this wait, the watch is lost.
    await connected.requests.watchesSettled()
    // The new socket hears all before the old one goes: nothing is missed, and nothing need change.
    if (previous && !missedSince && !(await persist(socket, () => watchAll(client)))) missed()
    if (previous) {
      await handOver({ from: previous, to: socket, seat, closeOld: () => retire(previous) })
    }
    if (!previous || previous.lostWith !== null || seat.wasRushed) missed()
    await makeUp(connected, socket)
  }

  async function makeUp({ client, requests, told }: Connected, socket: ChatSocket): Promise<void> {
    const gap = missedSince
    if (!gap) return
    const isMadeUp = await persist(socket, () =>
      recoverState(client, { ...gap, told, hasWatched: requests.hasWatched() }),
    )
    // socket lost → `missed` → `recoverState` resolves here: without this, the second gap is forgotten.
    if (isMadeUp && isLive(socket)) missedSince = null
  }

  /** Whether it was done in the end, before the socket was gone or the backend said no. */
  async function persist(socket: ChatSocket, task: () => Promise<unknown>): Promise<boolean> {
    for (let attempt = 1; isLive(socket) && attempt <= attempts.maxAttempts; attempt++) {
      try {
        await task()
        return true
      } catch (error) {
        if (isFinal(error)) return false
        await pause.wait(retryDelayMs(attempt, attempts, environment.random()))
      }
    }
    return false
  }

  return {
    missed,
    takeOver(connected, next, previous) {
      moving = moving.then(() => move(connected, next, previous))
    },
    hurry: () => pause.end(),
  }
}
