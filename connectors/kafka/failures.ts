/**
 * Errors of the Kafka client as codes with a fate. Errors not known to be final count as outside
 * faults and are retried: waiting is cheap, a wrong dead letter is not.
 */

import { ErrataError, type ErrorCode } from '../../errors.ts'

const codeByType: Readonly<Record<string, ErrorCode>> = {
  INVALID_PRODUCER_EPOCH: 'FENCED',
  PRODUCER_FENCED: 'FENCED',
  INVALID_PRODUCER_ID_MAPPING: 'FENCED',
  UNKNOWN_PRODUCER_ID: 'FENCED',
  INVALID_TXN_STATE: 'FENCED',
  // Our own limits are below those of the topics that we create, so a topic with a smaller limit is
  // not ours
  MESSAGE_TOO_LARGE: 'TOPOLOGY_MISMATCH',
  RECORD_LIST_TOO_LARGE: 'TOPOLOGY_MISMATCH',
  INVALID_TRANSACTION_TIMEOUT: 'CONFIG_INVALID',
  SASL_AUTHENTICATION_FAILED: 'CONFIG_INVALID',
  UNSUPPORTED_SASL_MECHANISM: 'CONFIG_INVALID',
  TOPIC_AUTHORIZATION_FAILED: 'CONFIG_INVALID',
  GROUP_AUTHORIZATION_FAILED: 'CONFIG_INVALID',
  CLUSTER_AUTHORIZATION_FAILED: 'CONFIG_INVALID',
  TRANSACTIONAL_ID_AUTHORIZATION_FAILED: 'CONFIG_INVALID',
}

/**
 * The library reports every error during a login as a failed authentication and keeps no cause:
 * these are its own texts for a lost connection, as opposed to a rejection by the broker.
 */
const lostDuringLogin =
  /failed: (Connection (error|timeout|closed)|Closed connection|Not connected|Request .* timed out)/

/**
 * What the library says when no broker named the coordinator of a group or transactional id. It
 * keeps no cause: a missing right looks the same as a coordinator that is away.
 */
const noCoordinator = 'Failed to find group coordinator'

/** The error as an ErrataError; `fallback` where its type decides nothing. */
export function asErrataError(
  error: unknown,
  fallback: ErrorCode = 'BROKER_UNREACHABLE',
  facts: Record<string, string | number | boolean> = {},
): ErrataError {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    if (at instanceof ErrataError) return at
    const type = (at as { type?: unknown }).type
    const code = typeof type === 'string' ? codeByType[type] : undefined
    if (code !== undefined)
      return new ErrataError(
        code,
        `${at.name}: ${at.message}`,
        { ...facts, type: type as string },
        error,
      )
    if (at.name === 'KafkaJSSASLAuthenticationError' && !lostDuringLogin.test(at.message)) {
      return new ErrataError('CONFIG_INVALID', at.message, facts, error)
    }
  }
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  const hint = said.includes(noCoordinator)
    ? ' (or this user has no right to the group or transactional id: see `errata topics --acls`)'
    : ''
  return new ErrataError(fallback, `${said}${hint}`, facts, error)
}
