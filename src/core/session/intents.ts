import { ChatAuthError } from '../errors.js'

/** A call that changes who is connected. The latest intent wins. */
export interface Intent {
  isLatest(): boolean
  /** Call it right after every `await`. @throws ChatAuthError `superseded` or `disposed` */
  ensureLatest(): void
}

export interface Intents {
  /** Creates an intent, which supersedes all earlier ones. */
  begin(): Intent
  latest(): Intent
  /** Whether any intent has begun: the app has said at least once who is to be connected. */
  hasBegun(): boolean
  /** Supersedes every intent, for good. */
  close(): void
  /** @throws ChatAuthError `disposed` once closed */
  ensureOpen(): void
}

export function createIntents(): Intents {
  const initial = create()
  let latest = initial
  let isClosed = false

  function create(): Intent {
    const intent: Intent = {
      isLatest: () => intent === latest,
      ensureLatest() {
        ensureOpen()
        if (intent !== latest) throw new ChatAuthError('superseded')
      },
    }
    return intent
  }

  function ensureOpen(): void {
    if (isClosed) throw new ChatAuthError('disposed')
  }

  return {
    begin() {
      latest = create()
      return latest
    },
    latest: () => latest,
    hasBegun: () => latest !== initial,
    close() {
      latest = create()
      isClosed = true
    },
    ensureOpen,
  }
}
