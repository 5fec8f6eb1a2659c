/** What a consumer is told about waiting: the cluster's wait, its own, and never past a heartbeat. */

import type { ConsumerConfig } from 'kafkajs'
import { readConfig } from '../../../config.ts'
import { openCluster, openConsumer, type ClusterSettings } from '../../../connectors/kafka/kafka.ts'

const stop = new Error('asked enough')

async function configOf(
  settings: Partial<ClusterSettings>,
  maxWaitMs?: number,
): Promise<ConsumerConfig> {
  let config: ConsumerConfig | null = null
  const cluster = openCluster({ ...readConfig({}), ...settings }, ['127.0.0.1:1'])
  const client = (): never =>
    ({
      consumer(asked: ConsumerConfig): never {
        config = asked
        throw stop
      },
    }) as never
  const options = { group: 'g', topics: ['t'], joined() {}, batch() {}, failed() {} }
  const opening = openConsumer(
    { ...cluster, client },
    { ...options, ...(maxWaitMs === undefined ? {} : { maxWaitMs }) },
  )
  await expect(opening).rejects.toBe(stop)
  return config as unknown as ConsumerConfig
}

test.each<[string, Partial<ClusterSettings>, number | undefined, number]>([
  ['a short while by itself', {}, undefined, 250],
  ['as long as the cluster says', { fetchWaitMs: 2_000 }, undefined, 2_000],
  ['as long as it says itself', { fetchWaitMs: 2_000 }, 500, 500],
  [
    'no longer than until a heartbeat',
    { fetchWaitMs: 2_000, sessionTimeoutMs: 3_000 },
    5_000,
    1_000,
  ],
])('an empty fetch waits %s', async (_when, settings, maxWaitMs, waited) => {
  const { maxWaitTimeInMs, heartbeatInterval = 0 } = await configOf(settings, maxWaitMs)
  expect(maxWaitTimeInMs).toBe(waited)
  expect(heartbeatInterval).toBeGreaterThanOrEqual(waited)
})
