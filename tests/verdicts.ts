/**
 * Verdicts of generated documents, as careful reviewers give them: what learning and judging are
 * tried on.
 */

import { packWords, type Print } from '../processors/document/words.ts'
import type { Profile } from '../schemas/profiles.ts'
import type { Field, Verdict } from '../schemas/types.ts'
import { exampleOf, printOfWordsFile } from '../trainer/dataset.ts'
import { sampleWords } from '../trainer/samples/sample.ts'

export interface Wishes {
  readonly seed?: number
  readonly vendors?: number // documents are dealt out to so many issuers
  readonly reviewer?: string
  readonly from?: number // index of the first document
}

/** The same arguments give the same verdicts. */
export function generatedVerdicts(
  profile: Profile,
  count: number,
  { seed = 7, vendors = 10, reviewer = 'ann', from = 0 }: Wishes = {},
): Verdict[] {
  return Array.from({ length: count }, (_, k): Verdict => {
    const index = from + k
    const issuer = index % vendors
    const { words, truth } = sampleWords(seed, index, {
      profile: profile.name as 'invoice' | 'receipt',
      issuer,
      languages: ['en'],
    })
    const print = printOfWordsFile(words)
    const example = exampleOf(truth, print, profile)
    const fields = profile.fields.flatMap(({ name }): Field[] => {
      const found = example.truth.get(name)
      return found?.value == null ? [] : [fieldAt(name, found.value, found.words, print)]
    })
    return {
      documentId: `${profile.name}-${seed}-${index}`,
      revision: 1,
      tenant: 'default',
      profile: profile.name,
      fileName: null,
      source: 'generated',
      sha256: String(index).padStart(64, '0'),
      receivedAt: 1_700_000_000_000,
      reviewer,
      decidedAt: 1_700_000_060_000 + 1_000 * index,
      openedAt: 1_700_000_000_000 + 1_000 * index,
      decision: 'corrected',
      basis: 'review',
      comment: null,
      declined: [],
      secondWanted: false,
      vendor: { id: `name:vendor-${seed}-${issuer}`, name: null, evidence: 'name' },
      fields,
      lineItems: [],
      predicted: [],
      predictedLineItems: [],
      model: null,
      rulesVersion: '',
      pages: print.pages,
      words: packWords(print.words),
    }
  })
}

/** A person's value that stands on words. */
export function fieldAt(
  name: string,
  value: string,
  words: readonly number[],
  print: Print,
): Field {
  const stands = words.flatMap((index) => print.words[index] ?? [])
  const edge = (side: 0 | 1 | 2 | 3, choose: (...values: number[]) => number): number =>
    choose(...stands.map(({ box }) => box[side]))
  return {
    name,
    value,
    raw: stands.length === 0 ? value : stands.map(({ text }) => text).join(' '),
    confidence: 1,
    page: stands[0]?.page ?? null,
    box:
      stands.length === 0
        ? []
        : [edge(0, Math.min), edge(1, Math.min), edge(2, Math.max), edge(3, Math.max)],
    words,
    origin: 'human',
    originId: null,
  }
}
