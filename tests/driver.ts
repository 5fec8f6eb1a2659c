/**
 * The whole topology in memory, for tests: every stage, the real codec, a clock that is moved by
 * hand, and all that was ever written. See runtime/in-memory.ts for what is real and what isn't.
 */

import { createHash } from 'node:crypto'
import { partitionOf, type KafkaRecord, type Log } from '../connectors/kafka/kafka.ts'
import { ErrataError } from '../errors.ts'
import type { ExtractUse } from '../processors/extract.ts'
import type { JudgeUse } from '../processors/judge.ts'
import type { OcrUse } from '../processors/ocr.ts'
import type { Message, TopicName } from '../processors/processor.ts'
import { answeredPrint, taskPrint } from '../processors/review/asked-task.ts'
import { profileTable } from '../processors/shared/profile-table.ts'
import { claimIndex, claimsOf } from '../processors/routing/duplicates.ts'
import { payeeTable } from '../processors/rules/payees.ts'
import { ruleTable, type RuleTable } from '../processors/rules/rule-table.ts'
import {
  openInMemory,
  type Followers,
  type InMemoryTopology,
  type Uses,
} from '../runtime/in-memory.ts'
import { createLocalCodec } from '../schemas/codec.ts'
import { usable } from '../runtime/message.ts'
import { loadProfiles } from '../schemas/profiles.ts'
import { taskFor } from './documents.ts'
import type { RecordRef, Task, Topics, Verdict } from '../schemas/types.ts'
import { stageNames, type DemandingStage, type StageName, type UseOf } from '../topology.ts'

const codec = createLocalCodec()
const quiet: Log = { debug() {}, info() {}, warn() {}, error() {} }

export interface DriverOptions {
  readonly profiles?: OcrUse['profiles']
  /** Of `P`: 2. */
  readonly partitions?: number
  /** ms since 1970 */
  readonly startsAt?: number
  /** Stages that don't run. */
  readonly without?: readonly StageName[]
  /** How documents are read, and what `ocr` uses beside it; none is read unless a test says how. */
  readonly ocr?: Partial<OcrUse>
  /** Asked for each document: what differs from rules and claims as they were written. */
  readonly extract?: () => Partial<ExtractUse>
  readonly shadow?: () => Partial<ExtractUse>
  readonly judge?: Partial<JudgeUse>
}

export interface Driver extends InMemoryTopology {
  /** Somebody answers: writes the verdict, after its task where the document has none like it. */
  answer(verdict: Verdict): Promise<void>
  /** Everything that was written to a topic, as it lies there. */
  records(topic: TopicName): readonly KafkaRecord[]
  /** Everything that was written to a topic and can be used, in order. */
  read<T extends TopicName>(topic: T): Promise<readonly Message<T>[]>
  /** The latest value of each key; what was erased is not there. */
  table<T extends TopicName>(topic: T): Promise<ReadonlyMap<string, Topics[T]>>
  readonly rules: RuleTable
  now(): number
  advance(ms: number): void
}

