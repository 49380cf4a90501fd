import { expectTypeOf, test } from 'vitest'
import {
  ChatAuthProvider,
  LogoutSwitchUser,
  useChatUser,
  useGuest,
  type ChatAuth,
  type ChatUser,
  type ChatUserInput,
  type Connector,
} from '../../src/index.js'

// What is checked here is checked by `npm run typecheck`. Nothing of it runs: hooks need a component.
declare const connector: Connector
declare const auth: ChatAuth
const checked = (_check: () => unknown) => {}

/** A user as the types of an app have them: without an index signature, and `undefined` written out. */
interface AppUser {
  readonly id: string
  name: string | undefined
  image?: string | undefined
  team?: { readonly id: number } | undefined
  greet(): string
}

declare const appUser: AppUser
declare const appUsers: readonly AppUser[]
declare const maybeUser: AppUser | null | undefined

test("an app's own interface is a user wherever one is taken", () => {
  expectTypeOf<AppUser>().toExtend<ChatUserInput>()
  checked(() => auth.connectUser(appUser))
  checked(() => auth.switchUser(appUser, 'token'))
  checked(() => auth.setGuestUser(appUser))
  checked(() => auth.upgradeGuest(appUser))
  checked(() => useChatUser().connectUser(appUser))
  checked(() => useChatUser().switchUser(appUser))
  checked(() => useGuest().setGuestUser(appUser))
  checked(() => useGuest().upgrade(appUser))
  checked(() => <ChatAuthProvider connector={connector} user={maybeUser} />)
  checked(() => <ChatAuthProvider auth={auth} user={appUser} />)
  checked(() => <LogoutSwitchUser users={appUsers} />)
  checked(() => (
    <LogoutSwitchUser users={appUsers.map((user) => ({ ...user, tokenOrProvider: 'token' }))} />
  ))
})

test('so is a literal with fields of its own, and with fields that are undefined', () => {
  expectTypeOf<{ id: string; name: undefined; team: number }>().toExtend<ChatUserInput>()
  checked(() => auth.connectUser({ id: 'jane', name: undefined, image: undefined, team: 7 }))
  checked(() => auth.switchUser({ id: 'jane', name: maybeUser?.name }))
  checked(() => <ChatAuthProvider auth={auth} user={{ id: 'jane', name: undefined, team: 7 }} />)
  checked(() => <LogoutSwitchUser users={[{ id: 'jane', name: undefined, team: 7 }]} />)
})

test('a user whose id may be missing is a mistake, and so is a name that is none', () => {
  expectTypeOf<{ name: string } | { id?: string }>().not.toExtend<ChatUserInput>()
  // @ts-expect-error -- nobody can be connected without an id
  checked(() => auth.connectUser({ name: 'Jane' }))
  // @ts-expect-error -- perhaps nobody
  checked(() => auth.connectUser(maybeUser))
  // @ts-expect-error -- a name is a text
  checked(() => auth.connectUser({ id: 'jane', name: 7 }))
  checked(() => {
    const user: { id?: string } = {}
    // @ts-expect-error -- perhaps without an id
    return auth.connectUser(user)
  })
})

test('who is connected is a ChatUser, whatever was given', () => {
  expectTypeOf<{ id: string; name: undefined }>().not.toExtend<ChatUser>()
  checked(() => {
    expectTypeOf(useChatUser().user).toEqualTypeOf<ChatUser | null>()
  })
})
