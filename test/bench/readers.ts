import { runReaders } from './readers/runReaders.js'

/**
 * `npm run bench:readers`: 10,000 components that read the user's name with `useChatUser`, against as many
 * with a bare `useSyncExternalStore` on the same handle.
 */
const { readers, rounds, rendersAtRenewal, mountMs, bytesEach } = await runReaders(10_000, 20)

console.log(`${readers} readers, the best of ${rounds} rounds`)
console.table({
  'renders at a renewal': { bare: '', hook: rendersAtRenewal, compared: '' },
  'mount, ms of CPU': {
    bare: mountMs.bare.toFixed(1),
    hook: mountMs.hook.toFixed(1),
    compared: `${(mountMs.hook / mountMs.bare).toFixed(2)}×`,
  },
  'bytes each': {
    bare: Math.round(bytesEach.bare),
    hook: Math.round(bytesEach.hook),
    compared: `+${Math.round(bytesEach.hook - bytesEach.bare)}`,
  },
})
