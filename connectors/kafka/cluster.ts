/**
 * A connection policy for a Kafka cluster, from the settings; consumers, producers and queries of
 * this folder are opened on it. Nothing connects before that.
 *
 * This folder works around defects of kafkajs, so that nothing else needs to:
 *
 *   - Aborted records and lost offsets: see read-committed.ts.
 *   - After an error a producer may reuse sequence numbers that the broker has seen, so later records are acknowledged
 *     but lost. So no producer is reused after an error: `openProducer` creates a new one, and the owner of a
 *     transaction discards it.
 *   - Retries begin after 300 ms, which makes a chain of transactions three times slower; here after 10 ms.
 *   - The clients of one Kafka object share committed offsets, and a transaction marks them before it commits: each
 *     consumer, producer and admin client has an object of its own.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Admin, Kafka, KafkaConfig, logLevel, RetryOptions } from 'kafkajs'
import type { Config } from '../../config.ts'
import { accessOf, type AccessSettings } from './access.ts'
import { kafkajs, testFilter } from './read-committed.ts'
import { asErrataError } from './failures.ts'

/** The part of pino's logger used here and by the runtime. */
export interface Log {
  debug(facts: object, message: string): void
  info(facts: object, message: string): void
  warn(facts: object, message: string): void
  error(facts: object, message: string): void
}

export type ClusterSettings = AccessSettings &
  Pick<Config, 'sessionTimeoutMs'> & { readonly fetchWaitMs?: number }

export interface Cluster {
  readonly brokers: readonly string[]
  readonly sessionTimeoutMs: number
  /**
   * How long a consumer's empty fetch waits at the broker. A record ends the wait at once; what waits
   * for its end is a consumer that stops and a partition that is resumed.
   */
  readonly fetchWaitMs: number
  readonly log: Log
  /** A new client of the library; for the files of this folder. */
  client(id: string, retry?: RetryOptions): Kafka
  /**
   * Queries the broker; the connection is kept, and replaced after an error. BROKER_UNREACHABLE.
   */
  ask<T>(question: (admin: Admin) => Promise<T>): Promise<T>
  close(): Promise<void>
}

export const retryFast: Required<
  Pick<RetryOptions, 'initialRetryTime' | 'maxRetryTime' | 'multiplier' | 'factor' | 'retries'>
> = {
  initialRetryTime: 10, // ms
  maxRetryTime: 500, // ms
  multiplier: 2,
  factor: 0.2,
  retries: 20,
}

/**
 * A connection for queries, with the number of waiting ones. They run one at a time: the library
 * keeps one metadata table, and concurrent queries would replace each other's entries.
 */
interface Line {
  readonly admin: Admin
  readonly ready: Promise<void>
  asking: number
  last: Promise<unknown>
}

// Errors of a broker while leaders and coordinators of new topics and groups are being elected
const passing = new Set([
  'NOT_LEADER_FOR_PARTITION',
  'LEADER_NOT_AVAILABLE',
  'UNKNOWN_TOPIC_OR_PARTITION',
  'GROUP_COORDINATOR_NOT_AVAILABLE',
  'GROUP_LOAD_IN_PROGRESS',
  'NOT_COORDINATOR_FOR_GROUP',
])
// for programs that come to an end by themselves, such as a command or a test
const shortFetchWait = 250 // ms
// before the end of a login, as the broker gives it. Not the library's 10 s: where a login lasts no
// longer, it would log in before each request
const reserveMs = 3_000
const shortestPause = 50 // ms
const longestPause = 1_600 // ms; about three seconds in all

function isPassing(error: unknown): boolean {
  return (
    error instanceof Error &&
    (passing.has((error as { type?: string }).type ?? '') || isPassing(error.cause))
  )
}

const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

/**
 * CONFIG_INVALID for plaintext outside loopback and credentials that do not fit, FILTER_BROKEN where
 * the library isn't what read-committed.ts expects.
 */
export function openCluster(
  settings: ClusterSettings,
  brokers: readonly string[],
  log: Log = silent,
): Cluster {
  testFilter()
  const options: KafkaConfig = {
    brokers: [...brokers],
    ...accessOf(settings, brokers, (facts, message) => log.warn(facts, message)),
    reauthenticationThreshold: reserveMs,
    connectionTimeout: 5_000, // ms
    requestTimeout: 30_000, // ms
    logLevel: 2 satisfies logLevel.WARN as logLevel,
    logCreator: () => (entry) => {
      const { message, groupId, topic, partition, error } = entry.log as Record<string, unknown>
      log.debug({ from: entry.namespace, groupId, topic, partition, error }, String(message))
    },
  }
  const client = (id: string, retry: RetryOptions = {}): Kafka =>
    new kafkajs.Kafka({ ...options, clientId: id, retry: { ...retryFast, ...retry } })

  let current: Line | null = null
  const connect = (): Line => {
    const admin = client('errata-admin').admin()
    const ready = admin.connect()
    return { admin, ready, asking: 0, last: ready.catch(() => {}) }
  }
  /**
   * A connection after an error gets no more queries; those already waiting for it are finished
   * first.
   */
  const leave = (line: Line): void => {
    if (current === line) current = null
    if (line.asking === 0) line.admin.disconnect().catch(() => {})
  }

  const askOnce = async <T>(question: (admin: Admin) => Promise<T>): Promise<T> => {
    const line = (current ??= connect())
    line.asking++
    try {
      const answer = line.last.then(() => line.ready).then(() => question(line.admin))
      line.last = answer.catch(() => {})
      return await answer
    } catch (error) {
      if (current === line && !isPassing(error)) current = null
      throw error
    } finally {
      line.asking--
      if (current !== line) leave(line)
    }
  }

  return {
    brokers,
    sessionTimeoutMs: settings.sessionTimeoutMs,
    fetchWaitMs: settings.fetchWaitMs ?? shortFetchWait,
    log,
    client,
    async ask(question) {
      for (let pause = shortestPause; ; pause *= 2) {
        try {
          return await askOnce(question)
        } catch (error) {
          if (!isPassing(error) || pause > longestPause) throw asErrataError(error)
        }
        await sleep(pause)
      }
    },
    async close() {
      const line = current
      current = null
      await line?.admin.disconnect().catch(() => {})
    },
  }
}
