/**
 * `errata replay`: reads past documents again, with any model version and the rules of any time,
 * and compares with the recorded results and, where a person has decided since, with the verdict.
 * Writes nothing unless asked to.
 *
 *   ocr (or, where that is gone, the words of the verdict) ─► the code of extract, with the model and rules asked for ─► what differs
 *
 * REPUBLISH. A document whose reading differs goes to `ocr` again, the very bytes, and the
 * extractors read it as they read any other: with the champion and the rules of now, in their own
 * transaction. So `extracted` keeps its single writer, and downstream gets results of the running
 * system only. So only a replay with the champion and the current rules can republish (promote
 * first, then republish). Documents that a person has decided on are skipped: the decision stands.
 *
 * Recorded duplicates stay duplicates, and sampling is the same, so neither causes differences.
 */

import type { Config } from '../config.ts'
import { blobsOf } from '../connectors/blobs/configured.ts'
import { openProducer } from '../connectors/kafka/kafka.ts'
import { ErrataError } from '../errors.ts'
import { modelKey, modelReadersOf, type ModelRegistry } from '../processors/model/model-registry.ts'
import { readDocument, type DocumentReading } from '../processors/extract.ts'
import type { FieldReader } from '../processors/model/reader.ts'
import { noPayees } from '../processors/rules/payees.ts'
import { headerNames, recordOriginOf } from '../runtime/headers.ts'
import { type Profile, type Profiles } from '../schemas/profiles.ts'
import type { Extracted, Field, Rule, Verdict } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import { agrees } from '../trainer/backtest.ts'
import { readProfiles } from '../operations/profiles.ts'
import { connect, type Connection } from '../operations/connect.ts'
import { openLog } from '../deploy/instance/log.ts'
import { readCatalogue } from '../operations/models.ts'
import { readPast, type Past } from '../operations/past-documents.ts'
import { openFirst, openModelReader, refusedText } from '../operations/published-models.ts'
import { rulesAt, type RulesOf } from '../operations/rules-at.ts'
import { followRules } from '../deploy/services/follow-rules.ts'
import { table } from './table.ts'

export interface ReplayOptions {
  readonly from: number // ms since 1970
  readonly to: number
  readonly documents: readonly string[] // empty: all
  readonly profile: string | null
  readonly model: string | null // name/version; null: the champion
  readonly rules: 'now' | 'none' | number // or as they stood then, ms since 1970
  readonly republish: boolean
  readonly jsonl: boolean
}

export interface Difference {
  readonly field: string
  readonly recorded: string | null
  readonly replayed: string | null
  /** Compared with a person's verdict: which of the two is right; null without a verdict. */
  readonly right: 'recorded' | 'replayed' | 'both' | 'neither' | null
}

export interface ReplayedDocument {
  readonly documentId: string
  readonly profile: string
  readonly words: 'ocr' | 'verdict' // where the words came from
  readonly recorded: { readonly route: string; readonly model: string | null } | null
  readonly replayed: {
    readonly route: string
    readonly model: string | null
    readonly reasons: readonly string[]
  }
  readonly differs: readonly Difference[]
  readonly lineItemsDiffer: boolean
  readonly republished: boolean
}

/**
 * 0; 1 where nothing was found; 2 where a republishing replay would differ from the running system.
 */
export async function replayCommand(config: Config, options: ReplayOptions): Promise<number> {
  if (options.republish && (options.model !== null || options.rules !== 'now')) {
    process.stderr.write(
      'errata replay: --republish goes with the champion and the rules of now: promote the model first\n',
    )
    return 2
  }
  const log = openLog({ logLevel: 'error' }, 'replay')
  const connection = await connect(config, log)
  try {
    const profiles = await readProfiles(config, connection)
    const replayed = await replayDocuments(config, connection, profiles, options)
    for (const one of replayed) if (options.jsonl) process.stdout.write(`${JSON.stringify(one)}\n`)
    if (!options.jsonl) process.stdout.write(describe(replayed))
    return replayed.length > 0 ? 0 : 1
  } finally {
    await connection.close()
  }
}

