/** As much of React Native's own types as the recipe uses: neither package is a dependency. */
declare module 'react-native' {
  type AppStateStatus = 'active' | 'background' | 'inactive' | 'unknown' | 'extension'
  export const AppState: {
    addEventListener(type: 'change', listener: (status: AppStateStatus) => void): { remove(): void }
  }
}

declare module '@react-native-community/netinfo' {
  interface NetInfoState {
    readonly isConnected: boolean | null
  }
  const NetInfo: {
    addEventListener(listener: (state: NetInfoState) => void): () => void
  }
  export default NetInfo
}
