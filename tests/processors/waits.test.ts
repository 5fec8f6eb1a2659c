/**
 * What is learned reaches what waits: the whole topology in memory, with the review queue and what
 * asks for documents to be read again. Whatever happens in which order, in the end every document
 * that waits was read by the model and rules of now; none was touched while somebody had it open,
 * and none was read twice by the same.
 */

import fc from 'fast-check'
import { openLocks } from '../../connectors/redis/locks.ts'
import { mostAtOnce, openRereading, type Rereading } from '../../deploy/services/rereading.ts'
import { packWords } from '../../processors/document/words.ts'
import {
  emptyCatalogue,
  withModel,
  type ModelRegistry,
} from '../../processors/model/model-registry.ts'
import type { FieldReader } from '../../processors/model/reader.ts'
import { readingNow } from '../../processors/model/reading-now.ts'
import { rereadFor } from '../../processors/review/outdated.ts'
import { taskQueue, type ReviewQueue } from '../../processors/review/review-queue.ts'
import type { Task } from '../../schemas/types.ts'
import { fieldOf, ocrOf, printOf, verdictOf } from '../documents.ts'
import { openDriver, type Driver } from '../driver.ts'
import { modelOf } from '../records.ts'

const vendorId = 'vat:DE136695976'
const print = printOf(
  'Corner Shop Ltd',
  'VAT DE136695976',
  'Subtotal 10.00',
  'Total Due 12.00',
  '01.02.2024',
)
const name = fieldOf(print, 'seller_name', 'Corner Shop Ltd', 'Corner Shop Ltd', 1)
const date = fieldOf(print, 'issue_date', '2024-02-01', '01.02.2024', 0.9)
const truth = [name, date, fieldOf(print, 'grand_total', '12.00')]

/** Takes the subtotal for the total; is never sure enough below version 9. */
const readerOf = (version: number): FieldReader => ({
  ref: { name: 'receipt', version, sha256: '' },
  thresholds: () => ({ seller_name: 0, issue_date: version < 9 ? 0.95 : 0, grand_total: 0 }),
  isTrainedOn: () => false,
  hasRelearned: () => false,
  targetError: 0.5,
  usual: [],
  predict: async () => [name, date, fieldOf(print, 'grand_total', '10.00', '10.00', 0.9)],
})

interface World {
  readonly driver: Driver
  readonly queue: ReviewQueue
  readonly locks: ReturnType<typeof openLocks>
  /** Looks until nothing is on its way. */
  readonly settle: () => Promise<void>
  /** Another process asks from here on. */
  readonly restart: () => void
  readonly arrive: (documentId: string) => Promise<void>
  readonly answer: (documentId: string, task?: Task | null) => Promise<void>
  readonly promote: (version: number) => void
  /** Extractors can't use versions from here on. */
  readonly refuse: (from: number) => void
  readonly tasksOf: (documentId: string) => Promise<readonly Task[]>
  readonly isCurrent: (documentId: string) => boolean
  readonly sent: { count: number; atOnce: number }
}

function openWorld(): World {
  let version: number | null = null
  let refused = Infinity
  let catalogue: ModelRegistry = emptyCatalogue
  const queue = taskQueue()
  const positions = { task: 0 }
  const sent = { count: 0, atOnce: 0 }
  const driver = openDriver({
    partitions: 1,
    without: ['shadow'],
    extract: () => ({
      readerOf: () => (version === null ? null : readerOf(version < refused ? version : 1)),
    }),
  })
  const now = (): number => driver.now()
  const locks = openLocks(null, '', now)
  // in the driver a record is processed before `write` returns, and the queue follows after that
  const follow = { task: 0, verdict: 0 }
  const catchUp = async (): Promise<void> => {
    const tasks = await driver.read('needs-review')
    for (const { key, value } of tasks.slice(follow.task))
      queue.addTask(key, value, { partition: 0, offset: BigInt(positions.task++) })
    follow.task = tasks.length
    const verdicts = await driver.read('verdicts')
    for (const { key, value } of verdicts.slice(follow.verdict)) queue.addVerdict(key, value)
    follow.verdict = verdicts.length
  }
  const current = readingNow(() => catalogue, driver.rules)
  let waiting: (() => Promise<void>)[] = []
  const open = (): Rereading =>
    openRereading({
      tasks: queue,
      locks,
      readingNow: current,
      caughtUp: async () => {},
      oldest: async () => new Map(),
      send: async (outdated) => {
        sent.count++
        waiting.push(() => driver.write('outdated', outdated.documentId, outdated))
        sent.atOnce = Math.max(sent.atOnce, waiting.length)
      },
      now,
    })
  let rereading = open()
  const settle = async (): Promise<void> => {
    rereading.learned()
    do {
      const due = waiting
      waiting = []
      for (const write of due) await write()
      await catchUp()
      await rereading.look()
    } while (waiting.length > 0)
  }
  return {
    driver,
    queue,
    locks,
    sent,
    settle,
    restart() {
      rereading.stop()
      driver.advance(120_000) // its locks end by themselves
      rereading = open()
    },
    async arrive(documentId) {
      await driver.write('ocr', documentId, ocrOf(documentId, print))
      await catchUp()
    },
    async answer(documentId, given = null) {
      const tasks = (await driver.read('needs-review')).filter(({ key }) => key === documentId)
      const task = given ?? (tasks.at(-1)?.value as Task)
      const { vendor, fields, lineItems, sha256 } = task
      await driver.write(
        'corrected',
        documentId,
        verdictOf(documentId, print, truth, fields, {
          vendor,
          sha256,
          predictedLineItems: lineItems,
          revision: queue.latestRevision(documentId) + 1,
          decidedAt: driver.now(),
        }),
      )
      await catchUp()
    },
    promote(next) {
      version = next
      const model = modelOf(next, { name: 'receipt', state: 'champion', championSince: next })
      catalogue = withModel(catalogue, `receipt/${next}`, model, BigInt(next))
    },
    refuse: (from) => void (refused = from),
    tasksOf: async (documentId) =>
      (await driver.read('needs-review')).flatMap(({ key, value }) =>
        key === documentId && value !== null ? [value] : [],
      ),
    isCurrent(documentId) {
      const document = queue.waits(documentId)
      return (
        document === null ||
        rereadFor(document, current(document.profile, document.vendorId)) === null
      )
    },
  }
}

