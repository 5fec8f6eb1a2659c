/** The marked words of the document: those of each value, and of the text being typed. */

import { toneOf } from './fields.tsx'
import type { Session } from './session.ts'
import type { ValueDraft } from './value.tsx'
import type { Completion } from './completions.ts'
import { runs, type PageRectangle, type PageWords } from './words.ts'

export interface WordMark {
  readonly key: string
  readonly label: string
  readonly words: readonly number[]
  readonly box: readonly number[]
  readonly page: number | null
  readonly tone: string // CSS class
  readonly selected: boolean
}

export function marksOf(
  session: Session,
  draft: ValueDraft | null,
  completions: readonly Completion[],
): WordMark[] {
  const typed =
    draft === null || draft.text === draft.before
      ? null
      : (completions[draft.active]?.words ?? draft.words)
  return [...session.fields, ...session.rows.flat()].map((entry) => ({
    key: entry.key,
    label: entry.label,
    page: entry.page,
    tone: entry.key.startsWith('#') ? `${toneOf(entry)} cell` : toneOf(entry),
    selected: entry.key === session.selected,
    words: typed !== null && draft?.key === entry.key ? typed : entry.words,
    box: typed !== null && draft?.key === entry.key ? [] : entry.box,
  }))
}

/** The boxes of a mark on a page. */
export function boxesOf(mark: WordMark, words: PageWords, page: number): PageRectangle[] {
  if (mark.words.length > 0) return runs(words, mark.words, page)
  const [x0, y0, x1, y1] = mark.box
  return mark.page === page &&
    x0 !== undefined &&
    y0 !== undefined &&
    x1 !== undefined &&
    y1 !== undefined
    ? [{ x0, y0, x1, y1 }]
    : []
}
