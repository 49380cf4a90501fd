import type { Caller } from '../chat/caller.js'
import { textResponse } from '../wire/wire.js'

interface Upload {
  readonly userId: string
  readonly file: Blob
}

export type Uploads = ReturnType<typeof createUploads>

const folder = '/uploads/'

/** Stores uploaded files under unguessable URLs, because requests for them carry no token. */
export function createUploads() {
  const uploads = new Map<string, Upload>()

  return {
    /** Stores a file; returns its URL. */
    add(caller: Caller, file: File, origin: string): string {
      const path = `${folder}${crypto.randomUUID()}/${encodeURIComponent(file.name)}`
      uploads.set(path, { userId: caller.userId, file })
      return `${origin}${path}`
    },

    /** Removes a file; false if it is missing or belongs to another user. */
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
