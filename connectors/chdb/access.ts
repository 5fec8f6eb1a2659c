/**
 * Access control of the gateway.
 *
 *   the owner's token    writes and reads; the sink has it
 *   a reader's token     reads: the one of this machine's own commands, ERRATA_TOKEN, and those of accounts
 *   no token             reads from this machine, not through a proxy, as long as there are no
 *                        accounts
 *
 * Requests from pages of other origins are rejected: by Origin, which browsers send with each POST,
 * and by Sec-Fetch-Site, which they send with each GET to this machine. A page whose own host name
 * resolves to this machine (DNS rebinding) has the same origin, so the Host must be an address or
 * localhost.
 */

import { timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'
import { tokenHash } from '../../processors/review/accounts.ts'
import { isForwarded, isFromOtherSite } from '../http/door.ts'
import { StatementError } from './statement-error.ts'

/** Who may read: SHA-256 of each token in hex; null: everybody on this machine. */
export type Readers = readonly string[] | null

export type StoreAccess = 'owner' | 'reader'

/** Rejects requests of other web pages. StatementError (AUTHENTICATION_FAILED). */
export function checkOrigin(message: IncomingMessage): void {
  const { host = '', origin } = message.headers
  const name = host.replace(/:\d+$/, '').replace(/^\[|\]$/g, '')
  if (isLocal(message) && name !== 'localhost' && isIP(name) === 0)
    throw failed('reach this gateway by its address, not by a name')
  if (origin !== undefined && origin !== `http://${host}`)
    throw failed('requests of other origins are refused')
  if (isFromOtherSite(message.headers)) throw failed('requests of other origins are refused')
}

/** The rights of this password. StatementError (AUTHENTICATION_FAILED) for none. */
export function accessOf(
  message: IncomingMessage,
  password: string | null,
  ownerToken: string,
  readers: Readers,
): StoreAccess {
  const given = password === null || password === '' ? null : tokenHash(password)
  if (given !== null && sameHash(given, tokenHash(ownerToken))) return 'owner'
  if (given !== null && readers?.some((hash) => sameHash(given, hash)) === true) return 'reader'
  if (readers === null && isLocal(message) && !isForwarded(message.headers)) return 'reader'
  throw failed(
    isLocal(message)
      ? 'a token is needed as the password'
      : 'from another machine a token is needed as the password',
  )
}

function isLocal(message: IncomingMessage): boolean {
  return /^(::ffff:)?127\.|^::1$/.test(message.socket.remoteAddress ?? '')
}

function sameHash(one: string, other: string): boolean {
  return one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other))
}

const failed = (why: string): StatementError =>
  new StatementError(516, 'AUTHENTICATION_FAILED', why)