export async function replayDocuments(
  config: Config,
  connection: Connection,
  profiles: Profiles,
  options: ReplayOptions,
): Promise<ReplayedDocument[]> {
  const catalogue = await readCatalogue(config, connection)
  const readers = await openReaders(config, catalogue, profiles, options.model)
  const { rulesOf, done } = await openRules(config, connection, profiles, options.rules)
  const producer = options.republish ? openProducer(connection.cluster) : null
  try {
    const replayed: ReplayedDocument[] = []
    for (const past of await readPast(config.topicPrefix, connection, options)) {
      const profile = profiles.get(past.document.profile)
      if (profile === undefined || (options.profile !== null && profile.name !== options.profile))
        continue
      const known = past.recorded?.reasons.find(({ code }) => code === 'duplicate')?.detail ?? null
      const reading = await readDocument(past.document, {
        profiles,
        readerOf: (name) => readers.get(name) ?? null,
        rulesOf,
        rulesVersion: '',
        now: past.document.receivedAt,
        sampleShare: config.sampleShare,
        known: { firstOther: () => known, documentsOf: () => 0 },
        payees: noPayees,
      })
      const one = compare(past, profile, reading)
      const again =
        producer !== null && past.record !== null && past.verdict === null && isOther(one)
      if (again) {
        const { key, value, headers } = past.record
        await producer.send(topicName('ocr', config.topicPrefix), {
          key: key as Buffer,
          value: value as Buffer,
          partition: past.record.partition,
          headers: { ...headers, [headerNames.replayOf]: recordOriginOf(past.record) },
        })
      }
      replayed.push({ ...one, republished: again })
    }
    return replayed
  } finally {
    await Promise.all([done(), producer?.close()])
  }
}

/**
 * Readers by profile: those of the extractors, or the requested version for its profile.
 * MODEL_UNKNOWN, MODEL_UNUSABLE.
 */
async function openReaders(
  config: Config,
  catalogue: ModelRegistry,
  profiles: Profiles,
  asked: string | null,
): Promise<Map<string, FieldReader>> {
  const blobs = blobsOf(config)
  const wanted = asked === null ? null : (catalogue.versions.get(asked)?.model ?? null)
  if (asked !== null && wanted === null)
    throw new ErrataError('MODEL_UNKNOWN', `there is no version ${asked}`, { version: asked })
  const readers = new Map<string, FieldReader>()
  for (const name of profiles.keys()) {
    const models = wanted?.name === name ? [wanted] : modelReadersOf(catalogue, name)
    const { opened, refused } = await openFirst(models, (model) =>
      openModelReader(model, blobs, config),
    )
    if (opened === null && models.length > 0)
      throw new ErrataError(
        'MODEL_UNUSABLE',
        `no version of ${name} can be used here: ${refusedText(refused)}`,
        { name },
      )
    if (opened === null) continue
    if (refused.length > 0)
      process.stderr.write(
        `${refusedText(refused)} can't be used here: ${modelKey(opened.ref)} reads instead\n`,
      )
    readers.set(name, opened)
  }
  return readers
}

async function openRules(
  config: Config,
  connection: Connection,
  profiles: Profiles,
  which: ReplayOptions['rules'],
): Promise<{ rulesOf: RulesOf; done: () => Promise<void> }> {
  const empty: ReadonlyMap<string, Rule> = new Map()
  if (which === 'none') return { rulesOf: () => empty, done: async () => {} }
  if (which !== 'now')
    return {
      rulesOf: await rulesAt(config.topicPrefix, connection, profiles, which),
      done: async () => {},
    }
  const rules = followRules({ config, connection, log: connection.cluster.log })
  await Promise.race([rules.ready, rules.failed])
  return { rulesOf: rules.rulesOf, done: () => rules.stop() }
}

