/** Prometheus metrics of a stage, and the HTTP endpoints for them and for health checks. */

import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { collectDefaultMetrics, Counter, Gauge, Histogram, register } from 'prom-client'
import { securityHeaders } from '../connectors/http/door.ts'
import { openHttpServer } from '../connectors/http/server.ts'
import { openPlainDoor, type PlainDoorSettings } from '../connectors/http/token.ts'
import type { Log } from '../connectors/kafka/kafka.ts'
import type { Problem } from '../errors.ts'
import { softwareVersion } from './headers.ts'
import { countOutcomes, type Outcome } from './outcomes.ts'
import { countedBy, serviceMetrics } from './service-metrics.ts'
import { passedOver } from './passed-over.ts'

const seconds = [0.005, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 300]
const stage = ['stage'] as const

const metrics = {
  recordsIn: new Counter({
    name: 'errata_records_in_total',
    help: 'Records processed and committed',
    labelNames: stage,
  }),
  recordsOut: new Counter({
    name: 'errata_records_out_total',
    help: 'Records written and committed',
    labelNames: [...stage, 'topic'] as const,
  }),
  deadLetters: new Counter({
    name: 'errata_dead_letters_total',
    help: 'Records written as dead letters',
    labelNames: [...stage, 'code'] as const,
  }),
  transactions: new Counter({
    name: 'errata_transactions_total',
    help: 'Transactions committed',
    labelNames: stage,
  }),
  resets: new Counter({
    name: 'errata_lease_resets_total',
    help: 'Leases reset after an error, by its code; FENCED means another owner',
    labelNames: [...stage, 'code'] as const,
  }),
  retries: new Counter({
    name: 'errata_retries_total',
    help: 'Attempts that failed because an outside system was at fault',
    labelNames: [...stage, 'code'] as const,
  }),
  retrying: new Gauge({
    name: 'errata_retrying',
    help: 'Messages that wait for an outside system to recover',
    labelNames: stage,
  }),
  opened: new Counter({
    name: 'errata_leases_opened_total',
    help: 'Leases opened',
    labelNames: stage,
  }),
  lag: new Gauge({
    name: 'errata_lag_records',
    help: 'Records not yet processed, control records included',
    labelNames: [...stage, 'partition'] as const,
  }),
  oldest: new Gauge({
    name: 'errata_oldest_record_timestamp_seconds',
    help: 'When the record was written that a partition is at, while there is one to process',
    labelNames: [...stage, 'partition'] as const,
  }),
  late: new Gauge({
    name: 'errata_late_records',
    help: 'Records that take so long that later ones overtake them',
    labelNames: [...stage, 'partition'] as const,
  }),
  processing: new Histogram({
    name: 'errata_processing_seconds',
    help: 'From starting on a message to its outputs',
    labelNames: stage,
    buckets: seconds,
  }),
  latency: new Histogram({
    name: 'errata_latency_seconds',
    help: 'From the input being written to the outputs being committed',
    labelNames: stage,
    buckets: seconds,
  }),
  ruleActive: new Histogram({
    name: 'errata_rule_active_seconds',
    help: 'From a verdict being written to its rule being in use in this process',
    labelNames: stage,
    buckets: seconds,
  }),
}

/** The metrics of one stage, with its labels already set. */
export interface StageMetrics {
  committed(
    records: number,
    outputs: ReadonlyMap<string, number>,
    latenciesMs: readonly number[],
  ): void
  processed(ms: number): void
  deadLetter(code: string): void
  outcomes(outcomes: readonly Outcome[]): void
  retry(code: string): void
  retrying(change: 1 | -1): void
  opened(): void
  reset(code: string): void
  lag(partition: number, records: number): void
  /** When the record was written that the partition is at, in ms since 1970; null: it has none. */
  oldest(partition: number, writtenMs: number | null): void
  /** null: nothing of the partition is in hand, and nothing is said of it. */
  late(partition: number, records: number | null): void
  /** Another process has the partition. */
  lost(partition: number): void
  ruleActive(ms: number): void
}

