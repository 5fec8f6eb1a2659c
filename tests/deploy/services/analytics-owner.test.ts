/** Two processes with embedded stores never share the rows between them, on the fake cluster. */

import type { Analytics } from '../../../connectors/clickhouse/sink.ts'
import { createTopics } from '../../../connectors/kafka/kafka.ts'
import { ownedSink } from '../../../deploy/services/analytics-owner.ts'
import { openFakeGround, type FakeGround } from '../../promises/fake-ground.ts'
import { quiet, until } from '../../toys.ts'

let ground: FakeGround
let running: string[] = [] // whose sink stores
beforeEach(async () => {
  ground = await openFakeGround(1)
  const topic = { name: 'models', partitions: 1, replication: 1, settings: {} }
  await createTopics(ground.toys.cluster, [topic])
  running = []
})
afterEach(() => ground.close())

const start = (home: string, fail: Promise<never> = new Promise(() => {})): Analytics =>
  ownedSink({ cluster: ground.another(), group: 'g', topic: 'models', log: quiet }, () => {
    running.push(home)
    return {
      failed: fail,
      problems: () => [],
      progress: () => [{ topic: 'raw', partition: 0, position: 7n }],
      lag: () => new Map([['raw', 7] as const]),
      async stop() {
        running = running.filter((one) => one !== home)
      },
    }
  })
const codesOf = (sink: Analytics): string[] => sink.problems().map(({ code }) => code)

test('the second store gets no rows and is not ready, with a reason, until the first has ended', async () => {
  const first = start('first')
  await until(() => codesOf(first).length === 0, 'the first stores')
  const second = start('second')
  await until(() => running.length === 1 && codesOf(second).join() !== 'STARTING', 'it is decided')
  const [owner, other] = codesOf(first).length === 0 ? [first, second] : [second, first]
  expect([codesOf(owner), codesOf(other)]).toEqual([[], ['STORE_TAKEN']])
  expect([other.progress(), other.lag()]).toEqual([[], new Map()])
  await owner.stop()
  await until(() => codesOf(other).length === 0, 'the other begins')
  expect(running).toHaveLength(1)
  await other.stop()
  expect(running).toEqual([])
})

test('a sink that fails for good ends its process', async () => {
  let fail: (error: Error) => void = () => {}
  const sink = start('first', new Promise<never>((_, reject) => (fail = reject)))
  await until(() => running.length === 1, 'it stores')
  fail(new Error('broken'))
  await expect(sink.failed).rejects.toThrow('broken')
  await sink.stop()
})
