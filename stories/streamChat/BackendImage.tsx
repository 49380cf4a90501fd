import { useEffect, useState } from 'react'
import { BaseImage, type BaseImageProps } from 'stream-chat-react'

/** An uploaded image: the page's `fetch` reaches the backend in the page, an `<img>` does not. */
export function BackendImage({ src = '', ...props }: BaseImageProps) {
  const isUploaded = src.startsWith('http')
  const [loaded, setLoaded] = useState<string>()

  useEffect(() => {
    if (!isUploaded) return
    const abort = new AbortController()
    let url: string | undefined
    const load = async () => {
      const response = await fetch(src, { signal: abort.signal })
      url = URL.createObjectURL(await response.blob())
      setLoaded(url)
    }
    // What fails here was taken away, or is no longer looked at.
    load().catch(() => {})
    return () => {
      abort.abort()
      if (url !== undefined) URL.revokeObjectURL(url)
    }
  }, [isUploaded, src])

  const shown = isUploaded ? loaded : src
  return shown === undefined ? null : <BaseImage {...props} src={shown} />
}
