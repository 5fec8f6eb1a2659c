/**
 * Training as a function of its snapshot, and what one person who is wrong about everything can do
 * to it: nothing.
 */

import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import type { Verdict } from '../../schemas/types.ts'
import { trainCandidate, type Candidate, type Champion } from '../../trainer/candidate.ts'
import { printOfVerdict, snapshotOf } from '../../trainer/snapshot.ts'
import { fieldAt, generatedVerdicts } from '../verdicts.ts'

const receipt = profileOf(loadProfiles(), 'receipt')
const quick = { folds: 2, epochs: 3, averaged: 2, rerankPasses: 3 }
jest.setTimeout(240_000) // a machine that does much else at the same time

async function train(
  verdicts: readonly Verdict[],
  champion: Champion | null,
  withheld: string | null = null,
  best: Candidate | null = null,
): Promise<Candidate> {
  const candidate = await trainCandidate({
    snapshot: snapshotOf('receipt', verdicts, new Map()),
    profile: receipt,
    champion,
    best: best === null ? null : { key: 'receipt/1', bundle: best.bundle },
    withheld,
    settings: quick,
    generated: [],
    generatedHeldOut: [],
    targetError: 0.01,
    sampleShare: 0.02,
    seed: 1,
    say: () => {},
  })
  if (candidate === null) throw new Error('nothing was trained')
  return candidate
}

/**
 * Another amount for the total, and words from the foot for the seller: wrong, and wrong in the
 * same way each time.
 */
function poisoned(verdict: Verdict, reviewer: string): Verdict {
  const print = printOfVerdict(verdict)
  return {
    ...verdict,
    reviewer,
    fields: verdict.fields.map((field) => {
      const last = print.words.length - 2
      const other = print.words.findIndex(
        (word, index) => /^\d+\.\d\d$/.test(word.text) && !field.words.includes(index),
      )
      if (field.name === 'grand_total' && other >= 0)
        return fieldAt(field.name, print.words[other]?.text ?? '', [other], print)
      return field.name === 'seller_name'
        ? fieldAt(
            field.name,
            `${print.words[last]?.text} ${print.words[last + 1]?.text}`,
            [last, last + 1],
            print,
          )
        : field
    }),
  }
}

const honest = generatedVerdicts(receipt, 60, { vendors: 15 })
const wrong = (reviewer: string): Verdict[] =>
  generatedVerdicts(receipt, 100, { vendors: 15, from: 200 }).map((verdict) =>
    poisoned(verdict, reviewer),
  )
const scope = (candidate: Candidate, name: string) =>
  candidate.decision.comparisons.find((comparison) => comparison.scope === name)

let champion: Candidate

beforeAll(async () => {
  champion = await train(honest, null)
  expect(champion.decision.promote).toBe(true)
}, 240_000)

describe('a hundred wrong verdicts', () => {
  test('by one reviewer of several teach nothing: that reviewer is named and left out', async () => {
    const candidate = await train([...honest, ...wrong('mallory')], champion)
    expect(candidate.decision).toMatchObject({ promote: true, doubted: ['mallory'] })
    expect(candidate.evidence.leftOut).toEqual({ mallory: 100 })
    expect(candidate.decision.reasons.at(-1)).toContain(
      'what mallory taught does not go together with what the others did',
    )
    expect(candidate.trainedOn.filter((id) => Number(id.split('-').at(-1)) >= 200)).toEqual([])
    // what the honest sixty give, and nothing else
    expect(candidate.bundle.equals(champion.bundle)).toBe(true)
  })

  test('by the only reviewer do not pass: the documents that the champion was judged on remember', async () => {
    const candidate = await train([...honest, ...wrong('ann')], champion, null, champion)
    expect(candidate.decision.promote).toBe(false)
    // the best so far, here the champion itself, is tried on the same documents
    expect(scope(candidate, 'best')).toEqual({ ...scope(candidate, 'all'), scope: 'best' })
    // by its own account the poison makes it better
    expect(scope(candidate, 'all')?.difference).toBeGreaterThan(0)
    expect(scope(candidate, 'settled')?.difference).toBeLessThan(-0.1)
  })

  test('do not make a first model either', async () => {
    const candidate = await train([...honest, ...wrong('mallory')], null)
    expect(candidate.decision.promote).toBe(false)
    expect(candidate.decision.doubted).toContain('mallory')
  })
})

test('where there is a champion that can not be seen here nothing takes its place', async () => {
  const { decision, bundle } = await train(honest, null, 'the champion is elsewhere')
  expect(decision).toMatchObject({
    promote: false,
    reasons: expect.arrayContaining(['the champion is elsewhere']),
  })
  expect(bundle.equals(champion.bundle)).toBe(true) // it is published, for a person to decide
})

test('past verdicts are replayed: what was corrected, what would have needed nobody, what would have slipped through', () => {
  const { evidence } = champion
  const { all, heldOut } = evidence.replayed.candidate
  expect([all.documents, all.total, heldOut.documents]).toEqual([
    60,
    60 * 4,
    evidence.comparisons.find((comparison) => comparison.scope === 'all')?.documents,
  ])
  expect(all.right).toBeGreaterThan(0.9 * all.total)
  expect(all.errorsLetThrough).toBe(0)
  expect(all.minutesSaved).toBeLessThanOrEqual(60) // a minute each, as these reviewers took
})

test('the same snapshot gives the same model hash in another process', async () => {
  const hash = async (): Promise<string> =>
    (
      await promisify(execFile)(process.execPath, ['--import', 'tsx/esm', 'tests/trainer/hash.ts'])
    ).stdout.trim()
  const [first, second] = [await hash(), await hash()]
  expect(first).toMatch(/^[0-9a-f]{64} [0-9a-f]{64}$/)
  expect(second).toBe(first)
})
