import type { Implementation } from './nativeSide.js'

/** A blob as React Native's JavaScript knows it: a part of bytes that the native side keeps. */
export interface BlobData {
  readonly blobId: string
  readonly offset: number
  readonly size: number
}

type BlobPart = { type: 'string'; data: string } | { type: 'blob'; data: BlobData }

export interface Blobs {
  read(data: BlobData): Buffer
  add(id: string, bytes: Buffer): BlobData
  remove(id: string): void
}

export function createBlobs(): Blobs {
  const kept = new Map<string, Buffer>()
  return {
    read({ blobId, offset, size }) {
      const bytes = kept.get(blobId)
      if (!bytes) throw new Error(`there is no blob ${blobId}`)
      return bytes.subarray(offset, size === -1 ? undefined : offset + size)
    },
    add(blobId, bytes) {
      kept.set(blobId, bytes)
      return { blobId, offset: 0, size: bytes.length }
    },
    remove: (id) => void kept.delete(id),
  }
}

export function blobModules(blobs: Blobs): Record<string, Implementation> {
  const bytesOf = (part: BlobPart) =>
    part.type === 'string' ? Buffer.from(part.data) : blobs.read(part.data)
  return {
    BlobModule: {
      addNetworkingHandler: () => {},
      addWebSocketHandler: () => {},
      removeWebSocketHandler: () => {},
      createFromParts: (parts: BlobPart[], id: string) =>
        void blobs.add(id, Buffer.concat(parts.map(bytesOf))),
      release: (id: string) => blobs.remove(id),
    },
    FileReaderModule: {
      readAsText: (data: BlobData) => blobs.read(data).toString(),
      readAsDataURL: (data: BlobData) =>
        `data:application/octet-stream;base64,${blobs.read(data).toString('base64')}`,
    },
  }
}
