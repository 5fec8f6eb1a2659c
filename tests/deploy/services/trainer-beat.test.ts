/** What the pages know of a trainer on another machine, by its topics alone, on the fake cluster. */

import { createTopics } from '../../../connectors/kafka/kafka.ts'
import type { Next } from '../../../connectors/http/trainings.ts'
import { readConfig } from '../../../config.ts'
import type { ServiceContext } from '../../../deploy/services/service.ts'
import {
  followTrainer,
  startBeat,
  type TrainerInUse,
} from '../../../deploy/services/trainer-beat.ts'
import { followTrainingRecords } from '../../../deploy/services/training-records.ts'
import { openTrainings } from '../../../operations/trainings.ts'
import { topicName } from '../../../topology.ts'
import { openFakeGround, type FakeGround } from '../../promises/fake-ground.ts'
import { quiet, until } from '../../toys.ts'

let ground: FakeGround
let trainer: TrainerInUse
let stops: (() => Promise<unknown>)[] = []
const next: Next = { waiting: { invoice: 7 }, wanted: 50, at: 1_700_000_000_000 }

/** A process of its own, which shares nothing but the cluster. */
const use = (): ServiceContext =>
  ({
    config: { ...readConfig({}), topicPrefix: ground.toys.prefix },
    connection: { cluster: ground.another(), registry: ground.toys.registry },
    log: quiet,
  }) as unknown as ServiceContext
const records = (): ReturnType<typeof followTrainingRecords> => {
  const opened = followTrainingRecords(use())
  stops.push(() => opened.stop())
  return opened
}

beforeEach(async () => {
  ground = await openFakeGround(1)
  const topics = (['training-runs', 'trainers'] as const).map((topic) => ({
    name: topicName(topic, ground.toys.prefix),
    ...{ partitions: 1, replication: 1, settings: {} },
  }))
  await createTopics(ground.toys.cluster, topics)
  const runs = records()
  trainer = followTrainer(use(), runs)
  stops.push(() => trainer.stop())
  await Promise.all([trainer.ready, runs.ready])
})
afterEach(async () => {
  jest.restoreAllMocks()
  await Promise.all(stops.map((stop) => stop()))
  stops = []
  await ground.close()
})

test('a trainer is shown from when it works until it ends, or has been silent for minutes', async () => {
  expect(trainer.status()).toEqual({ reachable: false, trainings: [], next: null })
  const beat = startBeat(
    use(),
    () => true,
    () => next,
  )
  await until(() => trainer.status().reachable, 'it is shown')
  expect(trainer.status().next).toEqual(next)
  const now = Date.now()
  jest.spyOn(Date, 'now').mockReturnValue(now + 200_000)
  expect(trainer.status()).toMatchObject({ reachable: false, next: null })
  jest.restoreAllMocks()
  await beat.stop()
  await until(() => !trainer.status().reachable, 'it has ended')
})

test('a trainer that waits for its turn says nothing', async () => {
  const beat = startBeat(
    use(),
    () => false,
    () => next,
  )
  await beat.stop()
  expect(trainer.status().reachable).toBe(false)
})

test('what any trainer is asked is run once, by the one that leads, and everybody sees it to its outcome', async () => {
  let ran = 0
  const [leading, waiting] = [records(), records()]
  const options = {
    now: () => Date.now(),
    log: quiet,
    pauseMs: 10,
    run: async () => {
      ran++
      return { outcome: 'refused', key: 'receipt/2', reasons: ['reads less well'] } as const
    },
  }
  const [one, other] = [leading, waiting].map((its) => openTrainings({ ...options, records: its }))
  one?.lead()
  await Promise.all([
    other?.ask('a', 'receipt'),
    one?.ask('a', 'receipt'),
    other?.ask('b', 'invoice'),
  ])
  const shown = (): readonly string[] =>
    trainer.status().trainings.map(({ key, state, version }) => `${key} ${state} ${version}`)
  await until(() => shown().filter((line) => line.includes(' done ')).length === 2, 'both are done')
  expect([...shown()].sort()).toEqual(['a done receipt/2', 'b done receipt/2'])
  expect(ran).toBe(2)
  await Promise.all([one?.stop(), other?.stop()])
})
