/** What a setting is, and how its text is validated. */

import { isIP } from 'node:net'

export interface Setting {
  readonly env: string
  readonly type: 'text' | 'number' | 'boolean'
  readonly default: string | number | boolean | null
  readonly doc: string
  readonly secret?: true
  /** Smallest and largest value of a number. */
  readonly range?: readonly [least: number, most: number]
  /** What is wrong with a text, for people; null if it is valid. */
  readonly fault?: (text: string) => string | null
}

export const aSecond = 1_000 // ms
export const aDay = 86_400_000 // ms; longer timers overflow and fire at once
// characters: shorter tokens can be guessed despite the limit on failed attempts
const tokenLength = 16

export const faultOfToken = (text: string): string | null =>
  text.length >= tokenLength
    ? null
    : `must have at least ${tokenLength} characters; \`openssl rand -hex 32\` makes a good one`

export function faultOfNetworks(text: string): string | null {
  const wrong = networksOf(text).find((network) => !isNetwork(network))
  return wrong === undefined ? null : `must list addresses and CIDR blocks; ${wrong} is neither`
}

/** The entries of a comma separated list. */
export function networksOf(text: string): string[] {
  return text.split(',').map((network) => network.trim())
}

function isNetwork(text: string): boolean {
  const [address = '', bits = '0', ...rest] = text.split('/')
  const most = isIP(address) === 6 ? 128 : 32
  return isIP(address) > 0 && rest.length === 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= most
}
