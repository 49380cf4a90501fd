// The components of React Native that the page's app renders. The package itself is installed only for
// the tests in test/native.
declare module 'react-native' {
  type Component<Props> = (props: Props) => import('react').ReactNode
  interface Children {
    children?: import('react').ReactNode
  }
  export const View: Component<Children>
  export const Text: Component<Children>
  export const Button: Component<{ title: string; onPress: () => void }>
}
