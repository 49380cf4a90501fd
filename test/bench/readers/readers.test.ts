import { beforeAll, describe, expect, test } from 'vitest'
import type { ReaderFigures } from './measureReaders.js'
import { runReaders } from './runReaders.js'

describe('10,000 components that read the name of the user with useChatUser, in production React', () => {
  let figures: ReaderFigures
  beforeAll(async () => {
    figures = await runReaders(10_000, 3)
  })

  test('render 0 times at a renewal of the token', () => {
    expect(figures.rendersAtRenewal).toBe(0)
  })

  test('keep at most 1.3 kB each beyond what a bare useSyncExternalStore keeps', () => {
    const { hook, bare } = figures.bytesEach
    expect(bare).toBeGreaterThan(500)
    expect(hook - bare).toBeLessThanOrEqual(1300)
  })
})
