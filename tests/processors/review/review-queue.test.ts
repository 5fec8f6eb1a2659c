import fc from 'fast-check'
import { taskQueue, type ReviewQueue } from '../../../processors/review/review-queue.ts'
import type { Task } from '../../../schemas/types.ts'
import { makeTask, verdictOn } from '../../review-server.ts'

const at = (offset: number) => ({ partition: 0, offset: BigInt(offset) })

const openIds = (queue: ReviewQueue): string[] =>
  queue.list({ state: 'open', limit: 500 }).tasks.map((task) => task.documentId)

describe('the queue', () => {
  it('closes a task when its verdict comes, whichever of the two comes first', () => {
    const task = makeTask()
    const early = taskQueue()
    early.addVerdict(task.documentId, verdictOn(task))
    early.addTask(task.documentId, task, at(0))
    const late = taskQueue()
    late.addTask(task.documentId, task, at(0))
    expect(openIds(late)).toEqual(['d-1'])
    late.addVerdict(task.documentId, verdictOn(task))
    expect([openIds(early), openIds(late)]).toEqual([[], []])
    expect([early.latestRevision('d-1'), late.latestRevision('d-1')]).toEqual([1, 1])
  })

  it('says of each profile how many are open, and since when', () => {
    const queue = taskQueue()
    expect(queue.openByProfile()).toEqual(new Map())
    const task = makeTask()
    const later = { documentId: 'd-2', receivedAt: task.receivedAt + 5, sha256: 'e'.repeat(64) }
    queue.addTask('d-1', task, at(0))
    queue.addTask('d-2', makeTask(later), at(1))
    queue.addTask('d-3', makeTask({ documentId: 'd-3', profile: 'receipt' }), at(2))
    expect(queue.openByProfile()).toEqual(
      new Map([
        [task.profile, { count: 2, oldest: task.receivedAt }],
        ['receipt', { count: 1, oldest: task.receivedAt }],
      ]),
    )
    queue.addVerdict('d-1', verdictOn(task))
    expect(queue.openByProfile().get(task.profile)).toEqual({
      count: 1,
      oldest: later.receivedAt,
    })
  })

  it('opens no new task when the same document is sent again after its verdict', () => {
    const queue = taskQueue()
    const task = makeTask()
    queue.addTask('d-1', task, at(0))
    queue.addVerdict('d-1', verdictOn(task))
    queue.addTask('d-1', { ...task, receivedAt: task.receivedAt + 1 }, at(7))
    // the same bytes and prediction under another id
    queue.addTask('d-2', { ...task, documentId: 'd-2' }, at(8))
    expect(openIds(queue)).toEqual([])
  })

  it.each<[string, Partial<Task>]>([
    ['other bytes', { sha256: 'f'.repeat(64) }],
    ['another prediction', { fields: [] }],
    ['another profile', { profile: 'receipt' }],
    ['another tenant', { tenant: 'other' }],
  ])('opens a task under another id for %s', (_, changes) => {
    const queue = taskQueue()
    queue.addVerdict('d-1', verdictOn(makeTask()))
    queue.addTask('d-2', makeTask({ documentId: 'd-2', ...changes }), at(1))
    expect(openIds(queue)).toEqual(['d-2'])
  })

  it('asks again about an id under which other bytes come, and about a task with a higher revision', () => {
    const queue = taskQueue()
    const task = makeTask()
    queue.addVerdict('d-1', verdictOn(task))
    queue.addTask('d-1', { ...task, sha256: 'f'.repeat(64) }, at(1))
    expect(openIds(queue)).toEqual(['d-1'])
    expect(queue.summary('d-1')?.nextRevision).toBe(2)
    queue.addTask('d-1', { ...task, revision: 1 }, at(2))
    expect(openIds(queue)).toEqual(['d-1'])
  })

  it('lets nothing wait for ever: the longer a document waits, the more urgent it is', () => {
    const queue = taskQueue()
    const day = 86_400_000
    queue.addTask(
      'dear',
      makeTask({ documentId: 'dear', sha256: '1', priority: 4, receivedAt: 10 * day }),
      at(0),
    )
    queue.addTask(
      'cheap',
      makeTask({ documentId: 'cheap', sha256: '2', priority: 2, receivedAt: 7 * day }),
      at(1),
    )
    queue.addTask(
      'old',
      makeTask({ documentId: 'old', sha256: '3', priority: 2, receivedAt: 5 * day }),
      at(2),
    )
    expect(openIds(queue)).toEqual(['old', 'dear', 'cheap'])
  })

  it('stays open for anybody else where a second pair of eyes is wanted, and closes with it', () => {
    const queue = taskQueue()
    const task = makeTask()
    queue.addTask('d-1', task, at(0))
    queue.addVerdict('d-1', { ...verdictOn(task), secondWanted: true })
    // alike, and not yet judged for good
    queue.addTask('d-2', { ...task, documentId: 'd-2' }, at(1))
    expect([
      openIds(queue),
      queue.summary('d-1')?.second,
      queue.summary('d-1')?.nextRevision,
    ]).toEqual([['d-1', 'd-2'], true, 2])
    const nextFor = (reviewer: string) =>
      [...queue.candidates({ skip: new Set(), reviewer })].map((next) => next.documentId)
    expect([nextFor('mara'), nextFor('ben')]).toEqual([['d-2'], ['d-1', 'd-2']])
    queue.addVerdict('d-1', verdictOn(task, { revision: 2, reviewer: 'ben' }))
    expect([openIds(queue), queue.summary('d-1')?.second]).toEqual([[], false])
  })

  it('opens a document again, and all that are alike, where its verdict was taken back', () => {
    const queue = taskQueue()
    const task = makeTask()
    queue.addTask('d-1', task, at(0))
    queue.addTask('d-2', { ...task, documentId: 'd-2' }, at(1))
    queue.addVerdict('d-1', verdictOn(task))
    const before = openIds(queue)
    queue.addVerdict('d-1', {
      ...verdictOn(task),
      revision: 2,
      reviewer: 'eve',
      decision: 'rejected',
      secondWanted: true,
    })
    expect([before, openIds(queue)]).toEqual([[], ['d-1', 'd-2']])
    queue.addVerdict('d-1', verdictOn(task, { revision: 3, reviewer: 'ben' }))
    expect(openIds(queue)).toEqual([])
  })

  it.each<[string, readonly Partial<Task>[], readonly string[]]>([
    ['closed by the record that says so', [{ sequence: 3 }, { sequence: 5, closed: true }], []],
    ['closed also where that comes first', [{ sequence: 5, closed: true }, { sequence: 3 }], []],
    [
      'open where a later reading asks again',
      [{ sequence: 5, closed: true }, { sequence: 7 }],
      ['d-1'],
    ],
    [
      'open where the later reading came before the record that closes an earlier one',
      [{ sequence: 7 }, { sequence: 5, closed: true }],
      ['d-1'],
    ],
    [
      'open where it was asked about with a higher revision since',
      [
        { sequence: 3, revision: 1 },
        { sequence: 5, closed: true },
      ],
      ['d-1'],
    ],
  ])('has a document that was read again %s', (_, tasks, open) => {
    const queue = taskQueue()
    for (const [offset, change] of tasks.entries())
      queue.addTask('d-1', makeTask(change), at(offset))
    expect(openIds(queue)).toEqual(open)
    expect([...queue.waiting()].map(({ documentId }) => documentId)).toEqual(
      tasks.some(({ revision }) => revision === 1) ? [] : open,
    )
  })

  it('tells that an open document was read again', () => {
    const queue = taskQueue()
    const told: string[] = []
    queue.onChange(({ kind }) => told.push(kind))
    for (const sequence of [1, 2]) queue.addTask('d-1', makeTask({ sequence }), at(sequence))
    queue.addTask('d-1', makeTask({ sequence: 3, closed: true }), at(3))
    expect(told).toEqual(['opened', 'reread', 'closed'])
  })

  it('gives each person what is theirs: by profile and by vendor', () => {
    const queue = taskQueue()
    queue.addTask('a', makeTask({ documentId: 'a', sha256: '1' }), at(0))
    queue.addTask(
      'b',
      makeTask({
        documentId: 'b',
        sha256: '2',
        profile: 'receipt',
        vendor: { id: 'name:shop', name: 'Shop', evidence: 'name' },
      }),
      at(1),
    )
    const of = (wanted: { profiles?: string[]; vendors?: string[] }) =>
      [...queue.candidates({ skip: new Set(), ...wanted })].map((next) => next.documentId)
    expect([
      of({}),
      of({ profiles: ['receipt'] }),
      of({ vendors: ['vat:DE136695976'] }),
      of({ vendors: ['Shop'] }),
      of({ profiles: ['invoice'], vendors: ['Shop'] }),
    ]).toEqual([['a', 'b'], ['b'], ['a'], ['b'], []])
  })

  describe('with a verdict that was given here and is yet to be judged', () => {
    const task = makeTask()
    const alike = makeTask({ documentId: 'd-2' })
    const [mara, ben] = [verdictOn(task), verdictOn(task, { reviewer: 'ben' })]
    const given = (): ReviewQueue => {
      const queue = taskQueue()
      queue.addTask('d-1', task, at(0))
      queue.addTask('d-2', alike, at(1))
      queue.give(mara, at(7))
      expect([openIds(queue), queue.latestRevision('d-1')]).toEqual([[], 1])
      return queue
    }
    const stateOf = (queue: ReviewQueue): unknown => [
      openIds(queue),
      queue.summary('d-1')?.verdict?.reviewer ?? null,
      queue.latestRevision('d-1'),
      queue.isGiven('d-1'),
    ]

    it.each<[string, (queue: ReviewQueue) => void, unknown]>([
      [
        'stays closed when it counts',
        (queue) => queue.addVerdict('d-1', mara),
        [[], 'mara', 1, false],
      ],
      [
        'opens again, with all that are alike, when it is refused',
        (queue) => queue.refuse('d-1', at(7)),
        [['d-1', 'd-2'], null, 0, false],
      ],
      [
        'is that of whoever came first when both took a revision',
        (queue) => queue.addVerdict('d-1', ben),
        [[], 'ben', 1, false],
      ],
      [
        'the same when the refusal is known first',
        (queue) => {
          queue.refuse('d-1', at(7))
          queue.addVerdict('d-1', ben)
        },
        [[], 'ben', 1, false],
      ],
      [
        'is not touched by the refusal of another record',
        (queue) => queue.refuse('d-1', at(6)),
        [[], 'mara', 1, true],
      ],
      [
        'is not touched by a refusal of another document',
        (queue) => queue.refuse('d-2', at(7)),
        [[], 'mara', 1, true],
      ],
      [
        'asks again when the document is erased and comes again',
        (queue) => {
          queue.addTask('d-1', null, at(8))
          queue.addTask('d-1', task, at(9))
        },
        [['d-1', 'd-2'], null, 0, false],
      ],
      [
        'says again what counted before a refused correction',
        (queue) => {
          queue.addVerdict('d-1', mara)
          queue.give(verdictOn(task, { revision: 2, reviewer: 'ben', comment: 'x' }), at(8))
          queue.refuse('d-1', at(8))
        },
        [[], 'mara', 1, false],
      ],
    ])('%s', (_promise, act, expected) => {
      const queue = given()
      act(queue)
      expect(stateOf(queue)).toEqual(expected)
    })

    it('opens nothing and closes nothing when it is refused before it is known to be written', () => {
      const queue = taskQueue()
      queue.addTask('d-1', task, at(0))
      queue.refuse('d-1', at(7))
      expect(queue.give(mara, at(7))).toBe(false)
      expect(stateOf(queue)).toEqual([['d-1'], null, 0, false])
      expect(queue.give(mara, at(8))).toBe(true)
    })
  })

  it('forgets a document on a tombstone', () => {
    const queue = taskQueue()
    queue.addTask('d-1', makeTask(), at(0))
    queue.addTask('d-1', null, at(1))
    expect([openIds(queue), queue.summary('d-1'), queue.counts()]).toEqual([
      [],
      null,
      { open: 0, closed: 0 },
    ])
  })

  it('asks again what only verdicts on an erased document had covered', () => {
    const queue = taskQueue()
    const [first, copy] = [
      makeTask({ documentId: 'a', sha256: '1' }),
      makeTask({ documentId: 'b', sha256: '1' }),
    ]
    queue.addTask('a', first, at(0))
    queue.addTask('b', copy, at(1))
    queue.addVerdict('a', verdictOn(first))
    expect(openIds(queue)).toEqual([])
    queue.addTask('a', null, at(2))
    queue.addVerdict('a', null)
    expect(openIds(queue)).toEqual(['b'])
    queue.addTask('a', first, at(3)) // sent again
    expect([openIds(queue), queue.summary('a')?.nextRevision]).toEqual([['a', 'b'], 1])
  })

  it('gives higher priority first, then the older document, page by page without gaps or repeats', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.record({
            priority: fc.integer({ min: 0, max: 3 }),
            receivedAt: fc.integer({ min: 0, max: 5 }),
          }),
          { maxLength: 30 },
        ),
        fc.integer({ min: 1, max: 7 }),
        (shapes, limit) => {
          const queue = taskQueue()
          shapes.forEach((shape, i) =>
            queue.addTask(
              `d${i}`,
              makeTask({ documentId: `d${i}`, sha256: String(i), ...shape }),
              at(i),
            ),
          )
          const seen: { priority: number; receivedAt: number; documentId: string }[] = []
          for (let after: string | undefined; ;) {
            const page = queue.list({ state: 'open', limit, after })
            seen.push(...page.tasks)
            if (page.next === null) break
            after = page.next
          }
          expect(new Set(seen.map((task) => task.documentId)).size).toBe(shapes.length)
          for (let i = 1; i < seen.length; i++) {
            const [a, b] = [seen[i - 1], seen[i]]
            expect(
              a !== undefined &&
                b !== undefined &&
                (a.priority > b.priority ||
                  (a.priority === b.priority && a.receivedAt <= b.receivedAt)),
            ).toBe(true)
          }
          expect(queue.next({ skip: new Set() })?.documentId ?? null).toBe(
            seen[0]?.documentId ?? null,
          )
        },
      ),
      { numRuns: 40 },
    )
  })

  it('keeps the order whenever it is asked in between, as tasks come, come again with another priority, are answered and go', () => {
    const step = fc.record({
      id: fc.integer({ min: 0, max: 8 }),
      priority: fc.integer({ min: 0, max: 5 }),
      what: fc.constantFrom('task', 'task', 'verdict', 'tombstone'),
      ask: fc.boolean(),
    })
    const [base, answer] = [makeTask(), verdictOn(makeTask())]
    fc.assert(
      fc.property(fc.array(step, { maxLength: 25 }), (steps) => {
        const [asked, quiet] = [taskQueue(), taskQueue()]
        steps.forEach(({ id, priority, what, ask }, i) => {
          const task = { ...base, documentId: `d${id}`, sha256: String(id), revision: i, priority }
          for (const queue of [asked, quiet]) {
            if (what === 'verdict')
              queue.addVerdict(task.documentId, {
                ...answer,
                documentId: task.documentId,
                sha256: task.sha256,
                revision: i + 1,
              })
            else queue.addTask(task.documentId, what === 'task' ? task : null, at(i))
          }
          if (ask) openIds(asked)
        })
        expect([openIds(asked), asked.counts()]).toEqual([openIds(quiet), quiet.counts()])
        const urgency = asked.list({ state: 'open', limit: 500 }).tasks.map((task) => task.priority)
        expect(urgency).toEqual([...urgency].sort((a, b) => b - a))
      }),
      { numRuns: 100 },
    )
  })

  it('comes out the same for every order of two partitions’ records', () => {
    const records = [0, 1, 2].flatMap((n) => {
      // d0 and d2 have the same bytes
      const task = makeTask({ documentId: `d${n}`, sha256: `${n % 2}` })
      return [
        { key: task.documentId, task, n },
        ...(n === 1 ? [] : [{ key: task.documentId, verdict: verdictOn(task), n }]),
      ]
    })
    fc.assert(
      fc.property(fc.shuffledSubarray(records, { minLength: records.length }), (order) => {
        const queue = taskQueue()
        for (const record of order) {
          if ('task' in record) queue.addTask(record.key, record.task, at(record.n))
          else queue.addVerdict(record.key, record.verdict)
        }
        expect(openIds(queue)).toEqual(['d1'])
        expect(queue.counts()).toEqual({ open: 1, closed: 2 })
      }),
      { numRuns: 50 },
    )
  })
})
