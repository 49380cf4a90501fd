import { checkFunction, checkObject, misuse, readLifetime, readTimeout } from './checks.js'
import { readOrigins } from './judgeOrigin.js'
import { readSecrets } from './secrets.js'
import type { TokenHandlerOptions } from './tokenHandlerOptions.js'

const hooks = [
  'authenticate',
  'claims',
  'rateLimit',
  'revokedBefore',
  'onError',
  'onAnswer',
  'now',
] as const

/** Default lifetime of a token in seconds (1 hour). */
const defaultSeconds = 3600

/** Default time limit in milliseconds: half of a client's default, so that it receives `Retry-After`. */
const defaultTimeoutMs = 5000

export type TokenHandlerSettings<Context> = ReturnType<typeof readTokenHandlerOptions<Context>>

/**
 * Checks the options of a token handler, once, before the first request.
 * @throws TypeError that names the option and the remedy
 */
export function readTokenHandlerOptions<Context>(options: TokenHandlerOptions<Context>) {
  checkObject(options, 'the argument', 'createTokenHandler')
  const { secret, authenticate, allowedOrigins, expiresInSeconds = defaultSeconds } = options
  for (const hook of hooks) checkFunction(options[hook], hook, 'createTokenHandler')
  if (!authenticate) {
    throw misuse(
      'createTokenHandler',
      '`authenticate` is missing: pass a function that says who is signed in.',
    )
  }
  if (typeof secret !== 'function') readSecrets(secret, 'createTokenHandler')
  return {
    ...options,
    expiresInSeconds: readLifetime(expiresInSeconds, 'createTokenHandler'),
    hookTimeoutMs: readTimeout(options.hookTimeoutMs ?? defaultTimeoutMs, 'hookTimeoutMs'),
    isFriend: readOrigins(allowedOrigins),
    now: options.now ?? (() => new Date()),
  }
}
