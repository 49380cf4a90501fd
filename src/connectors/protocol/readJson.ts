import { readText } from './readText.js'

/** Reads a short response as JSON; null if it is none, is too large, or `signal` aborts first. */
export async function readJson(response: Response, signal: AbortSignal): Promise<unknown> {
  try {
    return JSON.parse((await readText(response, signal)) ?? 'null') as unknown
  } catch {
    return null
  }
}
