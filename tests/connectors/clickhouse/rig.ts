/**
 * A broker, a registry and a store with the sink as a process beside them, for tests that fill
 * topics and count rows.
 */

import { type ChildProcess, spawn } from 'node:child_process'
import type { Config } from '../../../config.ts'
import { openClickhouse } from '../../../connectors/clickhouse/clickhouse.ts'
import { openProducer } from '../../../connectors/kafka/kafka.ts'
import { connect, type Connection } from '../../../operations/connect.ts'
import { ensureTopics } from '../../../operations/topics.ts'
import { deadTopicName, topicName } from '../../../topology.ts'
import { testConfig } from '../../stack.ts'
import { dead, extracted, field, modelRecord, ocr, raw, rule, task, verdict } from './records.ts'
import { startStore, type TestStore } from './store.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }

/** What the sink works between; `store` may be a server. */
export interface SinkRig {
  readonly config: Config
  readonly connection: Connection
  readonly store: Pick<TestStore, 'url' | 'writeUrl'>
  readonly children: Set<ChildProcess>
}

export interface Rig extends SinkRig {
  store: TestStore
}

export async function openRig(): Promise<Rig> {
  const config = testConfig()
  const connection = await connect(config, silent)
  await ensureTopics(connection.cluster, config)
  return { config, connection, store: await startStore(), children: new Set() }
}

export async function closeRig(rig: Rig): Promise<void> {
  for (const child of rig.children) child.kill('SIGKILL')
  await rig.connection.close()
  await rig.store.remove()
}

export const documents = 600 // that one call of fill sends
const fieldsEach = 4

/**
 * `documents` in raw and extracted from number `from` on; the first time also a record in each
 * other topic, a tombstone, and something that nobody can read.
 */
export async function fill(
  { connection, config }: Pick<SinkRig, 'connection' | 'config'>,
  from = 0,
): Promise<void> {
  const producer = openProducer(connection.cluster)
  const { codec } = connection.registry
  const name = (topic: Parameters<typeof topicName>[0]): string =>
    topicName(topic, config.topicPrefix)
  const headers = { traceparent: '00-0123456789abcdef0123456789abcdef-0123456789abcdef-01' }
  const fields = ['a', 'b', 'c', 'd'].map((one) => field(one, '1'))
  const sends: Promise<unknown>[] = []
  for (let i = from; i < from + documents; i++) {
    sends.push(
      producer.send(name('raw'), {
        key: `d${i}`,
        value: codec.encode('raw', raw(`d${i}`)),
        headers,
      }),
    )
    sends.push(
      producer.send(name('extracted'), {
        key: `d${i}`,
        value: codec.encode('extracted', extracted(`d${i}`, fields)),
        headers,
      }),
    )
  }
  if (from === 0) {
    sends.push(producer.send(name('ocr'), { key: 'd0', value: codec.encode('ocr', ocr('d0')) }))
    sends.push(
      producer.send(name('needs-review'), {
        key: 'd0',
        value: codec.encode('needs-review', task('d0', fields)),
      }),
    )
    sends.push(
      producer.send(name('verdicts'), {
        key: 'd0',
        value: codec.encode('verdicts', verdict('d0', fields, fields)),
      }),
    )
    sends.push(
      producer.send(name('training'), {
        key: 'd0',
        value: codec.encode('training', verdict('d0', fields, fields)),
      }),
    )
    sends.push(producer.send(name('training'), { key: 'd1', value: null }))
    sends.push(
      producer.send(name('rules'), { key: 'v/currency', value: codec.encode('rules', rule()) }),
    )
    sends.push(
      producer.send(name('models'), {
        key: 'invoice/3',
        value: codec.encode('models', modelRecord()),
      }),
    )
    sends.push(
      producer.send(deadTopicName('ocr', config.topicPrefix), {
        key: 'd9',
        value: codec.encode('dead', dead()),
      }),
    )
    sends.push(
      producer.send(name('raw'), { key: 'bad', value: Buffer.from('nothing that we know') }),
    )
  }
  await Promise.all(sends)
  await producer.close()
}

/** Its log goes to the terminal where SINK_LOG is set. */
export function startSink(
  { config, store, children }: Omit<SinkRig, 'connection'>,
  kill?: { point: string; after: number },
): ChildProcess {
  const options = {
    brokers: config.brokers,
    registryUrl: config.registryUrl,
    prefix: config.topicPrefix,
    clickhouseUrl: store.writeUrl,
    cluster: config.clickhouseCluster,
    ...(kill === undefined ? {} : { kill }),
  }
  const child = spawn(
    process.execPath,
    ['--import', 'tsx/esm', 'tests/connectors/clickhouse/sink.ts', JSON.stringify(options)],
    { stdio: ['ignore', 'ignore', process.env['SINK_LOG'] === undefined ? 'ignore' : 'inherit'] },
  )
  children.add(child)
  return child
}

async function numbers({ store }: Pick<SinkRig, 'store'>): Promise<Record<string, number>> {
  const client = openClickhouse(store.url)
  try {
    const [row = {}] = await client.query<Record<string, string>>(`SELECT
      (SELECT count() FROM documents_raw) AS raw, (SELECT uniqExact(_partition, _offset) FROM documents_raw) AS raw_unique,
      (SELECT count() FROM documents_extracted) AS extracted, (SELECT uniqExact(_partition, _offset) FROM documents_extracted) AS extracted_unique,
      (SELECT count() FROM field_events WHERE kind = 'extraction') AS events, (SELECT uniqExact(_partition, _offset, seq) FROM field_events WHERE kind = 'extraction') AS events_unique,
      (SELECT sum(events) FROM field_events_by_day WHERE kind = 'extraction') AS events_summed,
      (SELECT sum(records) FROM records_by_hour WHERE endsWith(_topic, '.extracted')) AS extracted_summed,
      (SELECT sum(records) FROM records_by_hour WHERE endsWith(_topic, '.raw')) AS raw_summed,
      (SELECT count() FROM unreadable) AS unreadable`)
    return Object.fromEntries(Object.entries(row).map(([name, value]) => [name, Number(value)]))
  } catch {
    return {} // the tables aren't there yet
  } finally {
    await client.close()
  }
}

/** The counts once all are at least as expected, and half a second later. */
export async function settled(
  rig: Pick<SinkRig, 'store'>,
  expected: Readonly<Record<string, number>>,
  patienceMs = 60_000,
): Promise<Record<string, number>> {
  const end = Date.now() + patienceMs
  for (;;) {
    const now = await numbers(rig)
    if (Date.now() > end) return now
    if (Object.entries(expected).every(([name, count]) => (now[name] ?? 0) >= count)) break
    await new Promise((resolve) => setTimeout(resolve, 250))
  }
  await new Promise((resolve) => setTimeout(resolve, 500))
  return numbers(rig)
}

/** What must be there after `count` documents. */
export const exactly = (count: number): Record<string, number> => ({
  raw: count,
  raw_unique: count,
  extracted: count,
  extracted_unique: count,
  extracted_summed: count,
  raw_summed: count + 1,
  events: fieldsEach * count,
  events_unique: fieldsEach * count,
  events_summed: fieldsEach * count,
  unreadable: 1,
})
