import type { StreamChatOptions } from 'stream-chat'

/** `bare`: the `stream-chat` client as its docs say to use it · `ours`: the same client in this library. */
export type ArmName = 'bare' | 'ours'

export interface User {
  readonly id: string
  readonly name: string
}

export const jane: User = { id: 'jane', name: 'Jane' }
export const bob: User = { id: 'bob', name: 'Bob' }

/** What an arm connects to, and where its tokens come from. */
export interface ArmSetup {
  readonly apiKey: string
  /** For both arms alike. */
  readonly options: StreamChatOptions
  readonly provideToken: (userId: string) => Promise<string>
}

/** An app's use of the chat client. Every scenario is one script, played with each arm. */
export interface Arm {
  connect(user: User): Promise<unknown>
  /** One API request of the app, made while it shows the chat to `issuer`. */
  request(issuer: User): Promise<unknown>
  /** Logs out and connects the other, with or without waiting for the first before the second. */
  switchUser(user: User, isAwaited: boolean): Promise<unknown>
  /** Whether the client, asked now, says that its socket is up. */
  isHealthy(): boolean
  /** What the app is told of how its session stands. */
  standing(): string
  dispose(): Promise<unknown>
}

export type CreateArm = (setup: ArmSetup) => Arm

/** What marks a request with the user it was made for, for the server to compare with its token. */
export const issuerParam = 'issued_for'
