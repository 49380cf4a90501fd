// The part of React Native that is used here. It is an optional peer, whose own types need not be installed.

declare module 'react-native' {
  export const AppState: {
    readonly currentState: string | null | undefined
    addEventListener(type: 'change', listener: (status: string) => void): { remove(): void }
  }
}
