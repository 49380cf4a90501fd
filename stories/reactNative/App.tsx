import { Button, Text, View } from 'react-native'
import {
  ChatAuthProvider,
  httpConnector,
  httpTokenProvider,
  useChatUser,
} from '../../src/react-native.js'

const connector = httpConnector({ apiKey: 'your-key', baseUrl: 'https://chat.example.com' })
const tokenProvider = httpTokenProvider({
  url: 'https://api.example.com/chat/token',
  headers: async () => ({ Authorization: `Bearer ${await readAppSession()}` }),
})

/** Your app's own proof of sign-in, such as from the keychain. */
declare function readAppSession(): Promise<string>

export function App({ currentUser }: { currentUser: { id: string; name: string } | null }) {
  return (
    <ChatAuthProvider connector={connector} tokenProvider={tokenProvider} user={currentUser}>
      <Status />
    </ChatAuthProvider>
  )
}

function Status() {
  const { status, user, error, retry, disconnectUser } = useChatUser()
  return (
    <View>
      <Text>{user ? `${user.name ?? user.id}: ${status}` : status}</Text>
      {error && <Button title="Try again" onPress={() => void retry()} />}
      <Button title="Log out" onPress={() => void disconnectUser()} />
    </View>
  )
}
