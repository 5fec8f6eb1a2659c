/**
 * Claims, screening and the last word, held against a model: random readings, answers, rejections
 * and erasures of a few documents that claim a few invoices, with the partitions' records delivered
 * in any order that keeps each partition's own.
 */

import fc from 'fast-check'
import type { Message, Output } from '../../processors/processor.ts'
import { claimants, rememberClaim, screen } from '../../processors/screen.ts'
import { lastWords, rememberLastWord, settle, type SettleUse } from '../../processors/settle.ts'
import type { Claim, Final, FinalDecision, Task } from '../../schemas/types.ts'
import { shownDuplicates } from '../../processors/shared/shown-duplicates.ts'
import { claimBy } from '../records.ts'

const partitions = 2
const partitionOf = (text: string): number => text.charCodeAt(text.length - 1) % partitions

type Outcome = FinalDecision['outcome']

/** A record of a topic in memory. */
type Queued<T extends 'claims' | 'screened'> = Message<T>

/** Both stages over queues: a record is delivered when its turn is drawn. */
function openWorld(use: SettleUse) {
  const claims: Queued<'claims'>[][] = [[], []]
  const screened: Queued<'screened'>[][] = [[], []]
  const logs = {
    claims: [[], []] as Queued<'claims'>[][],
    screened: [[], []] as Queued<'screened'>[][],
  }
  const screens = [claimants(), claimants()]
  const settles = [lastWords(), lastWords()]
  const finals = new Map<string, Final>()
  const tasks = new Map<string, Task[]>()
  const log: string[] = []

  const send = <T extends 'claims' | 'screened'>(
    topic: T,
    queues: Queued<T>[][],
    output: Output<T>,
    partition = partitionOf(output.partitionBy ?? output.key),
  ): void => {
    const queue = queues[partition] as Queued<T>[]
    const kept = logs[topic][partition] as unknown[]
    const origin = { topic, partition, offset: BigInt(kept.length) }
    const message = { key: output.key, value: output.value, timestamp: 0, origin } as Queued<T>
    queue.push(message)
    kept.push(message)
  }

  return {
    finals,
    tasks,
    log,
    claim: (output: Output<'claims'>, partition?: number) =>
      send('claims', claims, output, partition),
    /** Delivers the next record of one of the partitions that have one. */
    async deliver(choice: number): Promise<boolean> {
      const waiting = [
        ...claims.map((queue, partition) => ({ topic: 'claims' as const, queue, partition })),
        ...screened.map((queue, partition) => ({ topic: 'screened' as const, queue, partition })),
      ].filter(({ queue }) => queue.length > 0)
      const next = waiting[choice % Math.max(1, waiting.length)]
      if (next === undefined) return false
      if (next.topic === 'claims') {
        const message = next.queue.shift() as Queued<'claims'>
        const state = screens[next.partition] as ReturnType<typeof claimants>
        const outputs = screen(message, {}, state)
        rememberClaim(state, message)
        for (const output of outputs.screened ?? []) send('screened', screened, output)
      } else {
        const message = next.queue.shift() as Queued<'screened'>
        const state = settles[next.partition] as ReturnType<typeof lastWords>
        const outputs = await settle(message, use, state)
        rememberLastWord(state, message)
        for (const { key, value } of outputs.final ?? [])
          if (value === null) finals.delete(key)
          else finals.set(key, value)
        for (const { key, value } of outputs['needs-review'] ?? [])
          tasks.set(key, [...(tasks.get(key) ?? []), value as Task])
        for (const output of outputs.claims ?? []) send('claims', claims, output)
      }
      return true
    },
    /** The states as another process would rebuild them. */
    rebuilt() {
      const again = { screens: [claimants(), claimants()], settles: [lastWords(), lastWords()] }
      logs.claims.forEach((all, p) =>
        all.forEach((message) => rememberClaim(again.screens[p] as never, message)),
      )
      logs.screened.forEach((all, p) =>
        all.forEach((message) => rememberLastWord(again.settles[p] as never, message)),
      )
      return again
    },
    states: { screens, settles },
  }
}

const words = { text: '', ends: [], pages: [], lines: [], boxes: [], confidences: [] }
const use: SettleUse = { printOf: async () => ({ pages: [], words }) }

const documents = ['d0', 'd1', 'd2']
const invoices = ['i0', 'i1']
const step = fc.record({
  act: fc.constantFrom(
    'accepted',
    'accepted',
    'review',
    'confirmed',
    'confirmed',
    'corrected',
    'rejected',
    'second_wanted',
    'erased',
    'deliver',
    'deliver',
    'drain',
  ),
  document: fc.constantFrom(...documents),
  invoice: fc.constantFrom(...invoices),
  /** Tasks that the person has not seen yet, of those that are there. */
  behind: fc.nat(1),
  choice: fc.nat(11),
})

