import fc from 'fast-check'
import { ChatAuthError, isChatAuthError } from '../../../src/core/errors.js'
import { mint, type World } from '../../support/world.js'
import { send, tryTo, whoIs, type Step, type Wanted } from './model.js'

const command = (label: string, step: Step) => ({ step, toString: () => label })

function intend(
  who: string | null,
  act: (world: World) => Promise<unknown>,
  orElse?: (world: World) => string | null,
): Step {
  return (world, model) => {
    const before = model.wanted
    const wayBack = wayBackOf(before, orElse?.(world))
    const intent: Wanted = { who, orElse: wayBack ?? who, wayBack, isSettled: false }
    model.wanted = intent
    model.intents.push(intent)
    act(world)
      .catch((error: unknown) => {
        model.errors.push(error)
        if (model.wanted === intent && isChatAuthError(error) && error.code === 'vetoed') {
          model.wanted = before
          return
        }
        // The switch was undone: the previous identity is wanted again.
        if (model.wanted === intent && intent.orElse !== who) {
          model.wanted = { who: intent.orElse ?? null, orElse: null, isSettled: true }
        }
      })
      .finally(() => {
        intent.isSettled = true
      })
  }
}

/** Whoever comes back if a trial fails: of a trial before another one has connected, the other's. */
function wayBackOf(before: Wanted, previous: string | null | undefined): string | null | undefined {
  const isSecond = previous !== undefined && before.wayBack !== undefined && !before.isSettled
  return isSecond ? before.wayBack : previous
}

const upgrade: Step = (world, model) => {
  const state = world.state()
  const isGuest = 'client' in state && state.identity.type === 'guest'
  const act = () => world.auth.upgradeGuest({ id: 'jane' })
  return isGuest
    ? intend('jane', act, () => 'guest')(world, model)
    : tryTo(async () => void (await act()))(world, model)
}

const lies: Record<string, () => unknown> = {
  nothing: () => undefined,
  'an empty string': () => '',
  'a quoted string': () => '"quoted"',
  'an object': () => ({ token: 'x' }),
  'a token of another user': () => mint({ user_id: 'mallory' }),
  'an expired token': () => mint({ user_id: 'jane', exp: 1 }),
  'an error': () => Promise.reject(new Error('down')),
  'a final error': () => Promise.reject(Object.assign(new Error('no'), { status: 403 })),
}

const openFault = () => Promise.reject(new ChatAuthError('connection-failed'))

export const steps = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.constantFrom('jane', 'bob').map((id) =>
      command(
        `connect ${id}`,
        intend(id, ({ auth }) => auth.connectUser({ id })),
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('jane', 'bob').map((id) =>
      command(
        `switch to ${id}`,
        intend(id, ({ auth }) => auth.switchUser({ id })),
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom('jane', 'bob').map((id) =>
      command(
        `switch to ${id} or go back`,
        intend(
          id,
          ({ auth }) => auth.switchUser({ id }, undefined, { goBack: true }),
          (world) => (world.state().status === 'disconnecting' ? null : whoIs(world)),
        ),
      ),
    ),
  },
  { weight: 1, arbitrary: fc.constant(command('upgrade', upgrade)) },
  {
    weight: 1,
    arbitrary: fc.constant(
      command(
        'connect jane paused',
        intend('jane', ({ auth }) => auth.connectUser({ id: 'jane' }, undefined, { paused: true })),
      ),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constantFrom('pause' as const, 'resume' as const).map((call) =>
      command(
        call,
        tryTo(({ auth }) => auth[call]()),
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: fc
      .boolean()
      .map((isVisible) =>
        command(isVisible ? 'visible' : 'hidden', (world) => world.setVisible(isVisible)),
      ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      command(
        'guest',
        intend('guest', ({ auth }) => auth.setGuestUser({ id: 'v' })),
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      command(
        'anonymous',
        intend('anonymous', ({ auth }) => auth.connectAnonymousUser()),
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      command(
        'log out',
        intend(null, ({ auth }) => auth.disconnectUser()),
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      command(
        'leave this tab',
        intend(null, ({ auth }) => auth.disconnectUser({ thisTabOnly: true })),
      ),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map((mayEnd) =>
      command(mayEnd ? 'a person agrees' : 'a person keeps the session', (_, model) => {
        model.mayEnd = mayEnd
      }),
    ),
  },
  { weight: 5, arbitrary: fc.constant(command('request', send)) },
  {
    weight: 1,
    arbitrary: fc.constant(
      command('abort', (_, { sent }) => sent.at(-1)?.controller.abort(new Error('aborted'))),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      command(
        'refresh',
        tryTo(({ auth }) => auth.refreshToken()),
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constant(
      command(
        'retry',
        tryTo(({ auth }) => auth.retry()),
      ),
    ),
  },
  {
    weight: 6,
    arbitrary: fc
      .constantFrom(0, 1, 400, 5000, 31_000, 100_000)
      .map((ms) => command(`${ms} ms`, ({ clock }) => clock.advance(ms))),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(1000, 3_600_000).map((ms) =>
      command(`sleep ${ms} ms`, (world, model) => {
        model.sleptMs += ms
        world.sleep(ms)
        world.wake()
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc
      .constantFrom(-86_400_000, -20_000, 20_000, 86_400_000)
      .map((ms) => command(`wall clock ${ms} ms`, ({ clock }) => clock.jumpWallClock(ms))),
  },
  {
    weight: 3,
    arbitrary: fc.constant(
      command('revoke', (world) =>
        world.revoke(...world.sockets.map(({ token }) => token).filter(Boolean)),
      ),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(40, 41, 42, undefined).map((code) =>
      command(`drop ${code}`, (world) =>
        world
          .live()
          .at(-1)
          ?.drop(code as 40 | undefined),
      ),
    ),
  },
  {
    weight: 4,
    arbitrary: fc.constant(
      command('provider mints', ({ controls }) => {
        controls.provider = 'mint'
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constant(
      command('provider hangs', ({ controls }) => {
        controls.provider = 'hold'
      }),
    ),
  },
  {
    weight: 2,
    arbitrary: fc.constantFrom(...Object.entries(lies)).map(([name, lie]) =>
      command(`provider answers ${name}`, ({ controls }) => {
        controls.provider = lie
      }),
    ),
  },
  {
    weight: 3,
    arbitrary: fc.constant(
      command('hung calls answer', (world) => {
        for (const call of world.calls) call.resolve(world.mintFor(call.userId))
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constant(
      command('hung calls fail', (world) => {
        for (const call of world.calls) call.reject(new Error('down'))
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map((isOnline) =>
      command(isOnline ? 'online' : 'offline', (world) => {
        world.controls.isOnline = isOnline
        world.wake()
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.boolean().map((isDown) =>
      command(isDown ? 'backend down' : 'backend up', ({ controls }) => {
        controls.openFault = isDown ? openFault : null
      }),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(null, null, 40, 42, 43).map((code) =>
      command(`all tokens ${code}`, ({ controls }) => {
        controls.refuseAll = code as 40 | null
      }),
    ),
  },
)