function compare(
  { document, recorded, verdict, record }: Past,
  profile: Profile,
  reading: DocumentReading,
): Omit<ReplayedDocument, 'republished'> {
  const before = recorded?.fields ?? verdict?.predicted ?? []
  const differs = profile.fields.flatMap(({ name, type }): Difference[] => {
    const [was, is] = [named(before, name), named(reading.fields, name)]
    if ((was?.value ?? null) === (is?.value ?? null)) return []
    const truth = verdict === null ? null : named(verdict.fields, name)
    const right = truth === null ? null : rightOf(agrees(type, was, truth), agrees(type, is, truth))
    return [{ field: name, recorded: was?.value ?? null, replayed: is?.value ?? null, right }]
  })
  return {
    documentId: document.documentId,
    profile: profile.name,
    words: record === null ? 'verdict' : 'ocr',
    recorded: recordedOf(recorded),
    replayed: {
      route: reading.routing.route,
      model: reading.model === null ? null : modelKey(reading.model),
      reasons: reading.routing.reasons.map(({ code, field }) =>
        field === null ? code : `${code}:${field}`,
      ),
    },
    differs,
    lineItemsDiffer: recorded !== null && rowsOf(recorded) !== rowsOf(reading),
  }
}

/** Which of two values a person agreed with. */
function rightOf(recorded: boolean, replayed: boolean): NonNullable<Difference['right']> {
  if (recorded && replayed) return 'both'
  if (recorded) return 'recorded'
  return replayed ? 'replayed' : 'neither'
}

function recordedOf(recorded: Extracted | null): ReplayedDocument['recorded'] {
  if (recorded === null) return null
  return { route: recorded.route, model: recorded.model === null ? null : modelKey(recorded.model) }
}

function named(fields: readonly Field[], name: string): Field | undefined {
  return fields.find((field) => field.name === name && field.value !== null)
}

function rowsOf({ lineItems }: Pick<Extracted | Verdict, 'lineItems'>): string {
  return JSON.stringify(
    lineItems.map(({ cells }) =>
      cells
        .filter(({ value }) => value !== null)
        .map(({ name, value }) => [name, value])
        .sort((a, b) => (String(a) < String(b) ? -1 : 1)),
    ),
  )
}

function isOther(
  one: Pick<ReplayedDocument, 'differs' | 'lineItemsDiffer' | 'recorded' | 'replayed'>,
): boolean {
  return (
    one.differs.length > 0 ||
    one.lineItemsDiffer ||
    (one.recorded !== null && one.recorded.route !== one.replayed.route)
  )
}

function describe(replayed: readonly ReplayedDocument[]): string {
  const others = replayed.filter(isOther)
  const rows = others.flatMap((one) => {
    const route = routeText(one.recorded?.route ?? one.replayed.route, one.replayed.route)
    const changes = one.differs.map(({ field, recorded, replayed: now, right }) => [
      `${field}: ${short(recorded)} → ${short(now)}`,
      right === null ? '' : `${right} right`,
    ])
    const lines = [
      ...changes,
      ...(one.lineItemsDiffer ? [['line items differ', '']] : []),
      ...(changes.length === 0 && !one.lineItemsDiffer ? [['', '']] : []),
    ]
    return lines.map(([change, right], k) => [
      k === 0 ? one.documentId : '',
      k === 0 ? route : '',
      change ?? '',
      right ?? '',
      k === 0 && one.republished ? 'republished' : '',
    ])
  })
  const changes = replayed.flatMap(({ differs }) => differs)
  const moved = (from: string, to: string): number =>
    replayed.filter(({ recorded, replayed: now }) => recorded?.route === from && now.route === to)
      .length
  const count = (right: Difference['right']): number =>
    changes.filter((change) => change.right === right).length
  return [
    rows.length === 0
      ? ''
      : `${table(['document', 'route', 'difference', 'a person says', ''], rows)}\n`,
    `${replayed.length} documents: ${replayed.length - others.length} the same, ${others.length} not; ${changes.length} fields differ: ${count('replayed')} corrected, ${count('recorded')} broken, ${count('neither')} wrong either way, ${count(null)} that nobody has judged\n`,
    `${moved('review', 'accepted')} would no longer need a person, ${moved('accepted', 'review')} would need one now${replayed.some(({ republished }) => republished) ? `; ${replayed.filter(({ republished }) => republished).length} republished` : ''}\n`,
  ].join('')
}

function routeText(before: string, after: string): string {
  return before === after ? after : `${before} → ${after}`
}

function short(value: string | null): string {
  if (value === null) return '(none)'
  return value.length > 40 ? `${value.slice(0, 39)}…` : value
}
