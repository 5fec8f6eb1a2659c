/**
 * Documents as lines of Prodigy's JSONL and back: text, tokens, spans with character and token
 * offsets, hashes, meta, answer.
 *
 * The text is the document's words with one space between words of a line and a line break between
 * lines; a line break is a token of its own, so that spaCy rebuilds the same text from the tokens.
 * A field printed as several runs of words becomes several spans of the same label. Values without
 * words (typed in, or from e-invoice XML) are stored beside the spans, under `errata.values`.
 * Prodigy keeps existing hashes and keys.
 *
 * On import a span is snapped to whole words by its characters, never by tokens, which may have
 * been re-tokenized; and the text must equal the document's exactly.
 */

import { createHash } from 'node:crypto'
import type { FieldType } from '../../schemas/profiles.ts'
import type { Field } from '../../schemas/types.ts'
import type { GivenValue } from '../../processors/review/verdicts.ts'
import type { Word } from '../../processors/document/words.ts'

export interface ProdigyLine {
  readonly text: string
  readonly tokens: readonly {
    readonly text: string
    readonly start: number
    readonly end: number
    readonly id: number
    readonly ws: boolean
  }[]
  readonly spans: readonly ProdigySpan[]
  readonly meta: Readonly<Record<string, string | number>>
  readonly answer?: 'accept' | 'reject' | 'ignore' // absent: not annotated yet
  readonly _input_hash: number
  readonly _task_hash: number
  readonly _view_id: 'ner_manual' | 'spans_manual' // the latter where fields share words
  readonly errata: {
    readonly documentId: string
    readonly revision: number
    readonly sha256: string
    readonly values: Readonly<Record<string, string>>
  }
}

export interface ProdigySpan {
  readonly start: number // UTF-16 units
  readonly end: number // exclusive
  readonly token_start: number
  readonly token_end: number // inclusive
  readonly label: string
}

export interface ProdigySubject {
  readonly documentId: string
  readonly revision: number // revision of the verdict; 0: none
  readonly sha256: string
  readonly profile: string
  readonly vendor: string
  readonly reviewer: string | null
  readonly words: readonly Word[]
  readonly fields: readonly Field[]
}

/**
 * The same subject gives the same line. With confirmed fields the line is accepted, with predicted
 * ones it has no answer yet.
 */
export function prodigyLine({
  documentId,
  revision,
  sha256,
  profile,
  vendor,
  reviewer,
  words,
  fields,
}: ProdigySubject): ProdigyLine {
  const { text, tokens, tokenOf } = layOut(words)
  const present = fields.filter((field) => field.value !== null)
  const spans = present
    .flatMap((field) =>
      runsOf(field.words.filter((index) => index >= 0 && index < words.length)).map(
        ([first, last]): ProdigySpan => {
          const [from, to] = [tokenOf[first] as number, tokenOf[last] as number]
          return {
            start: tokens[from]?.start ?? 0,
            end: tokens[to]?.end ?? 0,
            token_start: from,
            token_end: to,
            label: field.name,
          }
        },
      ),
    )
    .sort((a, b) => a.start - b.start || a.end - b.end || (a.label < b.label ? -1 : 1))
  const values = Object.fromEntries(
    present
      .filter((field) => field.words.length === 0)
      .map((field) => [field.name, field.value as string]),
  )
  const shared = spans.some((span, k) => spans.slice(0, k).some((other) => other.end > span.start))
  return {
    text,
    tokens,
    spans,
    meta: {
      document: documentId,
      profile,
      vendor,
      ...(reviewer === null ? {} : { reviewer, revision }),
    },
    ...(reviewer === null ? {} : { answer: 'accept' as const }),
    _input_hash: hashOf(text),
    _task_hash: hashOf(JSON.stringify([text, spans])),
    _view_id: shared ? 'spans_manual' : 'ner_manual',
    errata: { documentId, revision, sha256, values },
  }
}

/**
 * The fields of an annotated line, in terms of the document's words; or why it can't be imported.
 */
export function valuesOf(
  line: Pick<ProdigyLine, 'text' | 'spans' | 'errata'>,
  words: readonly Word[],
  typeOf: (field: string) => FieldType | null,
): { readonly given: readonly GivenValue[] } | { readonly problem: string } {
  const { text, tokens, tokenOf } = layOut(words)
  if (line.text !== text) return { problem: 'its text is not that of the document' }
  const found = new Map<string, number[][]>()
  for (const { start, end, label } of line.spans) {
    if (typeOf(label) === null) return { problem: `the profile has no field ${label}` }
    const inside = words.flatMap((_, index) => {
      const token = tokens[tokenOf[index] as number]
      return token !== undefined && token.start < end && token.end > start ? [index] : []
    })
    if (inside.length === 0) return { problem: `a span of ${label} covers no word` }
    found.set(label, [...(found.get(label) ?? []), inside])
  }
  const placed = [...found].map(([name, runs]): GivenValue => ({
    name,
    words: chosen(runs, words),
  }))
  const typed = Object.entries(line.errata.values)
    .filter(([name]) => !found.has(name) && typeOf(name) !== null)
    .map(([name, value]): GivenValue => ({ name, value }))
  return { given: [...placed, ...typed] }
}

/**
 * The same value marked at several places is one value; runs with different text belong together.
 */
function chosen(runs: readonly (readonly number[])[], words: readonly Word[]): number[] {
  const printed = runs.map((run) => run.map((index) => words[index]?.text ?? '').join(' '))
  const same = printed.every((text) => text === printed[0])
  return same
    ? [...(runs[0] as readonly number[])]
    : [...new Set(runs.flat())].sort((a, b) => a - b)
}

function layOut(words: readonly Word[]): {
  text: string
  tokens: ProdigyLine['tokens']
  tokenOf: readonly number[]
} {
  const tokens: { text: string; start: number; end: number; id: number; ws: boolean }[] = []
  const tokenOf: number[] = []
  let text = ''
  words.forEach((word, index) => {
    const before = words[index - 1]
    if (before !== undefined && (before.line !== word.line || before.page !== word.page)) {
      tokens.push({
        text: '\n',
        start: text.length,
        end: text.length + 1,
        id: tokens.length,
        ws: false,
      })
      text += '\n'
    }
    const after = words[index + 1]
    const ws = after !== undefined && after.line === word.line && after.page === word.page
    tokenOf.push(tokens.length)
    tokens.push({
      text: word.text,
      start: text.length,
      end: text.length + word.text.length,
      id: tokens.length,
      ws,
    })
    text += word.text + (ws ? ' ' : '')
  })
  return { text, tokens, tokenOf }
}

/** Ascending indexes as runs of neighbours: first and last. */
function runsOf(indexes: readonly number[]): [number, number][] {
  const runs: [number, number][] = []
  for (const index of [...new Set(indexes)].sort((a, b) => a - b)) {
    const last = runs.at(-1)
    if (last !== undefined && last[1] === index - 1) last[1] = index
    else runs.push([index, index])
  }
  return runs
}

/** A signed 32-bit integer, like Prodigy's own hashes; the values differ, which Prodigy accepts. */
function hashOf(text: string): number {
  return createHash('sha256').update(text).digest().readInt32BE(0)
}
