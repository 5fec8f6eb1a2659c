/**
 * Logs: one line of JSON for each event on stderr. Codes, identifiers, counts and durations only,
 * never a document's contents; errors are reduced to their code and message, and their causes
 * likewise, since a library's error may quote bytes.
 */

import pino from 'pino'
import type { Config } from '../../config.ts'
import type { Log } from '../../connectors/kafka/kafka.ts'
import { codeOf, ErrataError } from '../../errors.ts'

/**
 * A log never stops the process that writes it: a line that stderr does not take, as on a full
 * disk, is lost.
 */
export function openLog(config: Pick<Config, 'logLevel'>, name: string): Log {
  const destination = pino.destination({ dest: 2, sync: true })
  destination.on('error', () => {})
  return pino(
    {
      name,
      level: config.logLevel,
      base: { pid: process.pid },
      formatters: { level: (label) => ({ level: label }) },
      serializers: { error: describe, err: describe },
    },
    destination,
  )
}

function describe(error: unknown): object {
  if (error instanceof ErrataError)
    return {
      code: error.code,
      message: error.message,
      ...error.facts,
      ...(error.cause === undefined ? {} : { cause: nameOf(error.cause) }),
    }
  if (error instanceof Error)
    return { code: codeOf(error), name: error.name, message: error.message, stack: error.stack }
  return { code: 'BUG', message: 'something was thrown that is not an error' }
}

function nameOf(cause: unknown): string {
  return cause instanceof Error
    ? `${cause.name}: ${(cause as Error & { code?: string }).code ?? ''}`
    : typeof cause
}
