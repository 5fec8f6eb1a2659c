/**
 * The answer being prepared: the session with its history, the text being typed, and what the
 * server says about both.
 *
 * Each change adds a session to the history, so undo is unlimited. A typed or clicked text counts
 * at once. What it means (its normalised value, the words that print it, any problem) comes from
 * the server a moment later and is filled in wherever the text stands in the history. After each
 * change the server is asked which checks the values pass and what the answer would teach, so both
 * come from the code that will judge the answer and learn from it.
 */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Check } from '../../schemas/types.ts'
import { api } from '../shared/api.ts'
import type { FieldLesson, FullTask } from '../../connectors/http/contract/types.ts'
import { discardDraft, restoreDraft, saveDraft } from './drafts.ts'
import { amend, settle, step, type History } from './history.ts'
import type { CellTexts } from './split-rows.ts'
import * as sessions from './session.ts'
import { complete, type Completion } from './completions.ts'
import type { ValueDraft } from './value.tsx'
import { textOfWords, type PageWords } from './words.ts'

const offered = 6 // completions
const pauseMs = 120 // pause in typing before the server is asked
const settledMs = 250 // after a change, before the server checks all values

type Now = { current: { readonly history: History; readonly draft: ValueDraft | null } }

export interface Answering {
  readonly session: sessions.Session
  readonly draft: ValueDraft | null
  readonly completions: readonly Completion[]
  readonly checks: readonly Check[]
  /** Those of the values as they are at this moment: `checks` may be older than the last key. */
  readonly checksNow: () => Promise<readonly Check[]>
  /** What the answer would teach; asks only if a field has changed. */
  readonly lessons: { readonly vendor: string | null; readonly list: readonly FieldLesson[] } | null
  /** Current values, not the rendered ones: the next key may come before a render. */
  readonly now: () => { readonly history: History; readonly draft: ValueDraft | null }
  readonly present: () => sessions.Session
  readonly apply: (next: History) => void
  readonly change: (make: (session: sessions.Session) => sessions.Session) => void
  readonly editDraft: (next: ValueDraft | null) => void
  /** Sets a value to a text and asks the server what it means. */
  readonly put: (key: string, text: string, picked: readonly number[]) => void
  /** Takes a session with many new texts, as one step, and asks the server what they mean. */
  readonly putAll: (session: sessions.Session, texts: CellTexts) => void
  /** Applies the text being typed; false if there is none. */
  readonly finish: (taken?: Completion) => boolean
  /** The answer was given: drops its draft. */
  readonly forget: () => void
  /** Resolves once the server has read all texts. */
  readonly settled: () => Promise<unknown>
}

export function useAnswering(task: FullTask, words: PageWords, onChange: () => void): Answering {
  const [history, setHistory] = useState(() => restoreDraft(task))
  const [draft, setDraft] = useState<ValueDraft | null>(null)
  const now = useRef({ history, draft })
  now.current = { history, draft }
  const present = (): sessions.Session => now.current.history.present
  const apply = (next: History): void => {
    now.current = { ...now.current, history: next }
    setHistory(next)
  }
  const editDraft = (next: ValueDraft | null): void => {
    now.current = { ...now.current, draft: next }
    setDraft(next)
  }
  const completions = useMemo(() => {
    if (draft === null || draft.text === draft.before) return []
    if (printedIn(words, draft).length > 0) return []
    const type = sessions.find(history.present, draft.key)?.type ?? 'text'
    return complete(words, draft.text, offered, type)
  }, [draft?.text, draft?.key, words])
  const offer = useRef(completions)
  offer.current = completions
  const readings = useReadings(task, now, apply)
  const put = (key: string, text: string, picked: readonly number[]): void => {
    const trimmed = text.trim()
    const page = picked.length > 0 ? words.page(picked[0] as number) : null
    onChange()
    apply(step(now.current.history, sessions.typed(present(), key, trimmed, picked, page)))
    if (trimmed !== '') readings.read(key, trimmed, picked)
  }

  const isGiven = useKeptDraft(task, now)
  useReadWhileTyping(task, now, editDraft)
  const { checks, checksNow } = useChecks(task, now, apply)
  const lessons = useLessons(task, history.present)
  return {
    session: history.present,
    draft,
    completions,
    checks,
    checksNow,
    lessons,
    now: () => now.current,
    present,
    apply,
    editDraft,
    put,
    putAll(next, texts) {
      onChange()
      apply(step(now.current.history, next))
      readings.readCells(texts)
    },
    change(make) {
      onChange()
      apply(step(now.current.history, make(present())))
    },
    finish(taken) {
      const current = now.current.draft
      if (current === null) return false
      editDraft(null)
      const completion = taken ?? offer.current[current.active]
      if (completion !== undefined) put(current.key, completion.text, completion.words)
      else if (current.text === current.before) return false
      else put(current.key, current.text, printedIn(words, current))
      return true
    },
    settled: readings.settled,
    forget() {
      isGiven.current = true
      discardDraft(task)
    },
  }
}

