/**
 * One document on the desk: page and fields side by side, and everything by keyboard or mouse.
 *
 * Each change is a new session on a history, so undo has no end. A text that was typed or clicked counts at once; what it
 * means (its normal form, the words that print it, what is wrong with it) is the server's answer, which comes a moment
 * later and is settled wherever in the history the text stands.
 */

import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { api, type FullTask } from './api.ts'
import { Ask } from './dialogs.tsx'
import { Fields, Lines, toneOf, type Editing } from './fields.tsx'
import type { Flow } from './flow.ts'
import { commandOf, type Command } from './keyboard.ts'
import { nameOf } from './queue.tsx'
import { age, explain, explainCheck } from './reasons.ts'
import * as sessions from './session.ts'
import { Sheet, type Mark } from './sheet.tsx'
import { Trouble } from './trouble.tsx'
import type { Draft } from './value.tsx'
import { complete, pageWords, textOf, type Completion } from './words.ts'

const offered = 6 // completions
const pauseMs = 120 // in typing, after which the server is asked
const [zoomStep, smallestZoom, largestZoom] = [1.2, 0.25, 6]

export type Asking = 'keys' | 'reject' | 'name' | 'token' | null

interface DeskProps {
  readonly flow: Flow
  readonly task: FullTask
  readonly openedAt: number
  readonly reviewer: string
  readonly asking: Asking
  readonly setAsking: (asking: Asking) => void
  readonly onQueue: () => void
}

