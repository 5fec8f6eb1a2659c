/** What a setting is, and how its text is validated. */

import { createPrivateKey, X509Certificate } from 'node:crypto'
import { isIP } from 'node:net'

export interface Setting {
  readonly env: string
  readonly type: 'text' | 'number' | 'boolean'
  readonly default: string | number | boolean | null
  readonly doc: string
  /** Never shown: not in an error, a log or a page. */
  readonly secret?: true
  /** All values that a text may have. */
  readonly choices?: readonly string[]
  /** Smallest and largest value of a number. */
  readonly range?: readonly [least: number, most: number]
  /** A number that need not be whole. */
  readonly fractional?: true
  /** What a text must be, for people; null if it is. */
  readonly fault?: (text: string) => string | null
}

export const anyPort = [1, 65_535] as const
export const anyNumber = [0, Number.MAX_SAFE_INTEGER] as const
export const aSecond = 1_000 // ms
export const aDay = 86_400_000 // ms; longer timers overflow and fire at once
// characters: shorter tokens can be guessed despite the limit on failed attempts
const tokenLength = 16

export const faultOfToken = (text: string): string | null =>
  text.length >= tokenLength
    ? null
    : `must have at least ${tokenLength} characters; \`openssl rand -hex 32\` makes a good one`

export const faultOfNetworks = (text: string): string | null =>
  networksOf(text).every(isNetwork)
    ? null
    : 'must list addresses and CIDR blocks, comma separated, no names'

/** The entries of a comma separated list. */
export function networksOf(text: string): string[] {
  return text.split(',').map((network) => network.trim())
}

function isNetwork(text: string): boolean {
  const [address = '', bits = '0', ...rest] = text.split('/')
  const most = isIP(address) === 6 ? 128 : 32
  return isIP(address) > 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most
}

/**
 * What is wrong with a URL. `credentials` says where user and password belong; without it they may
 * be in the address.
 */
export function faultOfUrl(
  schemes: readonly string[],
  credentials: string | null = null,
): (text: string) => string | null {
  const allowed = schemes.map((scheme) => `${scheme}://`).join(' or ')
  return (text) => {
    const url = URL.canParse(text) ? new URL(text) : null
    const isAllowed = schemes.some((scheme) => url?.protocol === `${scheme}:`)
    if (url === null || !isAllowed || url.hostname === '')
      return `must be an address that begins with ${allowed}`
    return credentials !== null && (url.username !== '' || url.password !== '')
      ? `must not hold a user or a password: those are ${credentials}`
      : null
  }
}

/** What is wrong with certificates in PEM, one after the other. */
export function faultOfCertificates(text: string): string | null {
  const wanted =
    'must be PEM: -----BEGIN CERTIFICATE----- and what follows; its file goes into the variable that ends in _FILE'
  const found = text.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g)
  if (found === null) return wanted
  try {
    for (const one of found) new X509Certificate(one)
    return null
  } catch {
    return wanted
  }
}

/** What is wrong with a private key in PEM; whether its password is right shows at its use. */
export function faultOfPrivateKey(text: string): string | null {
  const wanted = 'must be a private key in PEM; its file goes into the variable that ends in _FILE'
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(text)) return wanted
  if (/ENCRYPTED/.test(text)) return null
  try {
    createPrivateKey(text)
    return null
  } catch {
    return wanted
  }
}
