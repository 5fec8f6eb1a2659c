/**
 * Taking back what a person taught since a moment, for the command line and the rules page: their
 * verdicts, and with them rules and training (processors/review/revert.ts says how), and the rules
 * that they made or switched by hand.
 *
 * Looked at first and done afterwards: what `findReversal` found is what `publishReversal` writes.
 * Who answers meanwhile is not overwritten: a verdict whose revision is taken already is refused by
 * the stage that learns. Stopped halfway it is done again and finds the rest.
 */

import type { Config } from '../config.ts'
import { openProducer } from '../connectors/kafka/kafka.ts'
import { reversalsOf, type Reversal } from '../processors/review/revert.ts'
import type { Rule, Verdict } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import type { Connection } from './connect.ts'
import { readCorrected } from './rules-at.ts'
import { verdictSender } from './publish.ts'

export interface FoundReversal {
  readonly verdicts: readonly Verdict[] // to publish, one for each document
  readonly rules: readonly string[] // keys of decisions by hand
}

/** Counts of documents and rules. */
export interface RevertCounts {
  readonly withdrawn: number // open for another person
  readonly restored: number // as somebody said before
  readonly rules: number // by hand
}

/** `records`: the rules topic as it stands. VERDICT_INVALID without a reason. */
export async function findReversal(
  config: Config,
  connection: Connection,
  records: ReadonlyMap<string, Rule>,
  reversal: Reversal,
): Promise<FoundReversal> {
  const messages = await readCorrected(config.topicPrefix, connection)
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
