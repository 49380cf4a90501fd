import { expect, it } from 'vitest'
import type { HeldToken } from '../../../src/core/token/heldToken.js'
import { createTokenHolder } from '../../../src/core/token/createTokenHolder.js'
import type { TokenHolder } from '../../../src/core/token/tokenHolder.js'
import { createWorld, mint } from '../../support/world.js'

/** Answer to a dead token after another tab's token that was right about the time. */
function takeDeadAfter(what: (holder: TokenHolder, token: HeldToken) => void) {
  const { environment, serverNow } = createWorld()
  const holder = createTokenHolder({ userId: 'jane', environment, isRenewable: () => true })
  const iat = Math.floor(serverNow() / 1000) + 3600
  const taken = holder.take(mint({ user_id: 'jane', iat, exp: iat + 60 }), 'another-tab', 'renewal')
  what(holder, taken!.token)
  return () => holder.take(mint({ user_id: 'jane', exp: iat - 60 }), 'provider', 'renewal')
}

it("another tab's token is used to estimate the clock once it is accepted", () => {
  const take = takeDeadAfter((holder, token) => holder.accept(token))
  expect(take).toThrow(expect.objectContaining({ code: 'token-expired' }))
})

it("another tab's token that is refused is not used to estimate the clock", () => {
  const take = takeDeadAfter((holder, token) => {
    token.refusedAs = 'refused'
    holder.fallBack(token)
  })
  expect(take).not.toThrow()
})
