/**
 * Small documents for table tests: lines of text laid out on a page, words eight points per letter.
 */

import type { Field, Ocr, Task, Verdict } from '../schemas/types.ts'
import { commonFields } from '../processors/document/common-fields.ts'
import { packWords, type Print, type Word } from '../processors/document/words.ts'
import { decisionBy } from '../processors/review/verdict-problems.ts'
import { statedField } from '../processors/shared/stated-field.ts'

const letter = 60 // tenths of a point
const step = 160 // from line to line

/**
 * A page of lines. Two or more spaces put what follows into a column of its own at that character.
 */
export function printOf(...lines: readonly string[]): Print {
  const words = lines.flatMap((text, line): Word[] =>
    [...text.matchAll(/\S+/g)].map((match) => ({
      text: match[0],
      page: 1,
      line,
      confidence: 100,
      box: [
        500 + letter * match.index,
        500 + step * line,
        500 + letter * (match.index + match[0].length),
        600 + step * line,
      ],
    })),
  )
  return {
    pages: [{ number: 1, width: 595, height: 842, unit: 'pt', source: 'text_layer' }],
    words,
  }
}

/** The record of ocr of a print. */
/** A line and its corner, in tenths of a point. */
export type PlacedLine = readonly [text: string, x: number, y: number]

/** A sheet of A4 with these lines, ten points high. */
export function placedPrint(lines: readonly PlacedLine[]): Print {
  return {
    pages: [{ number: 1, width: 595, height: 842, unit: 'pt', source: 'given' }],
    words: lines.flatMap(([content, x, y], line) => {
      let left = x
      return content.split(' ').map((word) => {
        const box = [left, y, left + 50 * word.length, y + 100] as const
        left = box[2] + 30
        return { text: word, page: 1, line, confidence: 100, box }
      })
    }),
  }
}

export function ocrOf(documentId: string, print: Print, change: Partial<Ocr> = {}): Ocr {
  return {
    documentId,
    tenant: 'default',
    profile: 'receipt',
    mediaType: '',
    fileName: null,
    source: 'test',
    sha256: documentId,
    receivedAt: 1,
    metadata: {},
    engine: '',
    codes: [],
    xml: null,
    pages: print.pages,
    words: packWords(print.words),
    readMs: 0,
    ...change,
  }
}

/** A field whose value stands on the words of `raw`, which must be printed. */
export function fieldOf(
  print: Print,
  name: string,
  value: string | null,
  raw: string | null = value,
  confidence = 0.9,
): Field {
  const parts = (raw ?? '').split(' ')
  const start =
    raw === null
      ? -1
      : print.words.findIndex((_, i) => parts.every((part, k) => print.words[i + k]?.text === part))
  const words = start < 0 ? [] : parts.map((_, k) => start + k)
  return {
    name,
    value,
    raw,
    confidence,
    page: words.length > 0 ? 1 : null,
    box: [],
    words,
    origin: 'model',
    originId: 'receipt/1',
  }
}

/** The task that a verdict answers. */
export function taskFor(verdict: Verdict, change: Partial<Task> = {}): Task {
  const { predicted, predictedLineItems, model, rulesVersion, pages, words } = verdict
  const { reasons, vendor } = verdict
  return {
    ...commonFields(verdict),
    revision: 0,
    priority: 0,
    reasons: reasons ?? [],
    vendor,
    fields: predicted,
    candidates: [],
    lineItems: predictedLineItems,
    checks: [],
    model,
    rulesVersion,
    pages,
    words,
    ...change,
  }
}

/** What the reviewer says follows from the values, unless `change` has another decision. */
export function verdictOf(
  documentId: string,
  print: Print,
  truth: readonly Field[],
  predicted: readonly Field[],
  change: Partial<Verdict> = {},
): Verdict {
  return {
    documentId,
    revision: 1,
    tenant: 'default',
    profile: 'receipt',
    fileName: null,
    source: 'test',
    sha256: 'ab',
    receivedAt: 1,
    reviewer: 'ann',
    decidedAt: 10,
    openedAt: null,
    decision: decisionBy({
      fields: truth,
      lineItems: change.lineItems ?? [],
      predicted,
      predictedLineItems: change.predictedLineItems ?? [],
    }),
    basis: 'review',
    comment: null,
    declined: [],
    secondWanted: false,
    vendor: { id: 'vat:A', name: null, evidence: 'vat' },
    fields: truth.map((field) => ({ ...field, confidence: 1, origin: 'human', originId: 'ann' })),
    lineItems: [],
    predicted,
    predictedLineItems: [],
    model: null,
    rulesVersion: '',
    pages: print.pages,
    words: packWords(print.words),
    ...change,
  }
}

/** A value that was read surely, without its place. */
export function readField(name: string, value: string, origin: Field['origin'] = 'model'): Field {
  return { ...statedField(name, value, origin, null), raw: value, page: 1 }
}
