/**
 * Rules with their hits, history and contradicting verdicts. Everything is an event: a decision
 * about a rule is a record on `rules` under its own key (rule-table.ts), and a reversal consists of
 * verdicts on `corrected` (revert.ts). Rules are named vendor/field.
 *
 * Hits are counted by the analytics store, within its retention; without it they are unknown.
 */

import type { Config } from '../config.ts'
import { openClickhouse } from '../connectors/clickhouse/clickhouse.ts'
import { openProducer } from '../connectors/kafka/kafka.ts'
import { openLog } from '../deploy/instance/log.ts'
import { ErrataError } from '../errors.ts'
import { trialOf } from '../processors/rules/rule-backtest.ts'
import { ruleKey, type RuleTable } from '../processors/rules/rule-table.ts'
import { type Profile } from '../schemas/profiles.ts'
import type { Rule } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import { runningClickhouseUrlOf } from './analytics-address.ts'
import { withConnection, type Connection } from './connect.ts'
import { changesTaught, readVerdicts, type RuleChange } from './rules-at.ts'
import { readProfiles } from './profiles.ts'
import { readSnapshot } from './read-snapshot.ts'

const mostNamed = 5 // verdicts in a message

/** A rule's history: every change, with the verdict behind it. */
export async function historyOf(
  config: Config,
  connection: Connection,
  found: Pick<Rule, 'vendor' | 'field'>,
): Promise<readonly object[]> {
  const verdicts = await readVerdicts(config.topicPrefix, connection)
  const changes: RuleChange[] = []
  for await (const change of changesTaught(verdicts, await readProfiles(config, connection)))
    if (change.key === `${found.vendor}/${found.field}`) changes.push(change)
  return changes.map(({ by, rule }) => ({
    at: new Date(by.timestamp).toISOString(),
    verdict: `${by.key}@${by.value?.revision}`,
    reviewer: by.value?.reviewer,
    rule: rule?.id ?? null,
    kind: rule?.kind ?? null,
    state: rule?.state ?? 'taken back',
    why: rule?.why ?? '',
  }))
}

/**
 * Publishes rules of a file. One that contradicts what people have confirmed is published switched
 * off, with the verdicts that it contradicts.
 */
export async function tryAndPublish(
  config: Config,
  connection: Connection,
  profile: Profile,
  rules: Parameters<typeof trialOf>[0],
): Promise<readonly Rule[]> {
  const trial = trialOf(
    rules,
    (await readSnapshot(config, connection, profile.name)).verdicts,
    profile,
  )
  const tried = [...trial].map(([rule, against]): Rule =>
    against.length === 0
      ? rule
      : {
          ...rule,
          state: 'disabled',
          why: `contradicts ${against.length} confirmed document${against.length === 1 ? '' : 's'}: ${against.slice(0, mostNamed).join(', ')}`,
        },
  )
  await publishRules(
    config,
    connection,
    tried.map((rule) => [ruleKey(rule), rule]),
  )
  return tried
}

export const ruleName = (rule: Rule): string => `${rule.vendor}/${rule.field}`

/** Writes rules to their topic; null writes a tombstone. */
export async function publishRules(
  config: Config,
  { cluster, registry }: Connection,
  records: readonly (readonly [key: string, rule: Rule | null])[],
): Promise<void> {
  const producer = openProducer(cluster)
  try {
    for (const [key, rule] of records)
      await producer.send(topicName('rules', config.topicPrefix), {
        key,
        value: rule === null ? null : registry.codec.encode('rules', rule),
      })
  } finally {
    await producer.close()
  }
}

/** How often each rule gave a value; null where no store answers. */
export async function hitsOf(config: Config): Promise<ReadonlyMap<string, number> | null> {
  const store = openClickhouse(runningClickhouseUrlOf(config), { readOnly: true })
  try {
    const rows = await store.query<{ id: string; hits: string | number }>(
      `SELECT origin_id AS id, uniqExact(document_id) AS hits FROM field_events WHERE kind = 'extraction' AND origin = 'rule' GROUP BY origin_id`,
    )
    return new Map(rows.map(({ id, hits }) => [id, Number(hits)]))
  } catch {
    return null
  } finally {
    await store.close()
  }
}

/** CONFIG_INVALID where there is none. */
export function ruleOf(rules: RuleTable, name: string): Rule {
  const at = name.lastIndexOf('/')
  const found = rules.rulesOf(name.slice(0, at)).get(name.slice(at + 1))
  if (found === undefined || found.vendor !== name.slice(0, at))
    throw new ErrataError(
      'CONFIG_INVALID',
      'there is no such rule; `errata rules list` shows them',
      { rule: name },
    )
  return found
}

export async function withRulesConnection<T>(
  config: Config,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  return withConnection(config, openLog({ logLevel: 'error' }, 'rules'), work)
}
