import { ChatAuthError } from '../errors.js'

/** Something that the app wants of who is connected. The latest one wins. */
export interface Intent {
  isLatest(): boolean
  /** To be called right after every `await`. @throws ChatAuthError `superseded`, or `disposed` */
  ensureLatest(): void
}

export interface Intents {
  /** Supersedes every intent before. */
  begin(): Intent
  /** The one that counts now. */
  latest(): Intent
  /** Supersedes the last one as well, for good. */
  close(): void
  /** @throws ChatAuthError `disposed` once closed */
  ensureOpen(): void
}

export function createIntents(): Intents {
  let latest: Intent = create()
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
    close() {
      latest = create()
      isClosed = true
    },
    ensureOpen,
  }
}
