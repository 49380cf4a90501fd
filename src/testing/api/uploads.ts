import type { Caller } from '../chat/caller.js'
import { textResponse } from '../wire/wire.js'

interface Upload {
  readonly userId: string
  readonly file: Blob
}

export type Uploads = ReturnType<typeof createUploads>

const folder = '/uploads/'

/** Keeps uploaded files, at addresses that cannot be guessed: whoever shows one sends no token. */
export function createUploads() {
  const uploads = new Map<string, Upload>()

  return {
    /** Keeps a file; returns its address. */
    add(caller: Caller, file: File, origin: string): string {
      const path = `${folder}${crypto.randomUUID()}/${encodeURIComponent(file.name)}`
      uploads.set(path, { userId: caller.userId, file })
      return `${origin}${path}`
    },

    /** `false` for a file that is not there, or is another's. */
    remove(caller: Caller, url: string): boolean {
      const path = URL.canParse(url) ? new URL(url).pathname : ''
      return uploads.get(path)?.userId === caller.userId && uploads.delete(path)
    },

    /** Whether a request is for a file rather than for the API. */
    isFor: ({ method, url }: Request) =>
      method === 'GET' && new URL(url).pathname.startsWith(folder),

    serve({ url }: Request): Response {
      const upload = uploads.get(new URL(url).pathname)
      if (!upload) return textResponse('no such file', 404, 'text/plain')
      return new Response(upload.file, {
        headers: { 'Content-Type': upload.file.type, 'Access-Control-Allow-Origin': '*' },
      })
    },

    reset: () => uploads.clear(),
  }
}
