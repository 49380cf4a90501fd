import { afterEach, expect, it, vi } from 'vitest'
import { createReference } from '../../../src/core/tools/weakRef.js'

afterEach(() => vi.unstubAllGlobals())

it('a reference leads to its object, also in an engine without WeakRef', () => {
  const value = {}
  expect(createReference(value)).toBeInstanceOf(WeakRef)
  expect(createReference(value).deref()).toBe(value)
  vi.stubGlobal('WeakRef', undefined)
  expect(createReference(value).deref()).toBe(value)
})
