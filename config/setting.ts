/** What a setting is, and what may be wrong with its text. */

import { isIP } from 'node:net'

export interface Setting {
  readonly env: string
  readonly type: 'text' | 'number' | 'boolean'
  readonly default: string | number | boolean | null
  readonly doc: string
  readonly secret?: true
  /** The least and the most that a number may be. */
  readonly range?: readonly [least: number, most: number]
  /** What is wrong with a text, for people; null for nothing. */
  readonly fault?: (text: string) => string | null
}

export const aSecond = 1_000 // ms
export const aDay = 86_400_000 // ms; timers take no more than 24 of them and would fire at once
const tokenLength = 16 // characters: fewer can be guessed, whatever the limit on failures

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
