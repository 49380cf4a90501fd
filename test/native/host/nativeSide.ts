/** Sends a device event to the app. */
export type Emit = (name: string, ...args: readonly unknown[]) => void

/** What a native module does, by the name of its method. */
export type Implementation = Readonly<Record<string, (...args: never[]) => unknown>>
