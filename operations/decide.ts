/**
 * Decisions: records that depend on what their topic says already. Fence other writers, read the
 * current state, decide, and write the whole decision in one transaction. A fenced writer reads and
 * decides again, so two who decide at the same time never overwrite each other, and readers see a
 * decision whole or not at all. Retries wait with random exponential backoff, since two immediate
 * retries would fence each other forever.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config.ts'
import { openTransactions } from '../connectors/kafka/kafka.ts'
import { codeOf } from '../errors.ts'
import type { Decision } from '../processors/processor.ts'
import { headerNames, software } from '../runtime/headers.ts'
import { decisionId } from '../runtime/names.ts'
import type { Topics } from '../schemas/types.ts'
import { topicName } from '../topology.ts'
import type { Reached } from './read-topic.ts'

const tries = 20 // against others who decide at the same time
const firstWaitMs = 200 // before the first try anew it is up to twice as long, and doubles
const longestWaitMs = 10_000

interface Decided<V, T> {
  /** Null writes a tombstone. */
  readonly records: readonly (readonly [key: string, value: V | null])[]
  readonly result: T
}

/** FENCED after many tries; rethrows errors of `decide`, which reads the topic first. */
export async function decideOn<N extends Exclude<Decision, 'replay'>, T>(
  topic: N,
  config: Pick<Config, 'topicPrefix'>,
  { cluster, registry }: Reached,
  decide: () => Promise<Decided<Topics[N], T>>,
): Promise<T> {
  const name = topicName(topic, config.topicPrefix)
  for (let tried = 1; ; tried++) {
    const producer = await openTransactions(cluster, decisionId(topic, config.topicPrefix))
    try {
      await producer.fence()
      const { records, result } = await decide()
      if (records.length === 0) return result
      const transaction = await producer.begin()
      await transaction.send(
        records.map(([key, value]) => ({
          topic: name,
          partition: 0,
          key,
          value: value === null ? null : registry.codec.encode(topic, value),
          headers: { [headerNames.software]: software },
        })),
      )
      await transaction.commit()
      return result
    } catch (error) {
      if (tried === tries || !['FENCED', 'TRANSACTION_FAILED'].includes(codeOf(error))) throw error
    } finally {
      producer.discard()
    }
    await sleep(Math.random() * Math.min(longestWaitMs, firstWaitMs * 2 ** tried))
  }
}
