/**
 * Which words of the document are marked, and how: those of each value, and of what is being typed.
 */

import { toneOf } from './fields.tsx'
import type { Session } from './session.ts'
import type { Mark } from './page-view.tsx'
import type { Draft } from './value.tsx'
import type { Completion } from './completions.ts'

export function marksOf(
  session: Session,
  draft: Draft | null,
  completions: readonly Completion[],
): Mark[] {
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
