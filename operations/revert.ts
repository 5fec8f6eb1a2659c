/**
 * Reverts what a person taught since a given time, for the command line and the rules page: their
 * verdicts, and with them rules and training (see processors/review/revert.ts), and the rules that
 * they wrote or switched by hand.
 *
 * `publishReversal` writes exactly what `findReversal` found. Answers given meanwhile are not
 * overwritten: judge refuses a verdict whose revision is taken. If it is interrupted, a second run
 * finds the rest.
 */

import type { Config } from '../config.ts'
import { openProducer } from '../connectors/kafka/kafka.ts'
import { reversalsOf, type Reversal } from '../processors/review/revert.ts'
import type { Rule, Verdict } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import type { Connection } from './connect.ts'
import { readVerdicts } from './rules-at.ts'
import { verdictSender } from './publish.ts'

export interface FoundReversal {
  readonly verdicts: readonly Verdict[] // to publish, one for each document
  readonly rules: readonly string[] // keys of decisions by hand
}

/** Numbers of documents and rules. */
export interface RevertCounts {
  readonly withdrawn: number // reopened for another person
  readonly restored: number // restored to an earlier verdict
  readonly rules: number // by hand
}

/** `records`: the rules topic as it stands. VERDICT_INVALID without a reason. */
export async function findReversal(
  config: Config,
  connection: Connection,
  records: ReadonlyMap<string, Rule>,
  reversal: Reversal,
): Promise<FoundReversal> {
  const messages = await readVerdicts(config.topicPrefix, connection)
  return {
    verdicts: reversalsOf(
      messages.flatMap(({ value }) => (value === null ? [] : [value])),
      reversal,
    ),
    rules: [...records]
      .filter(([, rule]) => rule.decidedBy === reversal.reviewer && rule.since >= reversal.since)
      .map(([key]) => key),
  }
}

export async function publishReversal(
  config: Config,
  connection: Connection,
  { verdicts, rules }: FoundReversal,
): Promise<void> {
  const producer = openProducer(connection.cluster)
  try {
    const publish = verdictSender(config, connection, producer, () => undefined)
    for (const verdict of verdicts) await publish(verdict)
    for (const key of rules)
      await producer.send(topicName('rules', config.topicPrefix), { key, value: null })
  } finally {
    await producer.close()
  }
}

export function countsOf({ verdicts, rules }: FoundReversal): RevertCounts {
  const withdrawn = verdicts.filter(({ decision }) => decision === 'rejected').length
  return { withdrawn, restored: verdicts.length - withdrawn, rules: rules.length }
}