const totalIn = (task: Task | undefined): unknown => {
  const { value, origin } = task?.fields.find((field) => field.name === 'grand_total') ?? {}
  return [value, origin]
}
const openIds = ({ queue }: World): string[] =>
  queue.list({ state: 'open', limit: 500 }).tasks.map(({ documentId }) => documentId)

test('one answer corrects the next document that waits, which then says that it was read again', async () => {
  const world = openWorld()
  world.promote(1)
  world.driver.advance(1)
  for (const id of ['d1', 'd2']) await world.arrive(id)
  expect(totalIn((await world.tasksOf('d2')).at(-1))).toEqual(['10.00', 'model'])
  await world.answer('d1')
  await world.settle()
  const [first, second] = await world.tasksOf('d2')
  expect(first?.reread).toBeNull()
  expect(totalIn(second)).toEqual(['12.00', 'rule'])
  expect(second?.reread).toMatchObject({ cause: 'rules', model: 'receipt/1' })
})

test('a document that is accepted when it is read again waits for nobody, and its last word is said', async () => {
  const world = openWorld()
  world.promote(1)
  for (const id of ['d1', 'd2']) await world.arrive(id)
  expect(openIds(world).sort()).toEqual(['d1', 'd2'])
  expect((await world.driver.table('final')).size).toBe(0)
  world.promote(9)
  await world.settle()
  expect(openIds(world)).toEqual([])
  const [, closing] = await world.tasksOf('d1')
  expect(closing).toMatchObject({ closed: true, revision: 0, reasons: [] })
  expect(closing?.words).toEqual(packWords(print.words))
  const { status, decidedBy } = (await world.driver.table('final')).get('d1') ?? {}
  expect([status, decidedBy]).toEqual(['accepted', null])
})

test('documents that were read without a model are read by the first one', async () => {
  const world = openWorld()
  await world.arrive('d1')
  await world.settle()
  expect(world.sent.count).toBe(0)
  world.promote(1)
  await world.settle()
  const tasks = await world.tasksOf('d1')
  expect(tasks.map(({ model, reread }) => [model?.version, reread?.cause])).toEqual([
    [undefined, undefined],
    [1, 'first_model'],
  ])
})

test('what was read with the model and the rules of now is not read again', async () => {
  const world = openWorld()
  world.promote(1)
  for (const id of ['d1', 'd2']) {
    await world.arrive(id)
    await world.answer(id)
  }
  for (const id of ['d3', 'd4']) await world.arrive(id)
  await world.answer('d3') // the same rules, borne out once more
  await world.settle()
  expect(world.queue.waits('d4')).not.toBeNull()
  expect(world.sent.count).toBe(0)
})

test('a document that somebody has open is left alone until they leave it', async () => {
  const world = openWorld()
  world.promote(1)
  await world.arrive('d1')
  const holder = { id: 'page-of-ann', name: 'ann', since: 0 }
  await world.locks.take('d1', holder, 90_000)
  world.promote(2)
  await world.settle()
  expect(await world.tasksOf('d1')).toHaveLength(1)
  await world.locks.release('d1', holder.id)
  await world.settle()
  expect(await world.tasksOf('d1')).toHaveLength(2)
  expect((await world.locks.holders(['d1'])).size).toBe(0)
})

