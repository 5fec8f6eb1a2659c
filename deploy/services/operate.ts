/**
 * Models, rules and dead letters for the pages: followed live, and decided on by the functions of
 * the command line.
 */

import type { replayed } from '../../connectors/http/contract/operate.ts'
import type { Wire } from '../../connectors/http/contract/schema.ts'
import { openProducer } from '../../connectors/kafka/kafka.ts'
import type { Operate } from '../../connectors/http/review/review.ts'
import type { Problem } from '../../errors.ts'
import {
  emptyCatalogue,
  withModel,
  type ModelRegistry,
} from '../../processors/model/model-registry.ts'
import { readingNow } from '../../processors/model/reading-now.ts'
import type { ReadWith } from '../../processors/review/outdated.ts'
import {
  disabled,
  enabled,
  ruleKey,
  ruleTable,
  type RuleTable,
} from '../../processors/rules/rule-table.ts'
import { follow } from '../../runtime/follow.ts'
import { recordOriginOf } from '../../runtime/headers.ts'
import { countedBy, serviceMetrics } from '../../runtime/service-metrics.ts'
import type { Rule } from '../../schemas/types.ts'
import { deadTopicName, stageNames, topicName } from '../../topology.ts'
import { readLetters, replayLetters, letterSummary } from '../../operations/dead-letters.ts'
import { decideOnModels, newestFirst, promoting, rollingBack } from '../../operations/models.ts'
import { countsOf, findReversal, publishReversal } from '../../operations/revert.ts'
import { allProblems, type ServiceContext } from './service.ts'
import { followTrainer } from './trainer-beat.ts'
import { followTrainingRecords } from './training-records.ts'

export interface OperatePart {
  readonly operate: Operate
  /** What reads the documents of a profile and vendor now. */
  readonly readingNow: (profile: string, vendor: string) => ReadWith
  /** Resolves when models and rules have been read to where they ended at the call. */
  readonly caughtUp: () => Promise<unknown>
  readonly ready: Promise<unknown>
  readonly failed: Promise<never>
  readonly problems: () => readonly Problem[]
  stop(): Promise<void>
}

export function openOperate({ config, connection, blobs, log }: ServiceContext): OperatePart {
  const { cluster, registry } = connection
  const prefix = config.topicPrefix
  const producer = openProducer(cluster)
  const listeners = new Set<(what: 'models' | 'rules') => void>()
  const changed = (what: 'models' | 'rules'): void =>
    listeners.forEach((listener) => listener(what))
  let catalogue: ModelRegistry = emptyCatalogue
  const rules = ruleTable()
  const models = follow({
    cluster,
    registry,
    topic: 'models',
    name: topicName('models', prefix),
    log,
    apply: (key, model, at) => {
      catalogue = withModel(catalogue, key, model, at.offset)
      changed('models')
    },
  })
  const taught = follow({
    cluster,
    registry,
    topic: 'rules',
    name: topicName('rules', prefix),
    log,
    apply: (key, rule) => {
      rules.put(key, rule)
      changed('rules')
    },
  })
  const runs = followTrainingRecords({ config, connection, log })
  const trainer = followTrainer({ config, connection, log }, runs)
  const unmeasured = serviceMetrics.rules.from(() =>
    countedBy(
      'state',
      [...rules.records().values()].map(({ state }) => state),
    ),
  )
  return {
    operate: {
      ...modelDecisions({ config, connection, blobs }, () => catalogue),
      ...ruleDecisions({ config, connection }, rules, (key, value) =>
        producer.send(topicName('rules', prefix), {
          key,
          value: value === null ? null : registry.codec.encode('rules', value),
        }),
      ),
      ...deadLetters(connection, prefix),
      trainer: trainer.status,
      onChange(listener) {
        listeners.add(listener)
        return () => void listeners.delete(listener)
      },
    },
    readingNow: readingNow(() => catalogue, rules),
    caughtUp: () => Promise.all([models.caughtUp(), taught.caughtUp()]),
    ready: Promise.all([models, taught, runs, trainer].map(({ ready }) => ready)),
    failed: Promise.race([models, taught, runs, trainer].map(({ failed }) => failed)),
    problems: () => allProblems([models, taught, runs, trainer]),
    async stop() {
      unmeasured()
      await Promise.all([models, taught, runs, trainer].map((table) => table.stop()))
      await producer.close()
    },
  }
}

function modelDecisions(
  { config, connection, blobs }: Pick<ServiceContext, 'config' | 'connection' | 'blobs'>,
  catalogue: () => ModelRegistry,
): Pick<Operate, 'models' | 'promote' | 'rollback'> {
  return {
    models: () => newestFirst(catalogue()),
    promote: async (key, why, by) =>
      void (await decideOnModels(config, connection, promoting(config, key, blobs, by, why))),
    rollback: async (name, why, by) =>
      (await decideOnModels(config, connection, rollingBack(config, name, blobs, by, why))).key,
  }
}

function ruleDecisions(
  { config, connection }: Pick<ServiceContext, 'config' | 'connection'>,
  rules: RuleTable,
  publish: (key: string, rule: Rule | null) => Promise<unknown>,
): Pick<Operate, 'rules' | 'setRule' | 'revert'> {
  return {
    rules: () =>
      [...new Set([...rules.records().values()].map(({ vendor }) => vendor))]
        .sort()
        .flatMap((vendor) =>
          [...rules.rulesOf(vendor).values()]
            .filter((rule) => rule.vendor === vendor)
            .sort((a, b) => (a.field < b.field ? -1 : 1)),
        ),
    async setRule(vendor, field, off, by, why) {
      const key = ruleKey({ vendor, field, decidedBy: by })
      const rule = off ? rules.rulesOf(vendor).get(field) : rules.records().get(key)
      if (rule === undefined || rule.vendor !== vendor || (!off && rule.state !== 'disabled'))
        return false
      const decision = { by, now: Date.now(), why }
      const record = off ? disabled(rule, decision) : enabled(rule, decision)
      if (off && record === null) return false
      await publish(key, record)
      return true
    },
    async revert({ dryRun, ...reversal }) {
      const found = await findReversal(config, connection, rules.records(), {
        ...reversal,
        now: Date.now(),
      })
      if (!dryRun) await publishReversal(config, connection, found)
      return countsOf(found)
    },
  }
}

function deadLetters(
  { cluster, registry }: ServiceContext['connection'],
  prefix: string,
): Pick<Operate, 'letters' | 'replay'> {
  const topics = stageNames.map((stage) => deadTopicName(stage, prefix))
  return {
    letters: async () =>
      (await readLetters(cluster, registry.codec, topics, prefix))
        .map(letterSummary)
        .sort((a, b) => (a.failedAt < b.failedAt ? 1 : -1)),
    async replay(at) {
      const wanted = new Set(at)
      const outcomes: Wire<typeof replayed>[] = []
      await replayLetters(
        cluster,
        registry.codec,
        topics,
        prefix,
        ({ record }) => wanted.has(recordOriginOf(record)),
        false,
        ({ record }, outcome) => {
          // a dry run alone would send
          if (outcome !== 'would send') outcomes.push({ at: recordOriginOf(record), outcome })
        },
      )
      return outcomes
    },
  }
}
