/**
 * The cookie of a browser that somebody logged in with: 256 random bits that say nothing by
 * themselves; see processors/review/identity.ts.
 *
 *   HttpOnly           no script reads it
 *   SameSite=Strict    no request that another site causes carries it; pages are served without it
 *                      and ask with it, so links from elsewhere work all the same
 *   __Host-, Secure    behind TLS: no other name, no plain connection and no sibling domain can set
 *                      or see it. Without TLS, on loopback, browsers take neither
 *
 * That isn't relied on alone: `isOwnPage` is asked of every request by cookie that changes anything.
 */

import { randomBytes } from 'node:crypto'
import type { FastifyRequest } from 'fastify'
import type { Config } from '../../config.ts'
import { isOwnOrigin } from './door.ts'

const plainName = 'errata_session'
const secretBytes = 32
const secretForm = /^[\w-]{43}$/

type Asked = Pick<FastifyRequest, 'headers' | 'protocol' | 'host' | 'method'>
type Settings = Partial<Pick<Config, 'publicUrl'>>

export function newSessionSecret(): string {
  return randomBytes(secretBytes).toString('base64url')
}

/** The value of a Set-Cookie header; `seconds` 0: the browser forgets it. */
export function sessionCookie(
  secret: string,
  seconds: number,
  request: Asked,
  settings: Settings,
): string {
  const secure = isSecure(request, settings) ? '; Secure' : ''
  return `${nameFor(request, settings)}=${secret}; Path=/; HttpOnly; SameSite=Strict; Max-Age=${seconds}${secure}`
}

/** What the request's cookie holds; null where there is none of ours, or more than one. */
export function sessionSecretOf(request: Asked, settings: Settings): string | null {
  const name = nameFor(request, settings)
  const found = (request.headers.cookie ?? '')
    .split(/; */)
    .filter((part) => part.startsWith(`${name}=`))
    .map((part) => part.slice(name.length + 1))
  const [secret = ''] = found
  return found.length === 1 && secretForm.test(secret) ? secret : null
}

/**
 * Whether a page of ours sends it, by what the browser says of it and no script can change; who says
 * nothing is not believed.
 */
export function isOwnPage({ headers, host }: Asked, settings: Settings): boolean {
  const { origin, 'sec-fetch-site': site } = headers
  if (site !== undefined && site !== 'same-origin') return false
  return origin === undefined ? site === 'same-origin' : isOwnOrigin(origin, host, settings)
}

export function isReading({ method }: Pick<FastifyRequest, 'method'>): boolean {
  return method === 'GET' || method === 'HEAD'
}

function nameFor(request: Asked, settings: Settings): string {
  return isSecure(request, settings) ? `__Host-${plainName}` : plainName
}

function isSecure({ protocol }: Asked, { publicUrl = null }: Settings): boolean {
  return protocol === 'https' || publicUrl?.startsWith('https:') === true
}
