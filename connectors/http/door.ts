/**
 * Checks that every HTTP server makes of a request before routing it, and the headers of every
 * answer.
 *
 *   Host      an address, localhost, ERRATA_HOST or the host of ERRATA_PUBLIC_URL. A page whose own
 *             name was pointed here (DNS rebinding) has another one; under any other name only
 *             requests with a valid token are answered. Probes ask by address.
 *   Origin    the server's own: what the Host says, whatever the scheme, or ERRATA_PUBLIC_URL
 *   Sec-Fetch-Site   not of another site, but for a link; the guard refuses those as well
 *
 * A request that came through a proxy is never taken for one of this machine.
 */

import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'
import type { Config } from '../../config.ts'

export type DoorSettings = Pick<Config, 'host'> & Partial<Pick<Config, 'publicUrl'>>

export interface Knock {
  readonly headers: IncomingHttpHeaders
  /** Host and port that the client asked for. */
  readonly host: string
  /** Asked only where the Host is not one of ours. */
  readonly hasValidToken: () => boolean
}

export interface Refusal {
  readonly code: 'FORBIDDEN'
  readonly message: string
}

const policy = [
  "default-src 'self'",
  "img-src 'self' blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join('; ')

export const securityHeaders = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
} as const

const ownSites = new Set(['same-origin', 'none'])
const loopbackNames = new Set(['localhost', '127.0.0.1', '::1'])
const forwardingHeaders = [
  'forwarded',
  'via',
  'x-forwarded-for',
  'x-forwarded-host',
  'x-forwarded-proto',
  'x-real-ip',
] as const

/** Why a request is refused with 403, whatever it wants; null where it isn't. */
export function refusalOf(knock: Knock, settings: DoorSettings): Refusal | null {
  if (isForeign(knock, settings)) return foreignOrigin
  if (isOurs(nameOf(knock.host), settings) || knock.hasValidToken()) return null
  return forbidden(
    'under this name only requests with a valid token are answered; ' +
      'ERRATA_PUBLIC_URL says under which name the pages are opened',
  )
}

/** Whether somebody at this machine asks, by a name that no foreign page can have. */
export function isFromHere(
  { headers, host }: Pick<Knock, 'headers' | 'host'>,
  settings: DoorSettings,
): boolean {
  const name = nameOf(host)
  if (isForwarded(headers)) return false
  return loopbackNames.has(name) || name === settings.host
}

/** Whether a proxy passed it on. */
export function isForwarded(headers: IncomingHttpHeaders): boolean {
  return forwardingHeaders.some((header) => headers[header] !== undefined)
}

/** Whether a browser sends it for a page of another site, a link there included. */
export function isFromOtherSite({ 'sec-fetch-site': site }: IncomingHttpHeaders): boolean {
  return site !== undefined && !ownSites.has(String(site))
}

function isForeign({ headers, host }: Knock, settings: DoorSettings): boolean {
  const { origin, 'sec-fetch-mode': mode } = headers
  if (origin !== undefined && !isOwnOrigin(origin, host, settings)) return true
  return isFromOtherSite(headers) && mode !== 'navigate'
}

/** `null`, which a page without an origin sends, is nobody's. */
export function isOwnOrigin(
  origin: string,
  host: string,
  { publicUrl = null }: Pick<DoorSettings, 'publicUrl'>,
): boolean {
  const url = URL.canParse(origin) ? new URL(origin) : null
  if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return false
  const known = publicUrl !== null && URL.canParse(publicUrl) ? new URL(publicUrl).origin : null
  if (url.origin === known) return true
  const own = `${url.protocol}//${host}`
  return URL.canParse(own) && url.host === new URL(own).host
}

function isOurs(name: string, { host, publicUrl = null }: DoorSettings): boolean {
  if (name === '' || isIP(name) > 0 || name === 'localhost') return true // none: no browser asks
  if (name === host.toLowerCase()) return true
  return publicUrl !== null && URL.canParse(publicUrl) && name === new URL(publicUrl).hostname
}

/** Of `name:port`, in small letters; of an address of IPv6 without its brackets. */
function nameOf(host: string): string {
  return host
    .toLowerCase()
    .replace(/:\d*$/, '')
    .replace(/^\[|\]$/g, '')
}

export const foreignOrigin = forbidden('requests from other origins are refused')

function forbidden(message: string): Refusal {
  return { code: 'FORBIDDEN', message }
}
