import { held } from '../../support/promises.js'
import { createNativeModules, type NativeModules } from './nativeModules.js'
import type { Emit } from './nativeSide.js'

/** Text in both directions between the test and a JavaScript engine that runs the bundle. */
export interface Engine {
  /** Calls `__receive` in the engine. */
  send(text: string): void
  close(): void
}

/** Starts an engine whose `__post` calls `onMessage`. */
export type StartEngine = (options: EngineOptions) => Engine

export interface EngineOptions {
  readonly prelude: string
  readonly bundle: string
  readonly modules: object
  readonly onMessage: (text: string) => void
}

type Message =
  | { type: 'timer'; id: number; delayMs: number; isRepeated: boolean }
  | { type: 'stop-timer'; id: number }
  | { type: 'log' | 'fatal'; text: string }
  | { type: 'reply'; id: number; value?: unknown; error?: { message: string } }
  | NativeCall

interface NativeCall {
  readonly type: 'call'
  readonly module: string
  readonly method: string
  readonly args: readonly never[]
  readonly callbacks: readonly number[]
  readonly promise?: number
}

/** App on React Native whose native modules are the test's. */
export interface NativeApp {
  /** Calls a function of the app's own; resolves with what it resolves with. */
  run<Value = unknown>(name: string, param?: unknown): Promise<Value>
  /** Sends an event of a native module. */
  readonly emit: Emit
  readonly native: NativeModules
  /** Lines of `console`, and errors that nobody caught. */
  readonly logs: readonly string[]
  readonly fatal: readonly string[]
  /** Resolves once no timer is left in the app; rejects if one had to run out. */
  untilNoTimer(): Promise<void>
  close(): void
}

export function openNativeApp(
  start: StartEngine,
  { prelude, bundle, os }: Pick<EngineOptions, 'prelude' | 'bundle'> & { os: 'ios' | 'android' },
): NativeApp {
  const timers = new Map<number, NodeJS.Timeout>()
  const replies = new Map<number, ReturnType<typeof held<unknown>>>()
  const logs: string[] = []
  const fatal: string[] = []
  let lastRun = 0
  let ended: ReturnType<typeof held<void>> | null = null

  const send = (message: object) => engine.send(JSON.stringify(message))
  const emit: Emit = (name, ...args) => send({ type: 'emit', name, args })
  const native = createNativeModules({
    emit,
    os,
    onException: (message) => void fatal.push(message),
  })

  async function call({ module, method, args, callbacks, promise }: NativeCall) {
    const back = callbacks.map(
      (id) =>
        (...values: unknown[]) =>
          send({ type: 'callback', id, args: values }),
    )
    try {
      const value = await native.implementations[module]?.[method]?.(...args, ...(back as never[]))
      if (promise !== undefined) send({ type: 'resolve', id: promise, value: value ?? null })
    } catch (error) {
      if (promise === undefined) fatal.push(String(error))
      else send({ type: 'reject', id: promise, text: String(error) })
    }
  }

  const handlers: { [Type in Message['type']]: (message: never) => void } = {
    timer({ id, delayMs, isRepeated }: Message & { type: 'timer' }) {
      const fire = () => {
        ended?.reject(new Error('A timer was left.'))
        if (!isRepeated) timers.delete(id)
        send({ type: 'fire', id })
      }
      timers.set(id, isRepeated ? setInterval(fire, delayMs) : setTimeout(fire, delayMs))
    },
    'stop-timer'({ id }: { id: number }) {
      clearTimeout(timers.get(id))
      timers.delete(id)
      if (timers.size === 0) ended?.resolve()
    },
    log: ({ text }: { text: string }) => void logs.push(text),
    fatal: ({ text }: { text: string }) => void fatal.push(text),
    call: (message: NativeCall) => void call(message),
    reply({ id, value, error }: Message & { type: 'reply' }) {
      const reply = replies.get(id)
      replies.delete(id)
      if (error) reply?.reject(Object.assign(new Error(error.message), error))
      else reply?.resolve(value)
    },
  }

  const engine = start({
    prelude,
    bundle,
    modules: native.described,
    onMessage(text) {
      const message = JSON.parse(text) as Message
      handlers[message.type](message as never)
    },
  })

  return {
    run<Value>(name: string, param?: unknown) {
      const id = ++lastRun
      const reply = held<unknown>()
      replies.set(id, reply)
      send({ type: 'run', id, name, param })
      return reply.promise as Promise<Value>
    },
    emit,
    native,
    logs,
    fatal,
    async untilNoTimer() {
      ended = held()
      if (timers.size > 0) await ended.promise
    },
    close() {
      for (const timer of timers.values()) clearTimeout(timer)
      native.close()
      engine.close()
    },
  }
}