export function Desk({ flow, task, openedAt, reviewer, asking, setAsking, onQueue }: DeskProps) {
  const words = useMemo(() => pageWords(task.words), [task])
  const [history, setHistory] = useState(() => sessions.begin(task))
  const [draft, setDraft] = useState<Draft | null>(null)
  const [zoom, setZoom] = useState(1)
  const [page, setPage] = useState(task.pageList[0]?.number ?? 1)
  const [status, setStatus] = useState('')
  const insisted = useRef(false) // Ctrl+Enter was pressed although fields are unsure
  const underway = useRef(new Set<Promise<unknown>>())
  const session = history.present
  const now = useRef({ history, draft })
  now.current = { history, draft }
  const apply = (next: sessions.History): void => {
    now.current = { ...now.current, history: next }
    setHistory(next)
  }
  const editDraft = (next: Draft | null): void => {
    now.current = { ...now.current, draft: next }
    setDraft(next)
  }
  const completions = useMemo(() => (draft === null || draft.text === draft.before ? [] : complete(words, draft.text, offered)), [draft?.text, draft?.key, words])

  useLayoutEffect(() => {
    if (asking === null) focusOn(session.selected)
  }, [session.selected, asking])
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (now.current.history.past.length > 0) event.preventDefault()
    }
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [])

  const columnOf = (key: string): string => {
    const entry = sessions.find(now.current.history.present, key)
    return key.startsWith('#') ? `lineItems.${entry?.name ?? ''}` : (entry?.name ?? key)
  }
  /** Puts a text into a field and asks what it means. */
  const put = (key: string, text: string, picked: readonly number[]): void => {
    const { history: before } = now.current
    const trimmed = text.trim()
    insisted.current = false
    if (trimmed === '') return apply(sessions.step(before, sessions.absent(before.present, key)))
    const changes = { value: trimmed, raw: picked.length > 0 ? trimmed : null, words: picked, box: [], page: picked.length > 0 ? words.page(picked[0] as number) : null, origin: 'human', originId: null, confidence: 1, state: 'edited', problem: null, notice: null, reading: true } as const
    apply(sessions.step(before, sessions.patch(before.present, key, changes)))
    const asked = api.read(task.documentId, columnOf(key), picked.length > 0 ? { words: picked } : { text: trimmed }).then(
      (reading) => apply(sessions.settle(now.current.history, key, trimmed, reading)),
      () => {}, // the server reads it again with the answer
    )
    underway.current.add(asked)
    void asked.finally(() => underway.current.delete(asked))
  }
  const begin = (key: string, text?: string): void => {
    const before = sessions.find(now.current.history.present, key)?.value ?? ''
    editDraft({ key, text: text ?? before, before, active: -1, problem: null, notice: null, words: [] })
    openControl(key, text ?? null)
  }
  /** Takes over what is being typed; false where nothing was. */
  const finish = (taken?: Completion): boolean => {
    const current = now.current.draft
    if (current === null) return false
    editDraft(null)
    const completion = taken ?? completions[current.active]
    if (completion !== undefined) put(current.key, completion.text, completion.words)
    else if (current.text !== current.before) put(current.key, current.text, [])
    else return false
    return true
  }
  const selectKey = (key: string): void => {
    finish()
    setStatus('')
    apply(sessions.amend(now.current.history, sessions.select(now.current.history.present, key)))
  }
  const change = (make: (session: sessions.Session) => sessions.Session): void => {
    insisted.current = false
    apply(sessions.step(now.current.history, make(now.current.history.present)))
  }
  const advance = (): void => {
    const { present } = now.current.history
    const to = sessions.nextUnsure(present, present.selected)
    if (to === null) setStatus('All settled. Ctrl Enter submits.')
    else selectKey(to)
  }
  const pick = (picked: readonly number[], more: boolean): void => {
    const key = now.current.history.present.selected
    const entry = sessions.find(now.current.history.present, key)
    if (entry === null) return
    editDraft(null)
    const all = more ? [...new Set([...entry.words, ...picked])].sort((a, b) => a - b) : picked
    put(key, textOf(words, all), all)
    focusOn(key)
  }

  const answer = async (decision: 'corrected' | 'rejected', comment: string | null): Promise<void> => {
    if (reviewer === '') return setAsking('name')
    await Promise.all(underway.current)
    const { present } = now.current.history
    setStatus('Saving…')
    const { saved, problems } = await flow.answer({ revision: task.nextRevision, reviewer, decision, ...sessions.given(present), comment, openedAt, basedOn: task.version })
    if (saved) return
    setStatus(problems.length > 0 ? (problems[0]?.reason ?? '') : 'Not saved.')
    for (const { field, reason } of problems) {
      const key = field === null ? null : field.replace(/^lineItems\[(\d+)\]\./, '#$1.')
      if (key !== null) apply(sessions.amend(now.current.history, sessions.select(sessions.patch(now.current.history.present, key, { problem: reason }), key)))
    }
  }
  const submit = async (): Promise<void> => {
    finish()
    await Promise.all(underway.current)
    const { present } = now.current.history
    const { unsure, problems } = sessions.openQuestions(present)
    const wrong = [...present.fields, ...present.rows.flat()].find((entry) => entry.problem !== null)
    if (problems > 0 && wrong !== undefined) {
      selectKey(wrong.key)
      return setStatus(`${wrong.label}: ${wrong.problem}.`)
    }
    if (unsure > 0 && !insisted.current) {
      insisted.current = true
      const current = sessions.find(present, present.selected)
      if (current?.state !== 'unsure') selectKey(sessions.nextUnsure(present, present.selected) ?? present.selected)
      return setStatus(`${unsure} ${unsure === 1 ? 'field is' : 'fields are'} still unsure. Ctrl Enter again submits all the same.`)
    }
    await answer('corrected', null)
  }

  const move = (by: number): void => {
    const { present } = now.current.history
    selectKey(sessions.neighbour(present, present.selected, by))
  }
  const isAtEnd = (by: number): boolean => {
    const { present } = now.current.history
    return sessions.neighbour(present, present.selected, by) === present.selected
  }
  /** Another completion while typing, another field otherwise. */
  const choose = (by: number): void => {
    const typed = now.current.draft
    if (typed === null) return move(by)
    editDraft({ ...typed, active: Math.min(completions.length - 1, Math.max(-1, typed.active + by)) })
  }
  const rowOf = (key: string): number => Number(/^#(\d+)\./.exec(key)?.[1] ?? session.rows.length - 1)
  const turnPage = (by: number): void => {
    const place = task.pageList.findIndex((item) => item.number === page)
    setPage(task.pageList[Math.min(task.pageList.length - 1, Math.max(0, place + by))]?.number ?? page)
  }
  const scale = useCallback((factor: number): void => setZoom((before) => Math.min(largestZoom, Math.max(smallestZoom, before * factor))), [])
  const commands: Readonly<Record<Command, () => unknown>> = {
    confirm: () => {
      const { selected } = now.current.history.present
      if (!finish() && sessions.find(now.current.history.present, selected)?.state === 'unsure') change((present) => sessions.confirm(present, selected))
      else if (sessions.find(now.current.history.present, selected)?.state === 'sure') change((present) => sessions.confirm(present, selected))
      advance()
    },
    next: () => move(1),
    previous: () => move(-1),
    down: () => choose(1),
    up: () => choose(-1),
    edit: () => begin(now.current.history.present.selected),
    cancel: () => editDraft(null),
    absent: () => {
      change((present) => sessions.absent(present, present.selected))
      setStatus('Marked as absent.')
    },
    undo: () => {
      editDraft(null)
      apply(sessions.undo(now.current.history))
    },
    redo: () => apply(sessions.redo(now.current.history)),
    addRow: () => task.definition.lineItems.length > 0 && change((present) => sessions.addRow(present, task, rowOf(present.selected))),
    removeRow: () => session.selected.startsWith('#') && change((present) => sessions.removeRow(present, rowOf(present.selected))),
    confirmAll: () => {
      change((present) => present.fields.reduce((so, entry) => (entry.value !== null && entry.state === 'unsure' ? sessions.confirm(so, entry.key) : so), present))
      advance()
    },
    submit: () => void submit(),
    postpone: () => flow.postpone(),
    reject: () => setAsking('reject'),
    help: () => setAsking('keys'),
    queue: onQueue,
    zoomIn: () => scale(zoomStep),
    zoomOut: () => scale(1 / zoomStep),
    zoomFit: () => setZoom(1),
    pageDown: () => scrollTall(1) || turnPage(1),
    pageUp: () => scrollTall(-1) || turnPage(-1),
  }
  const press = useRef((_event: KeyboardEvent): void => {})
  press.current = (event) => {
    if (asking !== null || event.defaultPrevented) return
    const target = event.target as HTMLElement
    const onField = target.dataset.key !== undefined
    const { draft: typed } = now.current // not as it was drawn: the next key may come before that
    const meaning = commandOf(event, { typing: typed !== null && onField, changed: typed !== null && typed.text !== typed.before, onControl: !onField && target.closest('button, a, input, summary') !== null })
    if (meaning === null) return
    // Tab leaves the values at their ends, as anywhere else
    if ((meaning === 'next' || meaning === 'previous') && isAtEnd(meaning === 'next' ? 1 : -1)) return void finish()
    event.preventDefault()
    if (typeof meaning === 'string') commands[meaning]()
    else begin(now.current.history.present.selected, meaning.type)
  }
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => press.current(event)
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  }, [])

  // What is being typed is read while it is typed
  useEffect(() => {
    if (draft === null || draft.text === draft.before || draft.text.trim() === '') return undefined
    const timer = setTimeout(() => {
      api.read(task.documentId, columnOf(draft.key), { text: draft.text }).then(({ problem, notice, words: found }) => {
        const current = now.current.draft
        if (current?.key === draft.key && current.text === draft.text) editDraft({ ...current, problem, notice, words: found })
      }, () => {})
    }, pauseMs)
    return () => clearTimeout(timer)
  }, [draft?.text, draft?.key])

  const editing: Editing = {
    draft, completions, onSelect: selectKey, onEdit: begin,
    onType: (key, text) => editDraft({ ...(now.current.draft ?? { before: '', words: [] }), key, text, active: -1, problem: null, notice: null }),
    onTake: (completion) => finish(completion),
  }
  const marks = useMemo(() => marksOf(session, draft, completions), [session, draft, completions])
  const { unsure } = sessions.openQuestions(session)
  const general = task.reasons.filter((reason) => reason.field === null)
  const failed = task.checks.filter((check) => check.outcome === 'failed')
  return (
    <>
      <main class="document">
        <Sheet task={task} words={words} marks={marks} zoom={zoom} page={page} onPage={setPage} onZoom={scale} onPick={pick} />
        <div class="tools" role="toolbar" aria-label="Page">
          {task.pageList.length > 1 && <><button type="button" title="Previous page (PageUp)" aria-label="Previous page" onClick={() => turnPage(-1)}>‹</button><span>{page} / {task.pageList.length}</span><button type="button" title="Next page (PageDown)" aria-label="Next page" onClick={() => turnPage(1)}>›</button><i /></>}
          <button type="button" title="Zoom out (−)" aria-label="Zoom out" onClick={() => scale(1 / zoomStep)}>−</button>
          <button type="button" class="level" title="Fit the width (0)" onClick={() => setZoom(1)}>{Math.round(100 * zoom)} %</button>
          <button type="button" title="Zoom in (+)" aria-label="Zoom in" onClick={() => scale(zoomStep)}>+</button>
        </div>
      </main>
      <aside class="panel" aria-label="Fields of the document">
        <header>
          <h1 dir="auto" title={nameOf(task)}>{nameOf(task)}</h1>
          <p class="about"><span>{task.definition.title}</span><span>{age(task.receivedAt, Date.now())}</span>{task.fileName !== null && task.vendor !== null && <span class="file" title={task.fileName}>{task.fileName}</span>}</p>
          {task.state === 'closed' && <p class="banner">Answered by <bdi>{task.verdict?.reviewer ?? 'someone'}</bdi>. Submitting makes revision {task.nextRevision}.</p>}
          {[...general.map(explain), ...failed.map(explainCheck)].map((text) => <p class="general" key={text}>{text}</p>)}
        </header>
        <div class="scroll">
          <Fields session={session} editing={editing} />
          <Lines task={task} session={session} editing={editing} onAdd={(after) => change((present) => sessions.addRow(present, task, after))} onRemove={(index) => change((present) => sessions.removeRow(present, index))} />
        </div>
        <footer>
          <Trouble flow={flow} onRetry={() => void submit()} />
          <p class="status" role="status" aria-live="polite">{status !== '' ? status : unsure > 0 ? `${unsure} to check` : 'All settled'}</p>
          <div class="actions">
            <button type="button" title="Reject, with a reason (r)" onClick={() => setAsking('reject')}>Reject</button>
            <button type="button" title="Postpone (s)" onClick={() => flow.postpone()}>Postpone</button>
            <button type="button" class="primary" title="Submit and open the next (Ctrl Enter)" disabled={flow.busy} onClick={() => void submit()}>{flow.busy ? 'Saving…' : 'Submit'} <kbd>Ctrl ↵</kbd></button>
          </div>
        </footer>
      </aside>
      {asking === 'reject' && <Ask title="Reject this document" label="Reason" action="Reject" hint="The document is closed and teaches nothing." choices={['Not an invoice', 'Unreadable', 'Duplicate', 'Not for us']}
        onClose={() => setAsking(null)} onDone={(reason) => {
          setAsking(null)
          void answer('rejected', reason)
        }} />}
    </>
  )
}