/** Asks the server what texts mean, and fills in what it says where they still stand. */
function useReadings(task: FullTask, now: Now, apply: (next: History) => void) {
  const underway = useRef(new Set<Promise<unknown>>())
  const when = <Read>(asked: Promise<Read>, take: (read: Read) => void): void => {
    const done = asked.then(take, () => {}) // the server reads it again with the answer
    underway.current.add(done)
    void done.finally(() => underway.current.delete(done))
  }
  const fieldOf = (key: string): string => columnOf(now.current.history.present, key)
  return {
    read(key: string, text: string, picked: readonly number[]): void {
      const question = {
        field: fieldOf(key),
        ...(picked.length > 0 ? { words: picked } : { text }),
      }
      when(api.read(task.documentId, question), (reading) =>
        apply(settle(now.current.history, key, text, reading)),
      )
    },
    /** `texts`: by key. */
    readCells(texts: CellTexts): void {
      const asked = [...texts]
      if (asked.length === 0) return
      const cells = asked.map(([key, { text, words }]) => ({
        field: fieldOf(key),
        ...(words.length > 0 ? { words } : { text }),
      }))
      when(api.readCells(task.documentId, cells), ({ readings }) => {
        const settled = asked.reduce((history, [key, { text }], index) => {
          const reading = readings[index]
          return reading === undefined ? history : settle(history, key, text, reading)
        }, now.current.history)
        apply(settled)
      })
    },
    settled: () => Promise.all(underway.current),
  }
}

/** Saves a draft, including the text being typed, when the document or the page is left. */
function useKeptDraft(task: FullTask, now: Now): { current: boolean } {
  const isGiven = useRef(false)
  useLayoutEffect(() => {
    const leave = (): void => {
      const { history: left, draft: typing } = now.current
      if (isGiven.current) return
      const isTyped = typing !== null && typing.text !== typing.before
      saveDraft(
        task,
        isTyped ? step(left, sessions.typed(left.present, typing.key, typing.text.trim())) : left,
      )
    }
    addEventListener('pagehide', leave)
    return () => {
      removeEventListener('pagehide', leave)
      leave()
    }
  }, [])
  return isGiven
}

/** Asks what a text means while it is being typed. */
function useReadWhileTyping(
  task: FullTask,
  now: Now,
  editDraft: (next: ValueDraft | null) => void,
): void {
  const { draft } = now.current
  useEffect(() => {
    if (draft === null || draft.text === draft.before || draft.text.trim() === '') return undefined
    const timer = setTimeout(() => {
      const field = columnOf(now.current.history.present, draft.key)
      api.read(task.documentId, { field, text: draft.text }).then(
        ({ problem, notice, words: found }) => {
          const current = now.current.draft
          if (current?.key === draft.key && current.text === draft.text)
            editDraft({ ...current, problem, notice, words: found })
        },
        () => {},
      )
    }, pauseMs)
    return () => clearTimeout(timer)
  }, [draft?.text, draft?.key])
}

/** Checks all values together after each change, including the text being typed. */
function useChecks(
  task: FullTask,
  now: Now,
  apply: (next: History) => void,
): Pick<Answering, 'checks' | 'checksNow'> {
  const [checks, setChecks] = useState<readonly Check[]>(task.checks)
  const checked = useRef<{ readonly values: string; readonly checks: readonly Check[] } | null>(
    null,
  )
  checked.current ??= { values: valuesOf(now.current), checks }
  const { history, draft } = now.current
  const { fields, rows } = history.present
  useEffect(() => {
    // values become text when the keys have stopped: at each key, 900 rows would take too long
    const timer = setTimeout(() => {
      const values = valuesOf(now.current)
      if (values === checked.current?.values) return
      api.check(task.documentId, JSON.parse(values) as ReturnType<typeof sessions.given>).then(
        ({ checks: found }) => {
          checked.current = { values, checks: found }
          setChecks(found)
          const { history: latest } = now.current
          apply(amend(latest, sessions.withChecks(latest.present, found)))
        },
        () => {},
      )
    }, settledMs)
    return () => clearTimeout(timer)
  }, [fields, rows, draft?.text, draft?.key])
  const checksNow = async (): Promise<readonly Check[]> => {
    const given = sessions.given(now.current.history.present)
    if (JSON.stringify(given) === checked.current?.values) return checked.current.checks
    return api.check(task.documentId, given).then(
      (found) => found.checks,
      () => checks, // sending the answer will say what is wrong with the server
    )
  }
  return { checks, checksNow }
}

/** All values as text, including the one being typed. */
function valuesOf({ history: { present }, draft }: Now['current']): string {
  if (draft === null || draft.text === draft.before) return JSON.stringify(sessions.given(present))
  const value = draft.text.trim() === '' ? null : draft.text
  const typed = { value, words: [], raw: null, page: null }
  return JSON.stringify(sessions.given(sessions.patch(present, draft.key, typed)))
}

/** What the answer would teach; nothing where no field is changed. */
function useLessons(task: FullTask, session: sessions.Session): Answering['lessons'] {
  const [lessons, setLessons] = useState<Answering['lessons']>(null)
  const asked = useRef('')
  const isChanged = session.fields.some((entry) => sessions.isChanged(task, entry))
  useEffect(() => {
    if (!isChanged) {
      asked.current = ''
      return setLessons(null)
    }
    const timer = setTimeout(() => {
      const given = sessions.given(session)
      const values = JSON.stringify(given)
      if (values === asked.current) return
      asked.current = values
      api.lesson(task.documentId, given).then(
        ({ vendor, lessons: list }) => setLessons({ vendor, list }),
        () => {},
      )
    }, settledMs)
    return () => clearTimeout(timer)
  }, [session.fields, session.rows])
  return lessons
}

/** The words that were picked, where the text is still theirs. */
function printedIn(words: PageWords, { text, picked }: ValueDraft): readonly number[] {
  return picked.length > 0 && text === textOfWords(words, picked) ? picked : []
}

/** The name by which the server knows a field or a column. */
function columnOf(session: sessions.Session, key: string): string {
  const entry = sessions.find(session, key)
  return key.startsWith('#') ? `lineItems.${entry?.name ?? ''}` : (entry?.name ?? key)
}
