import type { NetInfo } from './createNativeEnvironment.js'

declare const require: (name: string) => unknown

/**
 * The package `@react-native-community/netinfo`; null where it is not installed, or lacks its native half.
 * Read while this module loads: Metro shows an error screen for a `require` that fails later.
 */
export const netInfo: NetInfo | null = findNetInfo()

function findNetInfo(): NetInfo | null {
  try {
    // Within `try`, Metro bundles a `require` of a missing package as one that throws.
    const found = require('@react-native-community/netinfo') as NetInfo & { default?: NetInfo }
    return found.default ?? found
  } catch {
    return null
  }
}
