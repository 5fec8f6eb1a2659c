/**
 * Re-ranks names and addresses: a log-linear model over the few best spans of the tagger (after
 * Collins 2000, "Discriminative reranking for natural language parsing"). The tagger sees a token
 * and its neighbours; the re-ranker sees whole spans: whether one ends like such a value, fills its
 * lines, has lines before or after that seem to belong to it, or contains a better one.
 *
 * Endings are learned as a lexicon: words that end (or fill) values of several vendors, so that a
 * name is never recognised merely because it was in training. Everything else is language-neutral.
 */

import { mix } from '../shared/hashing.ts'
import type { RerankView } from './lexicons.ts'
import { attributesOfSpan, few, legalForms, isEnd, lastWord, logOf } from './span-attributes.ts'
import type { Span } from './tagger.ts'
import type { Token } from '../document/tokens.ts'
import type { Reranker } from './manifest.ts'

export const spansToRerank = 10
export const rerankBits = 16

/** Normalised probabilities of the spans. `weights`: one for each feature. */
export function rerank(
  spans: readonly Span[],
  features: readonly (readonly number[])[],
  weights: Float64Array,
  reranker: Pick<Reranker, 'score'>,
): number[] {
  const scores = spans.map((span, k) => {
    let sum = reranker.score * logOf(span)
    const own = features[k] as readonly number[]
    for (let n = 0; n < own.length; n++) sum += weights[own[n] as number] as number
    return sum
  })
  const most = Math.max(...scores)
  const exponentials = scores.map((score) => Math.exp(score - most))
  const total = exponentials.reduce((sum, value) => sum + value, 0)
  return exponentials.map((value) => value / total)
}

/** Sparse weights in the form that `rerank` needs: 512 KiB. */
export function weightsOf(
  sparse: Iterable<readonly [feature: number, weight: number]>,
): Float64Array {
  const weights = new Float64Array(1 << rerankBits)
  for (const [feature, weight] of sparse) weights[feature] = weight
  return weights
}

/**
 * Features of each span in the context of the others; `neighbours` are the best spans of the other
 * fields.
 */
export function spanFeatures(
  spans: readonly Span[],
  view: RerankView,
  neighbours: readonly Span[],
): number[][] {
  const endings = spans.map((span) => isEnd(lastWord(span, view), view))
  return spans.map((span, k) => {
    const own = attributesOfSpan(k, { spans, endings, neighbours }, view)
    const around = view.sheets.has((view.text.tokens[span.first] as Token).page)
      ? legalForms(span, view)
      : attributesAround(span, endings[k] as boolean, view)
    const found = new Array<number>((own.length + around.length) >> 1)
    hashInto(found, 0, own)
    hashInto(found, own.length >> 1, around)
    return found
  })
}

const none: readonly number[] = []

/** A template with two attributes becomes one feature. */
function hashInto(found: number[], template: number, attributes: readonly number[]): void {
  for (let n = 0; n < attributes.length; n += 2) {
    const at = template + (n >> 1)
    found[at] =
      mix(300 + at, attributes[n] as number, attributes[n + 1] as number) >>> (32 - rerankBits)
  }
}

/**
 * How the lines around a span begin and how far away they are: a registration number ends a name, a
 * telephone number an address, and a gap wider than within the value ends both. On receipts only,
 * where a line is a row.
 */
function attributesAround(
  span: Span,
  isEnded: boolean,
  { text, tokenFeatures, edges }: RerankView,
): number[] {
  const { tokens, lines } = text
  const start = tokens[span.first] as Token
  const stop = tokens[span.last - 1] as Token
  const lineBefore =
    ((edges[start.line] as number) & 1) !== 0 ? none : (lines[start.line - 1] as readonly number[])
  const lineAfter =
    ((edges[stop.line] as number) & 2) !== 0 ? none : (lines[stop.line + 1] as readonly number[])
  const height = Math.max(1, start.box[3] - start.box[1])
  const stepAbove = step(tokens[lineBefore.at(-1) ?? -1], start, height)
  const stepInside =
    stop.line === start.line
      ? 0
      : 16 + step(start, tokens[lines[start.line + 1]?.[0] ?? -1], height)
  const kindAfter = tokenFeatures.kind[lineAfter[0] ?? -1] ?? 0
  const kindBefore = tokenFeatures.kind[lineBefore[0] ?? -1] ?? 0
  return [
    stepAbove,
    0,
    step(stop, tokens[lineAfter[0] ?? -1], height),
    1,
    stepAbove,
    stepInside,
    kindAfter,
    0,
    kindBefore,
    1,
    kindAfter,
    isEnded ? 1 : 0,
    tokenFeatures.kind[lineAfter.at(-1) ?? -1] ?? 0,
    kindAfter,
  ]
}

const noStep = 9 // half heights; longer distances count as 8

/** From the top of one token to that of another, in half heights of the span's first token. */
function step(above: Token | undefined, below: Token | undefined, height: number): number {
  return above === undefined || below === undefined
    ? noStep
    : Math.max(-2, few(Math.round((2 * (below.box[1] - above.box[1])) / height), 8))
}