test('an answer to the earlier reading counts, whether the new one waits or was accepted', async () => {
  for (const next of [2, 9]) {
    const world = openWorld()
    world.promote(1)
    await world.arrive('d1')
    const [before] = await world.tasksOf('d1')
    world.promote(next)
    await world.settle()
    await world.answer('d1', before)
    expect(await world.driver.read('dead')).toEqual([])
    const final = (await world.driver.table('final')).get('d1')
    expect([final?.decidedBy, openIds(world)]).toEqual(['ann', []])
  }
})

test('a champion that extractors can’t use is asked for once', async () => {
  const world = openWorld()
  world.promote(1)
  await world.arrive('d1')
  world.refuse(2)
  world.promote(2)
  for (const restarts of [false, true, true]) {
    if (restarts) world.restart()
    await world.settle()
  }
  expect((await world.tasksOf('d1')).map(({ model }) => model?.version)).toEqual([1, 1])
})

test('few of many are on their way at a time', async () => {
  const world = openWorld()
  const ids = Array.from({ length: 3 * mostAtOnce + 1 }, (_, i) => `d${i}`)
  for (const id of ids) await world.arrive(id)
  world.promote(1)
  await world.settle()
  expect(world.sent).toEqual({ count: ids.length, atOnce: mostAtOnce })
  expect(ids.every(world.isCurrent)).toBe(true)
})

type Step =
  | { readonly act: 'arrive' | 'answer' | 'lock' | 'leave'; readonly id: string }
  | { readonly act: 'promote'; readonly version: number }
  | { readonly act: 'settle' | 'restart' | 'disable' }

const ids = ['d1', 'd2', 'd3', 'd4']
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    act: fc.constantFrom<'arrive' | 'answer' | 'lock' | 'leave'>(
      'arrive',
      'answer',
      'lock',
      'leave',
    ),
    id: fc.constantFrom(...ids),
  }),
  fc.record({ act: fc.constant('promote' as const), version: fc.constantFrom(1, 2, 3, 9) }),
  fc.record({
    act: fc.constantFrom<'settle' | 'restart' | 'disable'>('settle', 'restart', 'disable'),
  }),
)

test('in any order of arrivals, answers, models, rules, visits and restarts', async () => {
  let rereads = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const world = openWorld()
      const { driver, locks, queue } = world
      const held = new Map<string, string | null>() // by document: the version that somebody sees
      const here = new Set(ids.slice(0, 3))
      for (const id of here) await world.arrive(id)
      let latest = 0
      for (const one of steps) {
        driver.advance(1_000)
        if (one.act === 'arrive' && !here.has(one.id)) {
          here.add(one.id)
          await world.arrive(one.id)
        } else if (one.act === 'answer' && queue.waits(one.id) !== null) {
          await world.answer(one.id)
          held.delete(one.id)
          await locks.release(one.id, 'page')
        } else if (one.act === 'lock' && queue.waits(one.id) !== null) {
          const holder = { id: 'page', name: 'ann', since: 0 }
          if ((await locks.take(one.id, holder, 10 ** 9)) === null)
            held.set(one.id, queue.version(one.id))
        } else if (one.act === 'leave') {
          held.delete(one.id)
          await locks.release(one.id, 'page')
        } else if (one.act === 'promote' && one.version > latest)
          world.promote((latest = one.version))
        else if (one.act === 'settle') await world.settle()
        else if (one.act === 'restart') world.restart()
        else if (one.act === 'disable') {
          const rule = [...driver.rules.rulesOf(vendorId).values()][0]
          if (rule !== undefined) {
            const off = { ...rule, state: 'disabled' as const, decidedBy: 'op' }
            await driver.write('rules', `${vendorId}/${rule.field}/hand`, off)
          }
        }
        for (const [id, version] of held) expect(queue.version(id)).toBe(version)
      }
      for (const id of held.keys()) await locks.release(id, 'page')
      driver.advance(120_000)
      await world.settle()
      expect(ids.filter((id) => !world.isCurrent(id))).toEqual([])
      expect(await driver.read('dead')).toEqual([])
      for (const id of ids) {
        const again = (await driver.read('ocr')).flatMap(({ key, value }) =>
          key === id && value?.reread != null ? [value.reread] : [],
        )
        rereads += again.length
        const marks = again.map(({ model, ruleSet }) => `${model} ${ruleSet}`)
        expect(marks.filter((mark, at) => mark === marks[at - 1])).toEqual([])
        const waits = queue.waits(id) !== null
        const status = (await driver.table('final')).get(id)?.status
        if (here.has(id)) expect([waits, status === 'accepted']).toContain(true)
      }
    }),
    { numRuns: 200 },
  )
  expect(rereads).toBeGreaterThan(100)
})