/** The one way to two accepted documents of one invoice, which chance may not draw. */
const confirmedBesideAnother = (
  [
    ['accepted', 'd0'],
    ['drain', 'd0'],
    ['accepted', 'd1'],
    ['drain', 'd1'],
    ['confirmed', 'd1'],
  ] as const
).map(([act, document]) => ({ act, document, invoice: 'i0', behind: 0, choice: 0 }))

test('two documents of one invoice are accepted only where a person was shown the other', async () => {
  let together = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
      const world = openWorld(use)
      const sequence = { next: 0 }
      const latest = new Map<string, { claim: Claim; saw: ReadonlySet<string> }>()
      const claimed = new Map<string, Set<number>>() // partitions of claims, by document
      const decide = (
        document: string,
        invoice: string,
        outcome: Outcome,
        behind: number,
      ): void => {
        const known = latest.get(document)
        const isPerson = outcome !== 'accepted' && outcome !== 'review'
        const seen = (world.tasks.get(document) ?? []).slice(0, behind === 0 ? undefined : -behind)
        const revision = isPerson
          ? Math.max(known?.claim.revision ?? 0, ...seen.map((task) => task.revision)) + 1
          : 0
        const reasons = seen.at(-1)?.reasons ?? [{ code: 'sample', field: null, detail: null }]
        const claim = claimBy({
          documentId: document,
          identity: invoice,
          revision,
          sequence: sequence.next++,
          outcome,
          ...(isPerson ? { reasons } : {}),
        })
        // What was decided last; a new reading does not outweigh what a person has said
        if (revision >= (known?.claim.revision ?? 0)) {
          const named = reasons.map(({ detail }) => detail ?? '')
          latest.set(document, { claim, saw: new Set(isPerson ? named : []) })
        }
        claimed.set(document, (claimed.get(document) ?? new Set()).add(partitionOf(invoice)))
        world.claim({ key: document, value: claim, partitionBy: invoice })
      }
      const drain = async (): Promise<void> => {
        while (await world.deliver(0));
      }
      for (const { act, document, invoice, behind, choice } of steps) {
        if (act === 'deliver') await world.deliver(choice)
        else if (act === 'drain') await drain()
        else if (act === 'erased') {
          await drain() // a document on its way is not erased
          for (const partition of claimed.get(document) ?? [])
            world.claim({ key: document, value: null }, partition)
          await drain()
          latest.delete(document)
          claimed.delete(document)
          world.tasks.delete(document)
        } else {
          const own = act === 'confirmed' ? latest.get(document)?.claim.identity : undefined
          decide(document, own ?? invoice, act as Outcome, behind)
        }
      }
      await drain()

      expect(world.rebuilt()).toEqual(world.states)
      for (const document of documents) {
        const last = latest.get(document)
        const final = world.finals.get(document)
        if (last === undefined) expect(final).toBeUndefined()
        else if (final !== undefined) expect(final.revision).toBe(last.claim.revision)
        if (last?.claim.decision?.outcome === 'rejected') expect(final?.status).toBe('rejected')
      }
      const accepted = documents.filter((name) => world.finals.get(name)?.status === 'accepted')
      for (const one of accepted)
        for (const other of accepted) {
          const [a, b] = [latest.get(one), latest.get(other)]
          if (one >= other || a?.claim.identity !== b?.claim.identity) continue
          together++
          expect([a?.saw.has(other), b?.saw.has(one)]).toContain(true)
        }
    }),
    { numRuns: 1_000, examples: [[confirmedBesideAnother]] },
  )
  expect(together).toBeGreaterThan(0)
}, 60_000) // milliseconds, on a machine that does much else