function marksOf(session: sessions.Session, draft: Draft | null, completions: readonly Completion[]): Mark[] {
  const typed = draft === null || draft.text === draft.before ? null : (completions[draft.active]?.words ?? draft.words)
  return [...session.fields, ...session.rows.flat()].map((entry) => ({
    key: entry.key, label: entry.label, page: entry.page, tone: entry.key.startsWith('#') ? `${toneOf(entry)} cell` : toneOf(entry), selected: entry.key === session.selected,
    words: typed !== null && draft?.key === entry.key ? typed : entry.words,
    box: typed !== null && draft?.key === entry.key ? [] : entry.box,
  }))
}

/** Makes a value editable at once, without waiting for the next drawing: a second key may follow within a millisecond. */
function openControl(key: string, text: string | null): void {
  const control = document.querySelector<HTMLTextAreaElement>(`[data-key="${CSS.escape(key)}"]`)
  if (control === null) return
  control.readOnly = false
  control.focus({ preventScroll: true })
  if (text === null) return control.select()
  control.value = text
  control.setSelectionRange(text.length, text.length)
}

/** A single page, or one much taller than the view such as a long receipt, is scrolled through; false where it isn't so tall. */
function scrollTall(by: 1 | -1): boolean {
  const view = document.querySelector<HTMLElement>('.view')
  const middle = view === null ? 0 : view.scrollTop + view.clientHeight / 2
  const papers = [...(view?.querySelectorAll<HTMLElement>('.paper') ?? [])]
  const paper = papers.findLast((candidate) => candidate.offsetTop <= middle) ?? papers[0]
  if (view === null || paper === undefined || (papers.length > 1 && paper.offsetHeight < 3 * view.clientHeight)) return false
  const top = view.scrollTop
  view.scrollBy({ top: by * 0.9 * view.clientHeight })
  return view.scrollTop !== top
}

function focusOn(key: string): void {
  const control = document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`)
  if (control === null || control === document.activeElement) return
  control.focus({ preventScroll: true })
  control.closest('li, tr')?.scrollIntoView({ block: 'nearest' })
}
