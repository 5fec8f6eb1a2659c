/** Processes that start before there are topics, on the fake cluster. */

import { createTopics } from '../../connectors/kafka/kafka.ts'
import { awaitTopics } from '../../operations/await-topics.ts'
import { allTopics } from '../../runtime/existing-topics.ts'
import { fakeBroker } from '../fake-cluster.ts'

const topicsOf = (wanted: RegExp) =>
  allTopics('x.')
    .filter(({ name }) => wanted.test(name))
    .map(({ name }) => ({ name, partitions: 1, replication: 1, settings: {} }))

test('a process waits for what it reads and writes, and for nothing else', async () => {
  const broker = fakeBroker()
  const [early, late] = [broker.open(), broker.open()]
  let isDone = false
  const waiting = awaitTopics({ cluster: early, prefix: 'x.', parts: ['learn'], forMs: 20_000 })
  void waiting.then(() => (isDone = true))
  await createTopics(late, topicsOf(/verdicts$|training$|claims$/))
  await new Promise((resolve) => setTimeout(resolve, 1_200))
  expect(isDone).toBe(false)
  await createTopics(late, topicsOf(/corrected$|profiles$|learn\.dead$/)) // corrected is what it read formerly
  await waiting
})

test('the wait has an end', async () => {
  const cluster = fakeBroker().open()
  const waiting = awaitTopics({ cluster, prefix: 'x.', parts: ['ocr'], forMs: 100 })
  await expect(waiting).rejects.toMatchObject({
    code: 'TOPOLOGY_MISMATCH',
    facts: { topics: 'x.raw,x.profiles,x.ocr,x.ocr.dead' },
  })
})
