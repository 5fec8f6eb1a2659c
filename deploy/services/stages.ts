/**
 * The stages with what each of them uses: the only place where pure processors meet the world.
 *
 * Every stage is given the profiles. One that needs no more has no line here: it starts by what
 * topology.ts says of it. One whose `use` asks for more does not compile until `resources` has it.
 */

import { join } from 'node:path'
import { committedOffsets, partitionOf } from '../../connectors/kafka/kafka.ts'
import type { Problem } from '../../errors.ts'
import { openDocumentReader } from '../../connectors/reader/reader.ts'
import { candidateOf, type ModelRegistry } from '../../processors/model/model-registry.ts'
import type { ExtractUse } from '../../processors/extract.ts'
import type { JudgeUse } from '../../processors/judge.ts'
import type { OcrUse } from '../../processors/ocr.ts'
import type { CommonUse, Message, Stage, TopicName } from '../../processors/processor.ts'
import { metricsOf } from '../../runtime/metrics.ts'
import { namesOf } from '../../runtime/names.ts'
import { serviceMetrics } from '../../runtime/service-metrics.ts'
import { runStage, type RunningStage } from '../../runtime/run-stage.ts'
import type { Profiles } from '../../schemas/profiles.ts'
import type { Model, RecordRef, Task } from '../../schemas/types.ts'
import {
  groupName,
  stages,
  topicName,
  type DemandingStage,
  type StageName,
  type UseOf,
} from '../../topology.ts'
import { followClaims } from './follow-claims.ts'
import { followModels, type ModelsInUse } from './follow-models.ts'
import { ocrFolderOf } from '../../operations/ocr-models.ts'
import { followPayees } from './follow-payees.ts'
import { followRules } from './follow-rules.ts'
import { followTasks } from './follow-tasks.ts'
import { probeBlobs, probeRedis } from './dependencies.ts'
import { recordAt } from './record-at.ts'
import { allProblems, neverFails, type ServiceContext, type Part } from './service.ts'

/** What a stage uses, and all that has to be looked after for it. */
interface Resources<Use> {
  /** Asked for each message, with the profiles as they are then. */
  readonly use: (profiles: Profiles) => Use
  /** No record is taken before it resolves. */
  readonly followsReady?: Promise<unknown>
  /** Rejects with what is final. */
  readonly failed?: Promise<never>
  /** Why the stage isn't ready although it runs. */
  readonly problems?: () => readonly Problem[]
  readonly notes?: () => readonly string[]
  /** After the stage has stopped. */
  readonly close?: () => Promise<unknown>
}

type Open<Use> = (context: ServiceContext) => Resources<Use> | Promise<Resources<Use>>

const resources: { readonly [N in DemandingStage]: Open<UseOf<N>> } = {
  ocr: openReader,
  extract: (context) => followAll(context, 'extract', followModels(context)),
  shadow: (context) => followAll(context, 'shadow', followModels(context, candidateIn(context))),
  judge: openJudge,
  settle: (context) => ({ use: () => ({ printOf: (source) => printAt(context, source) }) }),
  reread: (context) => ({
    use: () => ({ documentAt: (source) => recordAt(context, 'ocr', source) }),
  }),
}

/** Runs a stage of the topology. TOPOLOGY_MISMATCH. */
export async function startStage(context: ServiceContext, name: StageName): Promise<Part> {
  const { config, connection, log } = context
  const opened = await openResources(context, name)
  const { use, followsReady, failed = neverFails, problems = () => [], notes } = opened
  followsReady?.catch(() => {}) // the stage waits for it and says so
  const close = async (): Promise<unknown> => opened.close?.()
  let running: RunningStage
  try {
    running = await runStage({
      name,
      // which `use` fits which stage is checked at `resources`
      stage: stages[name] as unknown as Stage<TopicName, TopicName, unknown, unknown>,
      names: namesOf(name, config.topicPrefix),
      cluster: connection.cluster,
      registry: connection.registry,
      config,
      profiles: { has: (name) => context.profiles.now().has(name) },
      log,
      use: async (message) => use(await profilesFor(message, context)),
      ...(followsReady === undefined ? {} : { followsReady }),
    })
  } catch (error) {
    await close()
    throw error
  }
  return {
    problems: () => [...running.problems(), ...problems()],
    ...(notes === undefined ? {} : { notes }),
    failed: Promise.race([running.failed, failed]),
    async stop() {
      try {
        await running.stop()
      } finally {
        await close()
      }
    },
  }
}

async function openResources(
  context: ServiceContext,
  name: StageName,
): Promise<Resources<unknown>> {
  const open = (resources as { readonly [N in StageName]?: Open<unknown> })[name]
  const common = (profiles: Profiles): CommonUse => ({ profiles })
  return open === undefined ? { use: common } : open(context)
}

