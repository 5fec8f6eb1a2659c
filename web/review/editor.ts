/**
 * What keys and clicks do to the values of a document: select one, type over it, fill it with words
 * of the page, take another candidate.
 *
 * Each function reads the current session, not the rendered one: the next key may come before a
 * render.
 */

import type { FullTask } from '../../connectors/http/contract/types.ts'
import { doubtfulLine } from '../shared/reasons.ts'
import { lacksEvidence } from './about.tsx'
import type { Answering } from './answering.ts'
import { focusOn, openControl } from './controls.ts'
import type { Editing } from './fields.tsx'
import { amend } from './history.ts'
import { cellOf, neighbourCell } from './line-item-rows.ts'
import * as sessions from './session.ts'
import { isDoubtful, textOfWords, type PageWords } from './words.ts'

export interface Editor {
  readonly task: FullTask
  readonly words: PageWords
  readonly answering: Answering
  /** When the selected value was selected, in ms since the page was loaded. */
  readonly selectedAt: { current: number }
  /** Shows a status message below the fields. */
  readonly say: (status: string) => void
}

/** Starts with `text`, which `picked` words print, or with the current value. */
export function startTyping(
  { answering }: Editor,
  key: string,
  text?: string,
  picked: readonly number[] = [],
): void {
  const before = sessions.find(answering.present(), key)?.value ?? ''
  answering.editDraft({
    key,
    text: text ?? before,
    before,
    active: -1,
    problem: null,
    notice: null,
    words: picked,
    picked,
  })
  openControl(key, text ?? null)
}

export function selectValue({ answering, selectedAt, say }: Editor, key: string): void {
  answering.finish()
  selectedAt.current = performance.now()
  say('')
  answering.apply(amend(answering.now().history, sessions.select(answering.present(), key)))
}

/** Selects the next unsure field; after the last one, the line item whose numbers disagree. */
export function selectNextUnsure(editor: Editor): void {
  const present = editor.answering.present()
  const to = sessions.nextUnsure(present, present.selected)
  if (to !== null) return selectValue(editor, to)
  const line = doubtfulLine(editor.answering.checks)
  if (line === null || isInGrid(editor)) return editor.say('All settled. Ctrl Enter submits.')
  selectValue(editor, `#${line}.line_total`)
  editor.say('The fields are settled. In this line item, quantity × price isn’t its total.')
}

/**
 * Fills the selected value with words of the page; `more` adds them to its words. Words that may be
 * misread are typed for the person to compare, not taken.
 */
export function pickWords(editor: Editor, picked: readonly number[], more: boolean): void {
  const { answering, words, say } = editor
  const present = answering.present()
  const key = present.selected
  const entry = sessions.find(present, key)
  if (entry === null) return
  answering.editDraft(null)
  const all = more ? [...new Set([...entry.words, ...picked])].sort((a, b) => a - b) : picked
  const text = textOfWords(words, all)
  if (all.some((index) => isDoubtful(words, index))) {
    startTyping(editor, key, text, all)
    return say('Hard to read here: compare with the print. Enter takes it.')
  }
  answering.put(key, text, all)
  focusOn(key)
}

export function selectNeighbour(editor: Editor, by: 1 | -1): void {
  const present = editor.answering.present()
  selectValue(editor, sessions.neighbour(present, present.selected, by))
}

/** Whether the selection is the first or last value. */
export function isAtEnd({ answering }: Editor, by: 1 | -1): boolean {
  const present = answering.present()
  return sessions.neighbour(present, present.selected, by) === present.selected
}

/**
 * Moves to another completion while typing, to the cell above or below in the grid, or to another
 * field.
 */
export function moveVertically(editor: Editor, by: 1 | -1): void {
  const { answering } = editor
  const { draft } = answering.now()
  if (draft !== null) {
    const active = Math.min(answering.completions.length - 1, Math.max(-1, draft.active + by))
    return answering.editDraft({ ...draft, active })
  }
  const present = answering.present()
  const { selected } = present
  if (cellOf(selected) === null) return selectNeighbour(editor, by)
  const last = present.fields.at(-1)?.key ?? selected
  selectValue(editor, neighbourCell(present, selected, by, 0) ?? (by < 0 ? last : selected))
}

/** The cell to the left or right in the grid. */
export function moveSideways(editor: Editor, by: 1 | -1): void {
  const present = editor.answering.present()
  selectValue(editor, neighbourCell(present, present.selected, 0, by) ?? present.selected)
}

