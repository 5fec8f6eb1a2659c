/**
 * Errors of the Kafka client as codes with a fate. Errors not known to be final count as outside
 * faults and are retried: waiting is cheap, a wrong dead letter is not.
 */

import { ErrataError, type ErrorCode } from '../../errors.ts'
import { certificateFault } from '../tls.ts'

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
  SECURITY_DISABLED: 'CONFIG_INVALID', // rights were asked for, and the brokers keep none
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

const otherMechanism = /not supported by the server|not support the requested SASL/

/** Which setting a login that failed is about. */
function settingsOfLogin(message: string): string {
  if (otherMechanism.test(message)) return ' (see KAFKA_SASL_MECHANISM)'
  return /SASL.*authentication failed/i.test(message)
    ? ' (see KAFKA_USERNAME and KAFKA_PASSWORD)'
    : ''
}

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
        `${at.name}: ${at.message}${settingsOfLogin(at.message)}`,
        { ...facts, type: type as string },
        error,
      )
    if (at.name === 'KafkaJSSASLAuthenticationError' && !lostDuringLogin.test(at.message)) {
      const why = `${at.message}${settingsOfLogin(at.message)}`
      return new ErrataError('CONFIG_INVALID', why, facts, error)
    }
    if (certificateFault(at) === 'ours') {
      const why = 'the broker refuses our certificate: see KAFKA_CERT and KAFKA_KEY'
      return new ErrataError('CONFIG_INVALID', why, facts, error)
    }
  }
  const said = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  return new ErrataError(fallback, `${said}${hintFor(error)}`, facts, error)
}

function hintFor(error: unknown): string {
  if (!(error instanceof Error)) return ''
  if (error.message.includes(noCoordinator))
    return ' (or this user has no right to the group or transactional id: see `errata topics --acls`)'
  return certificateFault(error) === 'theirs'
    ? ' (KAFKA_CA names the authority of the brokers)'
    : ''
}
