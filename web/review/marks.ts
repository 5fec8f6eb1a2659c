/** The marked words of the document: those of each value, and of the text being typed. */

import { toneOf } from './fields.tsx'
import type { Entry, Session } from './session.ts'
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
  return [...session.fields, ...session.rows.flat()].map((entry) => {
    const mark = markOf(entry)
    const selected = entry.key === session.selected
    if (typed !== null && draft?.key === entry.key)
      return { ...mark, selected, words: typed, box: [] }
    return selected ? { ...mark, selected } : mark
  })
}

/** The same mark for the same entry, since all are looked through at each key. */
const known = new WeakMap<Entry, WordMark>()

function markOf(entry: Entry): WordMark {
  const before = known.get(entry)
  if (before !== undefined) return before
  const { key, label, page, words, box } = entry
  const tone = key.startsWith('#') ? `${toneOf(entry)} cell` : toneOf(entry)
  const mark = { key, label, page, words, box, tone, selected: false }
  known.set(entry, mark)
  return mark
}
