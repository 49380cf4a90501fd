import { useEffect, useState } from 'react'
import { BaseImage, type BaseImageProps } from 'stream-chat-react'

/** Shows an uploaded image by `fetch`, because an `<img>` does not reach the backend in the page. */
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
    // A failure means that the image was removed, or is no longer shown.
    load().catch(() => {})
    return () => {
      abort.abort()
      if (url !== undefined) URL.revokeObjectURL(url)
    }
  }, [isUploaded, src])

  const shown = isUploaded ? loaded : src
  return shown === undefined ? null : <BaseImage {...props} src={shown} />
}
