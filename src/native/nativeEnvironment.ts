import { AppState } from 'react-native'
import type { Environment } from '../core/environment.js'
import { createNativeEnvironment } from './createNativeEnvironment.js'
import { netInfo } from './netInfo.js'

/** Creates the environment from React Native's own modules. */
export function nativeEnvironment(): Environment {
  return createNativeEnvironment(AppState, netInfo)
}
