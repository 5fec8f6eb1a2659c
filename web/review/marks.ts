/** The marked words of the document: those of each value, and of the text being typed. */

import { toneOf } from './fields.tsx'
import type { Session } from './session.ts'
import type { ValueDraft } from './value.tsx'
import type { Completion } from './completions.ts'
import type { WordMark } from '../viewer/word-marks.ts'

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
