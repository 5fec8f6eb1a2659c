/** The status of a deployment: readiness, addresses, lag of each stage, and documents by status. */

import type { Config } from '../config.ts'
import { blobsOf } from '../connectors/blobs/configured.ts'
import { committedOffsets, groupLag, type Cluster } from '../connectors/kafka/kafka.ts'
import type { DocumentStatus } from '../processors/routing/document-status.ts'
import {
  championOf,
  modelKey,
  modelReadersOf,
  type ModelRegistry,
} from '../processors/model/model-registry.ts'
import { passedOver } from '../runtime/passed-over.ts'
import {
  edges,
  fullNames,
  groupName,
  requiredStages,
  type StageName,
  stageNames,
  stages,
  topicName,
} from '../topology.ts'
import { readDocumentStatus } from './document-status.ts'
import { connect } from './connect.ts'
import { checkServers } from './doctor-servers.ts'
import {
  isSupervised,
  readInstance,
  type Instance,
  type InstanceProcess,
  type Urls,
} from '../deploy/instance/instance.ts'
import { openLog } from '../deploy/instance/log.ts'
import { ocrChoice, type OcrChoice } from './ocr-models.ts'
import { readCatalogue } from './models.ts'
import { homeOf } from '../deploy/stack/home.ts'
import { firstUsable, refusedText } from './published-models.ts'
import { askReady, goodWorkMs } from '../deploy/instance/supervise.ts'

export interface StageStatus {
  /** records not yet processed, control records included */
  readonly lag: number
  /** whether its group has a member */
  readonly running: boolean
}

export interface Status {
  readonly ready: boolean
  readonly urls: { readonly [K in keyof Urls]: string | null }
  readonly brokers: string
  readonly stages: Readonly<Record<string, StageStatus>>
  readonly balance: DocumentStatus
  readonly model: { readonly name: string; readonly version: number } | null
  /** What reads scans where a process starts now, and why. */
  readonly ocr: Pick<OcrChoice, 'engine' | 'why'>
  /** Degradations, reported by the processes and found here: unusable models, skipped records. */
  readonly notes: readonly string[]
}

/** STACK_UNAVAILABLE where nothing runs; BROKER_UNREACHABLE, REGISTRY_UNREACHABLE. */
export async function readStatus(config: Config): Promise<Status> {
  const found = readInstance(homeOf(config))
  const instance = found !== null && isSupervised(found) ? found : null
  const connection = await connect(config, openLog({ logLevel: 'error' }, 'status'))
  try {
    const [stagesNow, balance, catalogue] = [
      await readStages(config, connection.cluster),
      await readDocumentStatus(config, connection),
      await readCatalogue(config, connection),
    ]
    const urls = instance?.urls ?? {
      review: null,
      dashboard: null,
      intake: null,
      registry: connection.registryUrl,
      clickhouse: null,
      metrics: null,
    }
    const ocr = await ocrChoice(config)
    const { ready, notes } =
      instance === null
        ? {
            ready: requiredStages.every((name) => stagesNow[name]?.running === true),
            notes: [
              ...(await unusableChampions(config, catalogue)),
              ...(ocr.state === 'chosen' ? [] : [ocr.why]),
            ],
          }
        : await askAll(instance)
    const servers = await checkServers(config)
    const away = servers.filter(({ grade }) => grade !== 'fine')
    return {
      ready: ready && servers.every(({ grade }) => grade !== 'wrong'),
      urls,
      brokers: connection.brokers,
      stages: stagesNow,
      balance,
      model: championIn(catalogue),
      ocr: { engine: ocr.engine, why: ocr.why },
      notes: [...new Set([...notes, ...away.map(({ found }) => found), ...passedOver()])],
    }
  } finally {
    await connection.close()
  }
}

/**
 * Where broker or registry can't be asked: what the processes here say, and the servers that the
 * settings name.
 */
export async function readNotes(config: Config): Promise<readonly string[]> {
  const found = readInstance(homeOf(config))
  const { notes } =
    found !== null && isSupervised(found) ? await askAll(found) : { notes: [] as string[] }
  const servers = await checkServers(config)
  return [...notes, ...servers.filter(({ grade }) => grade !== 'fine').map(({ found: why }) => why)]
}

/**
 * Lag and membership of each stage, of an optional one only while it runs, and of the analytics
 * sink.
 */
