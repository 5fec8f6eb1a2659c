/**
 * The numbers that a model sees of a few made-up documents: of its tokens' features, and of the
 * features of spans that the re-ranker would judge. A model's weights belong to these numbers, so
 * they change only together with `featureVersion`, by which models of other numbers are refused.
 *
 * numbers.json has them as hashes. After `featureVersion` was raised, `node --import tsx/esm
 * tests/processors/model/feature-numbers/record.ts` records them anew; under the same version it
 * refuses.
 */

import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { featuresOf, featureVersion, kindsOf } from '../../../../processors/model/features.ts'
import { lookedUp, rerankView, type LexiconSets } from '../../../../processors/model/lexicons.ts'
import { documentFeaturesOf } from '../../../../processors/document/token-features.ts'
import { spanFeatures } from '../../../../processors/model/rerank.ts'
import type { Span } from '../../../../processors/model/tagger.ts'
import { tokensOf, type Tokens } from '../../../../processors/document/tokens.ts'
import type { Print } from '../../../../processors/document/words.ts'

export interface Numbers {
  readonly version: string
  /** By document. */
  readonly documents: Readonly<Record<string, DocumentNumbers>>
}

interface DocumentNumbers {
  readonly tokens: number
  readonly features: string // sha256
  readonly spans: string // sha256
}

export const folder = 'tests/processors/model/feature-numbers'
const spansAtOnce = 10 // as many as a re-ranker is asked to judge
const mostLines = 4 // of a span

export function recorded(): Numbers {
  return JSON.parse(readFileSync(join(folder, 'numbers.json'), 'utf8')) as Numbers
}

export function numbersNow(): Numbers {
  const text = readFileSync(join(folder, 'documents.json'), 'utf8')
  const prints = JSON.parse(text) as Readonly<Record<string, Print>>
  const numbers = Object.entries(prints).map(([name, print]) => [name, numbersOf(print)] as const)
  return { version: featureVersion, documents: Object.fromEntries(numbers) }
}

function numbersOf(print: Print): DocumentNumbers {
  const text = tokensOf(print)
  const { starts, ids } = featuresOf(text, kindsOf(text))
  return {
    tokens: text.tokens.length,
    features: sha256Of([[...starts], [...ids]]),
    spans: sha256Of(spanNumbers(text)),
  }
}

function spanNumbers(text: Tokens): number[][] {
  const words = lookedUp(text, lexiconsOf(text))
  const spans = spansOf(text)
  return ['seller_name', 'seller_address'].flatMap((field) => {
    const view = rerankView(text, words, field)
    return groupsOf(spans).flatMap((group, k) => {
      const neighbours = spans.slice(k, k + 2)
      return spanFeatures(group, view, neighbours)
    })
  })
}

/** As a model could have learned them: every third line ends such a value, some words fill one. */
function lexiconsOf(text: Tokens): ReadonlyMap<string, LexiconSets> {
  const { lexicon } = documentFeaturesOf(text)
  const every = (step: number): number[] =>
    [...lexicon].filter((word, i) => word !== 0 && i % step === 0)
  const ends = (offset: number): number[] =>
    text.lines.filter((_, k) => k % 3 === offset).map((line) => lexicon[line.at(-1) ?? 0] ?? 0)
  return new Map([
    ['seller_name', { ends: new Set(ends(0)), inside: new Set(every(2)) }],
    ['seller_address', { ends: new Set(ends(1)), inside: new Set(every(3)) }],
  ])
}

/** From the first or second token of a line to the end of that line or of one of the next three. */
function spansOf({ lines, blocks }: Tokens): Span[] {
  return blocks.flatMap((block) =>
    block.flatMap((line, k) => {
      const tokens = lines[line] ?? []
      return block.slice(k, k + mostLines).flatMap((end, more) => {
        const last = (lines[end]?.at(-1) ?? 0) + 1
        const firsts = tokens.slice(0, 2).filter((first) => first < last)
        return firsts.map((first, n) => ({ first, last, probability: 1 / (1 + 3 * more + n) }))
      })
    }),
  )
}

function groupsOf(spans: readonly Span[]): (readonly Span[])[] {
  const starts = spans.map((_, k) => k).filter((k) => k % spansAtOnce === 0)
  return starts.map((start) => spans.slice(start, start + spansAtOnce))
}

function sha256Of(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex')
}