/** Takes the next candidate, cycling through what was read and the candidates. */
export function cycleCandidates({ task, answering, say }: Editor, by: 1 | -1): void {
  const present = answering.present()
  const entry = sessions.find(present, present.selected)
  if (entry === null || entry.candidates.length === 0) return say('There is no other candidate.')
  const read = task.fields.find((field) => field.name === entry.name && field.value !== null)
  const all = [...(read === undefined ? [] : [read]), ...entry.candidates]
  const at = all.findIndex((candidate) => candidate.value === entry.value)
  const next = all[(at + by + all.length) % all.length]
  if (next !== undefined) answering.change((session) => sessions.choose(session, entry.key, next))
}

/**
 * Applies the text being typed, or confirms the selected value, and selects the next. Who presses
 * Enter sooner than anybody reads has passed the value by.
 */
export function confirmSelected(editor: Editor): void {
  const { answering, selectedAt } = editor
  const { selected } = answering.present()
  const wasTyped = answering.finish()
  const entry = sessions.find(answering.present(), selected)
  if (!wasTyped && entry !== null && isOpenAccount(entry)) {
    selectNextUnsure(editor)
    return editor.say(accountHint)
  }
  const isPassing = performance.now() - selectedAt.current < shortestLookMs
  const isOpen = entry !== null && (!entry.looked || entry.state === 'unsure')
  if (!wasTyped && isOpen && entry.state !== 'edited')
    answering.change((session) =>
      sessions.confirm(session, selected, isPassing ? 'passing' : 'itself'),
    )
  if (wasTyped && selected.startsWith('#')) return moveVertically(editor, 1)
  selectNextUnsure(editor)
}

// A glance at a word takes a quarter of a second, comparing it with print longer.
const shortestLookMs = 300
const accountHint = 'The account is confirmed by itself: compare, then Alt K.'

/** The task asks about the account, and nobody has answered yet. */
export function isOpenAccount(entry: sessions.Entry): boolean {
  return entry.state === 'unsure' && sessions.isAskedAccount(entry)
}

/** Confirms the account that the task asks about: the selected one, else the first. */
export function confirmAccount(editor: Editor): void {
  const { answering } = editor
  answering.finish()
  const { fields, selected } = answering.present()
  const open = fields.filter(isOpenAccount)
  const entry = open.find(({ key }) => key === selected) ?? open[0]
  if (entry === undefined) return editor.say('There is no account to confirm.')
  answering.change((session) => sessions.confirm(session, entry.key, 'itself'))
  selectNextUnsure(editor)
}

/** All unsure fields that have a value, but no account that the task asks about. */
export function confirmedTogether({ fields }: sessions.Session): sessions.Entry[] {
  return fields.filter(
    (entry) => entry.value !== null && entry.state === 'unsure' && !isOpenAccount(entry),
  )
}

export function confirmAll(editor: Editor): void {
  editor.answering.change((session) =>
    confirmedTogether(session).reduce((all, { key }) => sessions.confirm(all, key, 'all'), session),
  )
  selectNextUnsure(editor)
  if (editor.answering.present().fields.some(isOpenAccount)) editor.say(accountHint)
}

/** Whether a cell of the line items is selected. */
export function isInGrid({ answering }: Editor): boolean {
  return answering.present().selected.startsWith('#')
}

/** What the field list and the grid need for editing. */
export function editingOf(editor: Editor): Editing {
  const { answering, task } = editor
  return {
    task,
    words: editor.words,
    draft: answering.draft,
    quiet: lacksEvidence(task),
    completions: answering.completions,
    onSelect: (key) => selectValue(editor, key),
    onEdit: (key) => startTyping(editor, key),
    onType: (key, text) =>
      answering.editDraft({
        ...(answering.now().draft ?? { before: '', words: [], picked: [] }),
        key,
        text,
        active: -1,
        problem: null,
        notice: null,
      }),
    onTake: (completion) => answering.finish(completion),
    onConfirmAccount: () => confirmAccount(editor),
    onTakeAccount: (key, account) => {
      answering.editDraft(null)
      answering.put(key, account, [])
      focusOn(key)
    },
    onChoose: (key, candidate) => {
      answering.change((session) => sessions.choose(session, key, candidate))
      focusOn(key)
    },
  }
}