export async function readStages(
  config: Config,
  cluster: Cluster,
): Promise<Readonly<Record<string, StageStatus>>> {
  const prefix = config.topicPrefix
  const inputs: Readonly<Record<string, readonly string[]>> = {
    ...Object.fromEntries(
      stageNames.map((name: StageName) => [name, [topicName(stages[name].reads, prefix)]]),
    ),
    analytics: edges.analytics.reads.flatMap((topic) => fullNames(topic, prefix)),
  }
  const names = Object.keys(inputs)
  const { groups } = await cluster.ask((admin) =>
    admin.describeGroups(names.map((name) => groupName(name as StageName, prefix))),
  )
  const lagOf = async (name: string): Promise<number> => {
    const lags = await Promise.all(
      (inputs[name] ?? []).map((topic) =>
        groupLag(cluster, groupName(name as StageName, prefix), topic),
      ),
    )
    return Number(
      lags.flatMap((byPartition) => [...byPartition.values()]).reduce((sum, lag) => sum + lag, 0n),
    )
  }
  const runs = (name: string): boolean =>
    (groups.find(({ groupId }) => groupId === groupName(name as StageName, prefix))?.members
      .length ?? 0) > 0
  const isOf = (name: string): boolean =>
    !stageNames.includes(name as StageName) ||
    requiredStages.includes(name as StageName) ||
    runs(name)
  return Object.fromEntries(
    await Promise.all(
      names
        .filter(isOf)
        .map(async (name) => [name, { lag: await lagOf(name), running: runs(name) }] as const),
    ),
  )
}

/** Committed positions of a stage, summed: what grows while it works. */
export async function stageProgress(
  config: Config,
  cluster: Cluster,
  name: StageName,
): Promise<bigint> {
  const committed = await committedOffsets(
    cluster,
    groupName(name, config.topicPrefix),
    topicName(stages[name].reads, config.topicPrefix),
  )
  return [...committed.values()].reduce((sum, { position }) => sum + (position ?? 0n), 0n)
}

/** What the processes say, and of those that keep ending, why. */
export async function askAll({
  processes,
}: Pick<Instance, 'processes'>): Promise<Pick<Status, 'ready' | 'notes'>> {
  const answers = await Promise.all(
    processes.map(async (process) => {
      const answer = await askReady(`${process.metrics}/ready`)
      const ends = endsNote(process, answer?.ready === true, Date.now())
      return { name: process.name, answer, ends }
    }),
  )
  return {
    ready: answers.every(({ answer }) => answer?.ready === true),
    notes: answers.flatMap(({ name, answer, ends }) =>
      [...(ends === null ? [] : [ends]), ...(answer?.notes ?? [])].map(
        (note) => `${name}: ${note}`,
      ),
    ),
  }
}

/** Of a process that has ended and isn't back to good work; null for the others. */
export function endsNote(
  { restarts, lastEnd }: Pick<InstanceProcess, 'restarts' | 'lastEnd'>,
  isReady: boolean,
  now: number,
): string | null {
  if (lastEnd === null || lastEnd === undefined) return null
  if (isReady && now - Date.parse(lastEnd.at) > goodWorkMs) return null
  return `ended ${restarts === 1 ? 'once' : `${restarts} times`}, last with ${lastEnd.why}`
}

/** Where no process can be asked: champions that this machine could not read with. */
async function unusableChampions(config: Config, catalogue: ModelRegistry): Promise<string[]> {
  const blobs = blobsOf(config)
  const names = [...new Set([...catalogue.versions.values()].map(({ model }) => model.name))].sort()
  const found = await Promise.all(
    names.map(async (name) => firstUsable(modelReadersOf(catalogue, name), blobs, config)),
  )
  return found
    .filter(({ refused }) => refused.length > 0)
    .map(
      ({ opened, refused }) =>
        `${refusedText(refused)} can't be used here${opened === null ? '' : `: ${modelKey(opened)} would read instead`}`,
    )
}

/** Of invoices where there is one, else of any profile. */
function championIn(catalogue: ModelRegistry): Status['model'] {
  const profiles = [
    ...new Set([...catalogue.versions.values()].map(({ model }) => model.name)),
  ].sort((a, b) => Number(b === 'invoice') - Number(a === 'invoice') || (a < b ? -1 : 1))
  const champion =
    profiles.map((profile) => championOf(catalogue, profile)).find((model) => model !== null) ??
    null
  return champion === null ? null : { name: champion.name, version: champion.version }
}
