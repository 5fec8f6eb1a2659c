/**
 * Validates a cached reading: it must be valid as a record of `ocr`; otherwise null. Others may
 * write to a shared cache, so nothing is trusted before the topic's schema and checks have accepted
 * it.
 */

import type { OcrReading } from '../../processors/ocr.ts'
import { flawOf } from '../../processors/validate.ts'
import { topics } from '../../topology.ts'
import { packWords, type Word } from '../../processors/document/words.ts'
import { isValue } from '../../schemas/codec.ts'
import type { Ocr } from '../../schemas/types.ts'

export type Cached = Omit<OcrReading, 'readMs'>

const readingVersion = 5 // incremented with every change to the reader that changes its words or codes

/** `by`: everything besides the bytes that determines the words. */
export function readingKey(by: readonly string[], sha256: string): string {
  return ['errata:reading', readingVersion, ...by, sha256].join(':')
}

/** Pattern of the keys of all readings of these bytes, by any version, for Redis. */
export function readingKeys(sha256: string): string {
  return `errata:reading:*:${sha256}`
}

const nobody = {
  documentId: 'any',
  tenant: '',
  profile: '',
  fileName: null,
  source: '',
  sha256: '',
  receivedAt: 0,
  metadata: {},
  readMs: 0,
} as const satisfies Partial<Ocr>

/** `mostPages`, `mostWords`: limits of a document. */
export function parseReading(
  text: string,
  { mostPages, mostWords }: { readonly mostPages: number; readonly mostWords: number },
): Cached | null {
  try {
    const { mediaType, engine, pages, words, codes, xml } = JSON.parse(text) as Cached
    if (pages.length > mostPages || words.length > mostWords) return null
    if (!words.every((word) => isWord(word, pages.length))) return null
    const reading: Cached = { mediaType, engine, pages, words, codes, xml }
    const record: Ocr = { ...nobody, ...reading, words: packWords(words) }
    return isValue('ocr', record) && flawOf(topics.ocr, record, 0) === null ? reading : null
  } catch {
    return null // no JSON, or of another shape
  }
}

/** Checks that the schema can't express. */
function isWord({ text, page, line, box, confidence }: Word, pages: number): boolean {
  return (
    typeof text === 'string' &&
    text !== '' &&
    page >= 1 &&
    page <= pages &&
    line >= 0 &&
    box.length === 4 &&
    confidence >= 0 &&
    confidence <= 100
  )
}