/** `profiles`: those that outcomes are counted by; others are counted as one. */
export function metricsOf(
  stage: string,
  profiles: { has(name: string): boolean } = new Set<string>(),
): StageMetrics {
  return {
    committed(records, outputs, latenciesMs) {
      metrics.transactions.inc({ stage })
      metrics.recordsIn.inc({ stage }, records)
      for (const [topic, count] of outputs) metrics.recordsOut.inc({ stage, topic }, count)
      for (const ms of latenciesMs) metrics.latency.observe({ stage }, Math.max(0, ms) / 1000)
    },
    processed: (ms) => metrics.processing.observe({ stage }, ms / 1000),
    deadLetter: (code) => metrics.deadLetters.inc({ stage, code }),
    outcomes: (outcomes) => countOutcomes(outcomes, profiles),
    retry: (code) => metrics.retries.inc({ stage, code }),
    retrying: (change) => metrics.retrying.inc({ stage }, change),
    opened: () => metrics.opened.inc({ stage }),
    reset: (code) => metrics.resets.inc({ stage, code }),
    lag: (partition, records) => metrics.lag.set({ stage, partition }, records),
    late: (partition, records) =>
      records === null
        ? metrics.late.remove({ stage, partition })
        : metrics.late.set({ stage, partition }, records),
    oldest: (partition, writtenMs) =>
      writtenMs === null
        ? metrics.oldest.remove({ stage, partition })
        : metrics.oldest.set({ stage, partition }, writtenMs / 1000),
    lost(partition) {
      metrics.lag.remove({ stage, partition })
      metrics.oldest.remove({ stage, partition })
    },
    ruleActive: (ms) => metrics.ruleActive.observe({ stage }, Math.max(0, ms) / 1000),
  }
}

export interface Health {
  readonly port: number
  close(): Promise<void>
}

interface HealthOptions {
  /** Why it isn't ready; none where it is. */
  readonly problems: () => readonly Problem[]
  /** Degradations: what is wrong although the process works. */
  readonly notes?: () => readonly string[]
  readonly log?: Log
  readonly door?: PlainDoorSettings
  /** If `port` is taken, uses the next free one instead of failing. */
  readonly orNext: boolean
}

/**
 * `/metrics`, `/live` (200 while the event loop runs), `/ready` (503 while there are problems). The
 * lines of `/ready` after the first are the problems, each a code and a sentence, and then
 * degradations: a process may be ready and degraded.
 */
export async function serveHealth(
  port: number,
  host: string,
  { problems, notes = () => [], log, door = { token: null, host }, orNext }: HealthOptions,
): Promise<Health> {
  collectOnce()
  const unasked = tellHealth(problems)
  const refusalOf = openPlainDoor(door)
  const server = openHttpServer((request, response) => {
    const send = (status: number, text: string, type = 'text/plain; charset=utf-8'): void => {
      response
        .writeHead(status, {
          'content-type': type,
          'cache-control': 'no-store',
          ...securityHeaders,
        })
        .end(text)
    }
    const refusal = refusalOf(request)
    if (refusal !== null) {
      for (const [name, value] of Object.entries(refusal.headers)) response.setHeader(name, value)
      return send(refusal.status, `${refusal.body.message}\n`)
    }
    const path = request.url?.split('?')[0]
    if (request.method !== 'GET') return send(405, 'GET only\n')
    if (path === '/live') return send(200, 'live\n')
    if (path === '/ready') {
      const found = [...new Set(problems().map(({ code, why }) => `${code}: ${why}`))]
      const first = found.length === 0 ? 'ready' : 'not ready'
      const lines = [first, ...found, ...notes(), ...passedOver()]
      return send(found.length === 0 ? 200 : 503, textOf(lines))
    }
    if (path !== '/metrics') return send(404, '/metrics, /live, /ready\n')
    register.metrics().then(
      (text) => send(200, text, register.contentType),
      () => send(500, 'no metrics\n'),
    )
  })
  for (let at = port; ; at++) {
    try {
      await listen(server, at, host)
      break
    } catch (error) {
      if (!orNext || (error as NodeJS.ErrnoException).code !== 'EADDRINUSE' || at >= port + 100)
        throw error
    }
  }
  const bound = (server.address() as AddressInfo).port
  log?.debug({ host, port: bound }, 'metrics and health')
  return {
    port: bound,
    close: () =>
      new Promise((resolve) => {
        unasked()
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

const textOf = (lines: readonly string[]): string =>
  `${lines.map((line) => line.replace(/\s+/g, ' ')).join('\n')}\n`

function listen(server: Server, port: number, host: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve()
    })
  })
}

/** Readiness as metrics, until the result is called. */
function tellHealth(problems: () => readonly Problem[]): () => void {
  const stops = [
    serviceMetrics.ready.from(() => [[{}, problems().length === 0 ? 1 : 0]]),
    serviceMetrics.problems.from(() =>
      countedBy(
        'code',
        problems().map(({ code }) => code),
      ),
    ),
    serviceMetrics.buildInfo.from(() => [[{ version: softwareVersion, node: process.version }, 1]]),
  ]
  return () => stops.forEach((stop) => stop())
}

let collecting = false

function collectOnce(): void {
  if (!collecting) collectDefaultMetrics()
  collecting = true
}
