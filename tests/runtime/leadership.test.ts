/** One of several processes at a time, on the fake cluster. */

import { createTopics } from '../../connectors/kafka/kafka.ts'
import { openLeadership, type Leadership } from '../../runtime/leadership.ts'
import { openFakeGround, type FakeGround } from '../promises/fake-ground.ts'
import { quiet, until } from '../toys.ts'

let ground: FakeGround
let open: Leadership[] = []
let events: string[] = []
beforeEach(async () => {
  ground = await openFakeGround(1)
  const topic = { name: 'only', partitions: 1, replication: 1, settings: {} }
  await createTopics(ground.toys.cluster, [topic])
  events = []
})
afterEach(async () => {
  await Promise.all(open.map((one) => one.stop()))
  open = []
  await ground.close()
})

const join = (name: string, cluster = ground.another()): Leadership => {
  const one = openLeadership({
    cluster,
    group: 'group',
    topic: 'only',
    begin: () => void events.push(`${name} begins`),
    end: () => void events.push(`${name} ends`),
    log: quiet,
  })
  open.push(one)
  return one
}
const isKnown = ({ problems }: Leadership): boolean => problems().length === 0

test('of two processes one works and the other waits, until the first leaves', async () => {
  const [first, second] = [join('first'), join('second')]
  await until(() => isKnown(first) && isKnown(second), 'both are members')
  expect([first.isLeader(), second.isLeader()].filter(Boolean)).toHaveLength(1)
  const [leader, other] = first.isLeader() ? [first, second] : [second, first]
  expect(other.isWaiting()).toBe(true)
  await leader.stop()
  await until(() => other.isLeader(), 'the other takes over')
  const begun = events.filter((event) => event.endsWith('begins'))
  const ended = events.filter((event) => event.endsWith('ends'))
  expect(begun.length - ended.length).toBe(1)
})

test('while the broker is away nobody begins, and it says so', async () => {
  const { cluster } = await ground.behind()
  ground.faults.cut()
  const one = join('one', cluster)
  expect(one.problems().map(({ code }) => code)).toEqual(['STARTING'])
  ground.faults.heal()
  await until(() => one.isLeader(), 'it begins')
})
