// The part of `react-native` that the app and its packages use, from React Native's own modules.
import * as TurboModuleRegistry from 'react-native/Libraries/TurboModule/TurboModuleRegistry'

export { default as AppState } from 'react-native/Libraries/AppState/AppState'
export { default as NativeModules } from 'react-native/Libraries/BatchedBridge/NativeModules'
export { default as Platform } from 'react-native/Libraries/Utilities/Platform'
export { default as NativeEventEmitter } from 'react-native/Libraries/EventEmitter/NativeEventEmitter'
export { TurboModuleRegistry }