describe('a document', () => {
  const said = async (...claims: readonly Claim[]) => {
    const world = openWorld(use)
    for (const claim of claims) {
      world.claim({ key: claim.documentId, value: claim, partitionBy: claim.identity })
      while (await world.deliver(0));
    }
    return {
      statuses: [...world.finals.values()].map(
        ({ documentId, status }) => `${documentId} ${status}`,
      ),
      tasks: [...world.tasks].flatMap(([documentId, all]) =>
        all.map(
          ({ revision, reasons, closed }) =>
            `${documentId}@${revision} ${closed ? 'closed' : shownDuplicates(reasons).join(' ')}`,
        ),
      ),
      finals: world.finals,
    }
  }
  const first = claimBy({ documentId: 'd1', identity: 'i1', outcome: 'accepted' })
  const second = claimBy({ documentId: 'd2', identity: 'i1', outcome: 'accepted' })
  const third = claimBy({ documentId: 'd3', identity: 'i1', outcome: 'accepted' })
  const duplicate = { code: 'duplicate', field: null, detail: 'd1' }
  const ofSecond = { ...duplicate, detail: 'd2' }
  const other = { code: 'missing', field: 'iban', detail: null }

  test.each<[string, readonly Claim[], string, readonly string[]]>([
    ['is accepted where nothing else claims its invoice', [first], 'd1 accepted', []],
    [
      'of an invoice that is claimed waits for a person, with a link to the other',
      [first, second],
      'd1 accepted, d2 duplicate',
      ['d2@1 d1'],
    ],
    [
      'read again is no duplicate of its own duplicate',
      [first, second, { ...first, sequence: 5 }],
      'd1 accepted, d2 duplicate',
      ['d2@1 d1'],
    ],
    [
      'is accepted by a person who was shown the other',
      [
        first,
        second,
        claimBy({ ...second, revision: 2, outcome: 'confirmed', reasons: [duplicate] }),
      ],
      'd1 accepted, d2 accepted',
      ['d2@1 d1'],
    ],
    [
      'is asked about every other before it, not the first alone',
      [
        first,
        second,
        claimBy({ ...second, revision: 2, outcome: 'confirmed', reasons: [duplicate] }),
        third,
        claimBy({ ...third, revision: 2, outcome: 'confirmed', reasons: [duplicate] }),
        claimBy({ ...third, revision: 4, outcome: 'confirmed', reasons: [duplicate, ofSecond] }),
      ],
      'd1 accepted, d2 accepted, d3 accepted',
      ['d2@1 d1', 'd3@1 d1 d2', 'd3@3 d1 d2'],
    ],
    [
      'is asked about again where the person was shown something else',
      [first, claimBy({ ...second, revision: 1, outcome: 'corrected', reasons: [other] })],
      'd1 accepted, d2 duplicate',
      ['d2@2 d1'],
    ],
    [
      'is accepted by a verdict after the task, where the verdict says nothing of what was shown',
      [first, second, claimBy({ ...second, revision: 2, outcome: 'confirmed' })],
      'd1 accepted, d2 accepted',
      ['d2@1 d1'],
    ],
    [
      'claims what a rejected one has claimed',
      [first, claimBy({ ...first, revision: 1, outcome: 'rejected' }), second],
      'd1 rejected, d2 accepted',
      [],
    ],
    [
      'claims what another one turned out not to be',
      [first, claimBy({ ...first, identity: 'i2', revision: 1, outcome: 'corrected' }), second],
      'd1 accepted, d2 accepted',
      [],
    ],
    [
      'that a second person must see is withdrawn',
      [first, claimBy({ ...first, revision: 1, outcome: 'second_wanted' })],
      'd1 withdrawn',
      [],
    ],
    [
      'that a person answered keeps that answer when it is read again',
      [claimBy({ ...first, revision: 1, outcome: 'rejected' }), { ...first, sequence: 9 }],
      'd1 rejected',
      [],
    ],
    [
      'that waited closes its task when it is read again and accepted',
      [claimBy({ documentId: 'd1', outcome: 'review' }), { ...first, sequence: 9 }],
      'd1 accepted',
      ['d1@0 closed'],
    ],
    [
      'closes the task that its former bytes had',
      [claimBy({ documentId: 'd1', sha256: 'bb', outcome: 'review' }), { ...first, sequence: 9 }],
      'd1 accepted',
      ['d1@0 closed'],
    ],
    [
      'closes the task of the invoice that it was taken for, where another reading says another',
      [first, second, { ...second, identity: 'i2', sequence: 9 }],
      'd1 accepted, d2 accepted',
      ['d2@1 d1', 'd2@1 closed'],
    ],
    [
      'has no task to close where nobody was asked',
      [first, { ...first, sequence: 9 }],
      'd1 accepted',
      [],
    ],
    [
      'waits without a last word while a person has yet to look',
      [claimBy({ documentId: 'd1', outcome: 'review' })],
      '',
      [],
    ],
  ])('%s', async (_promise, claims, statuses, tasks) => {
    const world = await said(...claims)
    expect([world.statuses.join(', '), world.tasks]).toEqual([statuses, tasks])
  })

  test('has its metadata in the last word, also after a verdict', async () => {
    const verdict = claimBy({ ...first, revision: 1, outcome: 'confirmed' })
    const { finals } = await said(first, verdict)
    expect(finals.get('d1')).toMatchObject({
      metadata: { order: '7' },
      mediaType: 'application/pdf',
      decidedBy: 'ann',
      decision: 'confirmed',
    })
  })

  test('whose record has left the log gets a task without words rather than none', async () => {
    const lost = openWorld({ printOf: async () => null })
    for (const claim of [first, second])
      lost.claim({ key: claim.documentId, value: claim, partitionBy: claim.identity })
    while (await lost.deliver(0));
    expect(lost.tasks.get('d2')?.[0]).toMatchObject({ pages: [], words: { text: '' } })
  })
})
