import { createRemoteJWKSet, jwtVerify } from 'jose'
import { createTokenHandler } from 'react-chat-auth/server'

const keys = createRemoteJWKSet(new URL(process.env['JWKS_URL']!))
const expected = { issuer: process.env['ISSUER']!, audience: 'chat' }

const outages = [undefined, 'ERR_JOSE_GENERIC', 'ERR_JWKS_TIMEOUT', 'ERR_JWKS_INVALID']

/** The access token of your identity provider, which the page sends as `Authorization: Bearer …`. */
async function authenticate({ headers }: Request) {
  const token = headers.get('Authorization')?.replace(/^Bearer /i, '') ?? ''
  const verified = await jwtVerify(token, keys, expected).catch(({ code }: { code?: string }) => {
    // 503, so that an outage of the provider's keys signs no user out.
    if (outages.includes(code)) {
      throw new Response(null, { status: 503, headers: { 'Retry-After': '5' } })
    }
  })
  return verified?.payload.sub
}

export const tokens = createTokenHandler({ secret: process.env['CHAT_SECRET']!, authenticate })