/** The profiles, with the one that the message names if it was published until now. */
async function profilesFor(
  { value }: Pick<Message<TopicName>, 'value'>,
  { profiles }: ServiceContext,
): Promise<Profiles> {
  const name = value !== null && 'profile' in value ? value.profile : null
  return name === null ? profiles.now() : profiles.including(name)
}

async function openReader(context: ServiceContext): Promise<Resources<OcrUse>> {
  const { config, home, blobs } = context
  const reader = await openDocumentReader(config, {
    cacheFolder: join(home, 'cache'),
    modelFolder: ocrFolderOf(config),
  })
  const { degraded } = reader
  if (degraded !== null) context.log.warn({}, degraded)
  const fixed = { read: reader.read, blobs, limits: { maxBytes: config.maxBytes } }
  const store = probeBlobs(context)
  const redis = probeRedis(config)
  return {
    use: (profiles) => ({ ...fixed, profiles }),
    problems: () => store.problems(),
    notes: () => [...(degraded === null ? [] : [degraded]), ...redis.notes()],
    async close() {
      store.stop()
      redis.stop()
      await reader.close()
    },
  }
}

async function openJudge(context: ServiceContext): Promise<Resources<JudgeUse>> {
  const {
    config: { topicPrefix, partitions },
    connection: { cluster },
  } = context
  const taken = await committedOffsets(
    cluster,
    groupName('learn', topicPrefix),
    topicName('corrected', topicPrefix),
  )
  const tasks = followTasks(context)
  const fixed: Omit<JudgeUse, 'profiles'> = {
    partitionOf: (key) => partitionOf(key, partitions),
    hasTask: tasks.hasTask,
    isTaken: ({ partition, offset }) => offset < (taken.get(partition)?.position ?? 0n),
  }
  return {
    use: (profiles) => ({ ...fixed, profiles }),
    followsReady: tasks.ready,
    failed: tasks.failed,
    problems: tasks.problems,
    close: () => tasks.stop(),
  }
}

/**
 * Pages and words of a record of ocr or of a verdict, by reading that one record; null where it has
 * left the log. BROKER_UNREACHABLE, REGISTRY_UNREACHABLE.
 */
async function printAt(
  context: ServiceContext,
  source: RecordRef,
): Promise<Pick<Task, 'pages' | 'words'> | null> {
  const { topic } = source
  return topic === 'ocr' || topic === 'verdicts' || topic === 'corrected'
    ? recordAt(context, topic, source)
    : null
}

/** The version that ERRATA_SHADOW_MODEL names, or the newest after the champion. */
function candidateIn({
  config: { shadowModel },
}: ServiceContext): (catalogue: ModelRegistry, profile: string) => readonly Model[] {
  return (catalogue, profile) => {
    const model =
      shadowModel === null
        ? candidateOf(catalogue, profile)
        : catalogue.versions.get(shadowModel)?.model
    return model?.name === profile ? [model] : []
  }
}

/** What reading fields needs: models, rules, known invoices and payees. */
function followAll(
  context: ServiceContext,
  name: StageName,
  models: ModelsInUse,
): Resources<ExtractUse> {
  const { config } = context
  const metrics = metricsOf(name)
  const rules = followRules(context, (ms) => metrics.ruleActive(ms))
  const known = followClaims(context)
  const payees = followPayees(context)
  const store = probeBlobs(context)
  const unmeasured = measureModels(name, models)
  const use = (profiles: Profiles): ExtractUse => ({
    profiles,
    readerOf: models.readerOf,
    rulesOf: rules.rulesOf,
    rulesVersion: rules.version(),
    now: Date.now(),
    sampleShare: config.sampleShare,
    known,
    payees,
    async latest() {
      await Promise.all([models.caughtUp(), rules.caughtUp()])
      return use(context.profiles.now())
    },
  })
  return {
    use,
    followsReady: Promise.all([models.ready, rules.ready, known.ready, payees.ready]),
    failed: Promise.race([models.failed, rules.failed, known.failed, payees.failed]),
    problems: () => allProblems([store, models, rules, known, payees]),
    notes: models.notes,
    async close() {
      store.stop()
      unmeasured()
      await Promise.all([models.stop(), rules.stop(), known.stop(), payees.stop()])
    },
  }
}

/** Which version reads, and how many that should can't be used. */
function measureModels(stage: StageName, { inUse }: Pick<ModelsInUse, 'inUse'>): () => void {
  const stops = [
    serviceMetrics.modelInfo.from(() =>
      inUse().flatMap(({ profile, version }) =>
        version === null ? [] : [[{ stage, profile, version }, 1] as const],
      ),
    ),
    serviceMetrics.modelsRefused.from(() =>
      inUse().map(({ profile, refused }) => [{ stage, profile }, refused]),
    ),
  ]
  return () => stops.forEach((stop) => stop())
}
