/**
 * What a screen reader hears of one provider: one live region, whichever components are on the page.
 * Rendered by `Announcements`.
 */
export interface Announcer {
  /**
   * Announces a state after `delayMs`, unless it is the one announced last or another follows before.
   * The first state of all is taken as announced.
   */
  settle(key: string, text: string, delayMs: number): void
  /** Announces the outcome of an action. */
  say(text: string): void
  /** Drops what has not been announced. */
  hush(): void
  /** Text of the live region. */
  readonly getText: () => string
  readonly subscribe: (listener: () => void) => () => void
  /** Registers a component that can render the region. Returns a function that leaves. */
  join(member: object): () => void
  /** Whether the member renders the region: the first one that is still there. */
  isSpeaker(member: object): boolean
}

const announcers = new WeakMap<object, Announcer>()

/** Returns the announcer of a handle: the same one for every component on the page. */
export function announcerOf(auth: object): Announcer {
  const known = announcers.get(auth)
  if (known) return known
  const announcer = createAnnouncer()
  announcers.set(auth, announcer)
  return announcer
}

function createAnnouncer(): Announcer {
  const listeners = new Set<() => void>()
  const members = new Set<object>()
  let text = ''
  /** State announced last. Set by `settle`, reset when the last member leaves. */
  let announced: string | null = null
  /** Set by `settle`, reset by `hush`. */
  let timer: ReturnType<typeof setTimeout> | undefined

  function tell(): void {
    for (const listener of listeners) listener()
  }

  function hush(): void {
    clearTimeout(timer)
    timer = undefined
  }

  function say(next: string): void {
    // A region announces a change only; the invisible space makes one of a text that comes twice.
    text = text === next ? `${next}\u00A0` : next
    tell()
  }

  return {
    settle(key, next, delayMs) {
      hush()
      announced ??= key
      if (key === announced) return
      timer = setTimeout(() => {
        announced = key
        say(next)
      }, delayMs)
    },
    say,
    hush,
    getText: () => text,
    subscribe(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    join(member) {
      members.add(member)
      tell()
      return () => {
        members.delete(member)
        if (members.size === 0) {
          hush()
          text = ''
          announced = null
        }
        tell()
      }
    },
    isSpeaker: (member) => members.values().next().value === member,
  }
}
