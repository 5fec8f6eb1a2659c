/**
 * Bearer tokens of requests, compared by their hashes, so that neither content nor length shows in
 * the time; and the door of a server without routes and accounts, such as the one for metrics.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http'
import type { Config } from '../../config.ts'
import { refusalOf, type DoorSettings, type Refusal } from './door.ts'
import { openFailures, tooMany } from './failed-tokens.ts'

export type PlainDoorSettings = DoorSettings & Pick<Config, 'token'>

export interface PlainRefusal {
  readonly status: 403 | 429
  readonly headers: Readonly<Record<string, string>>
  readonly body: Refusal | typeof tooMany
}

/** Why a request is refused; null where it isn't. The only token that counts is ERRATA_TOKEN. */
export function openPlainDoor({
  token,
  ...settings
}: PlainDoorSettings): (request: IncomingMessage) => PlainRefusal | null {
  const failures = openFailures(Date.now)
  const isToken = tokenCheck(token)
  return ({ headers, socket }) => {
    let wait = 0
    const hasValidToken = (): boolean => {
      const [given, address] = [bearerOf(headers), socket.remoteAddress ?? '']
      if (given === null) return false
      if (!failures.isGuessing(address) && isToken(given)) return true
      wait = failures.add(address, given)
      return false
    }
    const refusal = refusalOf({ headers, host: headers.host ?? '', hasValidToken }, settings)
    if (refusal === null) return null
    if (wait === 0) return { status: 403, headers: {}, body: refusal }
    return { status: 429, headers: { 'retry-after': String(wait) }, body: tooMany }
  }
}

/** Null where there is none. */
export function bearerOf(headers: IncomingHttpHeaders): string | null {
  return /^Bearer (.+)$/i.exec(headers.authorization ?? '')?.[1] ?? null
}

/** Compares with one token; nothing is equal to null. */
export function tokenCheck(wanted: string | null): (given: string) => boolean {
  if (wanted === null) return () => false
  const hash = hashOf(wanted)
  return (given) => timingSafeEqual(hashOf(given), hash)
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