export function openDriver(options: DriverOptions = {}): Driver {
  const { partitions = 2, without = [] } = options
  const { put: putProfile, profiles } = profileTable(options.profiles ?? loadProfiles())
  let clock = options.startsAt ?? Date.UTC(2024, 5, 1)
  const now = (): number => clock
  const logs = new Map<TopicName, KafkaRecord[]>()
  const rules = ruleTable()
  const known = claimIndex()
  const payees = payeeTable()
  const asked = new Map<string, Set<string>>() // prints of tasks, by document
  const ocr = ownOcr()

  const reading = (change: Partial<ExtractUse> = {}): ExtractUse => ({
    profiles: profiles(),
    readerOf: () => null,
    rulesOf: rules.rulesOf,
    rulesVersion: String(logs.get('rules')?.length ?? 0),
    now: now(),
    sampleShare: 0,
    known,
    payees,
    ...change,
  })
  const recordAt = async <T extends TopicName>(
    topic: T,
    { partition, offset }: RecordRef,
  ): Promise<Topics[T] | null> => {
    const record = logs
      .get(topic)
      ?.find((one) => one.partition === partition && Number(one.offset) === offset)
    return record === undefined
      ? null
      : ((await usable(record, topic, codec, quiet))?.value ?? null)
  }
  const demanding: { readonly [N in DemandingStage]: () => UseOf<N> } = {
    ocr: () => ({ ...ocr, profiles: profiles(), limits: { maxBytes: 10_000_000 }, ...options.ocr }),
    extract: () => reading(options.extract?.()),
    shadow: () => reading(options.shadow?.()),
    judge: () => ({
      profiles: profiles(),
      partitionOf: (key) => partitionOf(key, partitions),
      hasTask: async ({ documentId, print }) => asked.get(documentId)?.has(print) === true,
      isTaken: () => false,
      ...options.judge,
    }),
    settle: () => ({
      printOf: async (source) =>
        (await recordAt(source.topic as TopicName, source)) as Pick<Task, 'pages' | 'words'> | null,
    }),
    reread: () => ({ documentAt: (source) => recordAt('ocr', source) }),
  }
  const common = () => ({ profiles: profiles() })
  const uses: Uses = Object.fromEntries(
    stageNames
      .filter((name) => !without.includes(name))
      .map((name) => [name, (demanding as Uses)[name] ?? common]),
  )

  const follow: Followers = {
    profiles: ({ key, value }) => putProfile(key, value),
    rules: ({ key, value }) => rules.put(key, value),
    payees: ({ key, value }) => payees.put(key, value),
    'needs-review'({ key, value }) {
      if (value === null) asked.delete(key)
      else asked.set(key, (asked.get(key) ?? new Set()).add(taskPrint(value)))
    },
    extracted({ key, value }) {
      const profile = profiles().get(value?.profile ?? '')
      if (value === null) known.remove(key)
      else if (profile !== undefined) known.add(claimsOf(value, profile), key, value.vendor.id)
    },
  }
  const written = (topic: TopicName, record: KafkaRecord): void => {
    const log = logs.get(topic)
    if (log === undefined) logs.set(topic, [record])
    else log.push(record)
  }

  const read: Driver['read'] = async (topic) => {
    const messages = []
    for (const record of logs.get(topic) ?? [])
      messages.push((await usable(record, topic, codec, quiet)) ?? [])
    return messages.flat()
  }
  const topology = openInMemory({ uses, follow, partitions, now, codec, written })
  return {
    ...topology,
    read,
    records: (topic) => logs.get(topic) ?? [],
    async answer(verdict) {
      const { documentId } = verdict
      if (asked.get(documentId)?.has(answeredPrint(verdict)) !== true)
        await topology.write('needs-review', documentId, taskFor(verdict))
      await topology.write('corrected', documentId, verdict)
    },
    async table(topic) {
      const latest = new Map<string, Topics[typeof topic]>()
      for (const { key, value } of await read(topic)) {
        latest.delete(key)
        if (value !== null) latest.set(key, value)
      }
      return latest
    },
    rules,
    now,
    advance: (ms) => void (clock += ms),
  }
}

/** Blobs in memory, and a reader that fails whoever doesn't say how documents are read. */
function ownOcr(): Pick<OcrUse, 'read' | 'blobs'> {
  const blobs = new Map<string, Buffer>()
  return {
    read: () => Promise.reject(new RangeError('this test does not say how documents are read')),
    blobs: {
      async get(sha256) {
        const bytes = blobs.get(sha256)
        if (bytes === undefined) throw new ErrataError('BLOB_MISSING', `no blob ${sha256}`)
        return bytes
      },
      async put(bytes) {
        const sha256 = createHash('sha256').update(bytes).digest('hex')
        blobs.set(sha256, Buffer.from(bytes))
        return sha256
      },
    },
  }
}
