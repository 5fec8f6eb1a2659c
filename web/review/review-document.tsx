/** One document on the desk: page and fields side by side, and everything by keyboard or mouse. */

import { useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import { api, holder } from '../shared/api.ts'
import type { FullTask } from '../shared/api-types.ts'
import { useAnswering } from './answering.ts'
import { Ask } from './dialogs.tsx'
import { Fields, type Editing } from './fields.tsx'
import type { Flow, Problem, Unsaved } from './use-review-queue.ts'
import { Grid, type RowAct } from './grid.tsx'
import { About, lacksEvidence } from './about.tsx'
import { commandOf, type Command } from './keyboard.ts'
import { Lessons } from './lessons.tsx'
import { doubtfulLine } from '../shared/reasons.ts'
import { marksOf } from './marks.ts'
import * as rows from './line-item-rows.ts'
import { amend, undo, redo } from './history.ts'
import * as sessions from './session.ts'
import { Sheet } from './page-view.tsx'
import { focusOn, focusOnAlert, openControl, scrollTall } from './controls.ts'
import { Tools } from './tools.tsx'
import { Trouble } from './trouble.tsx'
import { pageWords, textOf, type Rectangle } from './words.ts'

const [zoomStep, smallestZoom, largestZoom] = [1.2, 0.25, 6]
const [wideKey, zoomKey] = ['errata.wide', 'errata.zoom']

export type Asking = 'keys' | 'reject' | 'name' | 'token' | null

interface DeskProps {
  readonly flow: Flow
  readonly task: FullTask
  readonly openedAt: number
  readonly unsaved: Unsaved | null
  readonly notice: string
  readonly reviewer: string
  readonly mayAnswer: boolean
  readonly asking: Asking
  readonly setAsking: (asking: Asking) => void
  readonly onQueue: () => void
}

export function Desk({
  flow,
  task,
  openedAt,
  unsaved,
  notice,
  reviewer,
  mayAnswer,
  asking,
  setAsking,
  onQueue,
}: DeskProps) {
  const words = useMemo(() => pageWords(task.words), [task])
  // as whoever sits here likes it, from document to document
  const [zoom, setZoom] = useState(() => Number(localStorage.getItem(zoomKey) ?? 1) || 1)
  const [page, setPage] = useState(task.pageList[0]?.number ?? 1)
  const [drawing, setDrawing] = useState<'rows' | 'column' | null>(null)
  const [boxes, setBoxes] = useState(false)
  const [wide, setWide] = useState(() => localStorage.getItem(wideKey) === 'true')
  const insisted = useRef(unsaved !== null) // Ctrl+Enter was pressed although fields are unsure
  const tried = useRef(unsaved?.given ?? null)
  const answering = useAnswering(task, words, () => {
    insisted.current = false
  })
  const { session, draft, completions, now, apply, change, editDraft, put, finish } = answering
  const [status, setStatus] = useState(() =>
    notice !== ''
      ? notice
      : unsaved !== null
        ? 'Not saved: here it is again, as you left it. What you did in the next document is kept.'
        : now().history.past.length > 0
          ? 'As you left it. Ctrl Z goes back to what was read.'
          : '',
  )

  const isBack = useRef(unsaved !== null)
  useLayoutEffect(() => {
    if (asking !== null || flow.leaving) return
    if (isBack.current)
      focusOnAlert() // whoever was typing into another document mustn't type into this one
    else focusOn(session.selected)
    isBack.current = false
  }, [session.selected, asking, flow.leaving])
  const isLeaving = useRef(false) // for a token: what was typed is kept, see drafts.ts
  isLeaving.current = asking === 'token'
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (now().history.past.length > 0 && !isLeaving.current) event.preventDefault()
    }
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [])

  const present = (): sessions.Session => now().history.present
  const begin = (key: string, text?: string): void => {
    const before = sessions.find(present(), key)?.value ?? ''
    editDraft({
      key,
      text: text ?? before,
      before,
      active: -1,
      problem: null,
      notice: null,
      words: [],
    })
    openControl(key, text ?? null)
  }
  const selectKey = (key: string): void => {
    finish()
    setStatus('')
    apply(amend(now().history, sessions.select(present(), key)))
  }
  const advance = (): void => {
    const to = sessions.nextUnsure(present(), present().selected)
    const line = doubtfulLine(answering.checks)
    if (to !== null) return selectKey(to)
    if (line === null || inGrid()) return setStatus('All settled. Ctrl Enter submits.')
    selectKey(`#${line}.line_total`)
    setStatus('The fields are settled. In this line item, quantity × price isn’t its total.')
  }
  const pick = (picked: readonly number[], more: boolean): void => {
    const key = present().selected
    const entry = sessions.find(present(), key)
    if (entry === null) return
    editDraft(null)
    const all = more ? [...new Set([...entry.words, ...picked])].sort((a, b) => a - b) : picked
    put(key, textOf(words, all), all)
    focusOn(key)
  }
  const draw = (at: number, area: Rectangle): void => {
    const [mode, column] = [drawing, rows.placeOf(present().selected)?.column]
    setDrawing(null)
    const columns =
      mode === 'column' && column !== undefined
        ? [{ name: column, x0: area.x0, x1: area.x1 }]
        : rows.columnsOn(present(), words, at)
    api.rows(task.documentId, at, [area.x0, area.y0, area.x1, area.y1], columns).then(
      ({ rows: read }) => {
        if (read.length === 0) return setStatus('Nothing to read in this box.')
        change((so) =>
          mode === 'column' && column !== undefined
            ? rows.fillColumn(so, task, words, column, read)
            : rows.insertRead(so, task, words, read),
        )
        setStatus(`${read.length} ${read.length === 1 ? 'row' : 'rows'} read.`)
      },
      () => setStatus('The box could not be read.'),
    )
  }

  const answer = async (
    decision: 'corrected' | 'rejected',
    comment: string | null,
  ): Promise<boolean | null> => {
    if (reviewer === '') return ask('name')
    await answering.settled()
    setStatus('')
    const outcome = await flow.answer(() => {
      tried.current = {
        revision: task.nextRevision,
        reviewer,
        decision,
        ...sessions.given(present()),
        declined: present().declined,
        holder,
        comment,
        openedAt,
        basedOn: task.version,
      }
      return tried.current
    })
    if (outcome === null) return null
    if (outcome.saved) {
      answering.forget()
      return true
    }
    setStatus(outcome.problems.length > 0 ? (outcome.problems[0]?.reason ?? '') : 'Not saved.')
    point(outcome.problems)
    return false
  }
  const ask = (what: Asking): false => {
    setAsking(what)
    return false
  }
  const reject = (reason: string | null): void => flow.submit(() => answer('rejected', reason))
  const again = (): void =>
    tried.current?.decision === 'rejected' ? reject(tried.current.comment) : submit()
  const point = (problems: readonly Problem[]): void => {
    for (const { field, reason } of problems) {
      const key = field === null ? null : field.replace(/^lineItems\[(\d+)\]\./, '#$1.')
      if (key !== null)
        apply(
          amend(
            now().history,
            sessions.select(sessions.patch(present(), key, { problem: reason }), key),
          ),
        )
    }
  }
  useEffect(() => {
    if (unsaved !== null) point(unsaved.problems)
  }, [])
  const submit = (): void =>
    flow.submit(async () => {
      if (!mayAnswer) return null
      const stay = (why: string): false => {
        setStatus(why)
        return false
      }
      finish()
      await answering.settled()
      const { unsure, problems } = sessions.openQuestions(present())
      const wrong = [...present().fields, ...present().rows.flat()].find(
        (entry) => entry.problem !== null,
      )
      if (problems > 0 && wrong !== undefined) {
        selectKey(wrong.key)
        return stay(`${wrong.label}: ${wrong.problem}.`)
      }
      if (unsure > 0 && !insisted.current) {
        insisted.current = true
        const current = sessions.find(present(), present().selected)
        if (current?.state !== 'unsure')
          selectKey(sessions.nextUnsure(present(), present().selected) ?? present().selected)
        return stay(
          `${unsure} ${unsure === 1 ? 'field is' : 'fields are'} still unsure. Ctrl Enter again submits all the same.`,
        )
      }
      return answer('corrected', null)
    })

  const move = (by: number): void =>
    selectKey(sessions.neighbour(present(), present().selected, by))
  const isAtEnd = (by: number): boolean =>
    sessions.neighbour(present(), present().selected, by) === present().selected
  /**
   * Another completion while typing, the cell above or below in the grid, another field otherwise.
   */
  const choose = (by: 1 | -1): void => {
    const typed = now().draft
    if (typed !== null)
      return editDraft({
        ...typed,
        active: Math.min(completions.length - 1, Math.max(-1, typed.active + by)),
      })
    const { selected } = present()
    if (rows.placeOf(selected) === null) return move(by)
    const last = present().fields.at(-1)?.key ?? selected
    selectKey(rows.neighbourCell(present(), selected, by, 0) ?? (by < 0 ? last : selected))
  }
  const moveCell = (by: 1 | -1): void =>
    selectKey(rows.neighbourCell(present(), present().selected, 0, by) ?? present().selected)
  const cycle = (by: 1 | -1): void => {
    const entry = sessions.find(present(), present().selected)
    if (entry === null || entry.candidates.length === 0)
      return setStatus('There is no other candidate.')
    const read = task.fields.find((field) => field.name === entry.name && field.value !== null)
    const all = [...(read === undefined ? [] : [read]), ...entry.candidates]
    const at = all.findIndex((candidate) => candidate.value === entry.value)
    const next = all[(at + by + all.length) % all.length]
    if (next !== undefined) change((so) => sessions.choose(so, entry.key, next))
  }
  const rowOf = (key: string): number => rows.placeOf(key)?.row ?? session.rows.length - 1
  const hasLines = task.definition.lineItems.length > 0
  const inGrid = (): boolean => present().selected.startsWith('#')
  const act = (what: RowAct): void => {
    if (!hasLines) return
    const { selected } = present()
    const column = rows.placeOf(selected)?.column
    finish()
    if (what === 'drawRows') return setDrawing('rows')
    if (what === 'add') return change((so) => rows.addRow(so, task, rowOf(so.selected)))
    if (column === undefined) return
    if (what === 'drawColumn') setDrawing('column')
    else if (what === 'duplicate') change((so) => rows.duplicateRow(so, rowOf(so.selected)))
    else if (what === 'remove') change((so) => rows.removeRow(so, rowOf(so.selected)))
    else if (what === 'fillDown') change((so) => rows.fillDown(so, selected))
    else if (what === 'clearColumn') change((so) => rows.clearColumn(so, column))
    else change((so) => rows.moveRow(so, rowOf(so.selected), what === 'up' ? -1 : 1))
    focusOn(present().selected)
  }
  const turnPage = (by: number): void => {
    const place = task.pageList.findIndex((item) => item.number === page)
    setPage(
      task.pageList[Math.min(task.pageList.length - 1, Math.max(0, place + by))]?.number ?? page,
    )
  }
  useEffect(() => localStorage.setItem(zoomKey, String(zoom)), [zoom])
  const scale = useCallback(
    (factor: number): void =>
      setZoom((before) => Math.min(largestZoom, Math.max(smallestZoom, before * factor))),
    [],
  )
  const toggleWide = (): void =>
    setWide((before) => {
      localStorage.setItem(wideKey, String(!before))
      return !before
    })
  const commands: Readonly<Record<Command, () => unknown>> = {
    confirm: () => {
      const { selected } = present()
      const wasTyped = finish()
      const state = sessions.find(present(), selected)?.state
      if (!wasTyped && (state === 'unsure' || state === 'sure'))
        change((so) => sessions.confirm(so, selected))
      if (wasTyped && selected.startsWith('#')) return choose(1)
      advance()
    },
    next: () => move(1),
    previous: () => move(-1),
    down: () => choose(1),
    up: () => choose(-1),
    left: () => moveCell(-1),
    right: () => moveCell(1),
    edit: () => begin(present().selected),
    cancel: () => (drawing !== null ? setDrawing(null) : editDraft(null)),
    absent: () => {
      change((so) => sessions.absent(so, so.selected))
      setStatus('Marked as absent.')
    },
    undo: () => {
      editDraft(null)
      setStatus('')
      apply(undo(now().history))
    },
    redo: () => apply(redo(now().history)),
    candidate: () => cycle(1),
    candidateBack: () => cycle(-1),
    decline: () => !inGrid() && change((so) => sessions.decline(so, so.selected)),
    addRow: () => act('add'),
    removeRow: () => inGrid() && act('remove'),
    duplicateRow: () => inGrid() && act('duplicate'),
    rowUp: () => act('up'),
    rowDown: () => act('down'),
    fromAbove: () => {
      editDraft(null)
      change((so) => rows.fromAbove(so, so.selected))
    },
    fillDown: () => act('fillDown'),
    drawRows: () => act('drawRows'),
    drawColumn: () => act('drawColumn'),
    confirmAll: () => {
      change((so) =>
        so.fields.reduce(
          (all, entry) =>
            entry.value !== null && entry.state === 'unsure'
              ? sessions.confirm(all, entry.key)
              : all,
          so,
        ),
      )
      advance()
    },
    submit,
    back: () => flow.back() || setStatus('Nothing before this was answered in this tab.'),
    postpone: () => flow.postpone(),
    reject: () => mayAnswer && setAsking('reject'),
    help: () => setAsking('keys'),
    queue: onQueue,
    wide: () => hasLines && toggleWide(),
    boxes: () => setBoxes((before) => !before),
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
    if (flow.leaving)
      return void (
        commandOf(event, { typing: false, changed: false, inGrid: false, onControl: false }) ===
          'submit' && submit()
      ) // what is typed is meant for the document that comes
    if (
      target.closest('[role=alert]') !== null &&
      !event.altKey &&
      !event.ctrlKey &&
      !event.metaKey
    )
      // what is typed here is meant for no value
      return void (event.key === 'Escape' && focusOn(session.selected))
    const onField = target.dataset.key !== undefined
    const { draft: typed } = now()
    const meaning = commandOf(event, {
      typing: typed !== null && onField,
      changed: typed !== null && typed.text !== typed.before,
      inGrid: inGrid(),
      onControl: !onField && target.closest('button, a, input, select, summary, .view') !== null,
    })
    if (meaning === null) return
    // Tab leaves the values at their ends, as anywhere else
    if ((meaning === 'next' || meaning === 'previous') && isAtEnd(meaning === 'next' ? 1 : -1))
      return void finish()
    event.preventDefault()
    if (event.altKey && typeof meaning === 'string') finish() // what is being typed isn't lost to a command
    if (typeof meaning === 'string') commands[meaning]()
    else begin(present().selected, meaning.type)
  }
  useEffect(() => {
    const listener = (event: KeyboardEvent): void => press.current(event)
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  }, [])

  const editing: Editing = {
    draft,
    quiet: lacksEvidence(task),
    completions,
    onSelect: selectKey,
    onEdit: begin,
    onType: (key, text) =>
      editDraft({
        ...(now().draft ?? { before: '', words: [] }),
        key,
        text,
        active: -1,
        problem: null,
        notice: null,
      }),
    onTake: (completion) => finish(completion),
    onChoose: (key, candidate) => {
      change((so) => sessions.choose(so, key, candidate))
      focusOn(key)
    },
  }
  const marks = useMemo(() => marksOf(session, draft, completions), [session, draft, completions])
  const { unsure } = sessions.openQuestions(session)
  const changed = session.fields.filter(
    (entry) => sessions.isChanged(task, entry) && entry.problem === null,
  )
  return (
    <div class={`desk ${wide && hasLines ? 'wide' : ''}`} data-document={task.documentId}>
      <main class="document" inert={flow.leaving}>
        <Sheet
          task={task}
          words={words}
          marks={marks}
          zoom={zoom}
          page={page}
          drawing={drawing !== null}
          boxes={boxes}
          onPage={setPage}
          onZoom={scale}
          onPick={pick}
          onDraw={draw}
        />
        {drawing !== null && (
          <p class="hint-bar" role="status">
            {drawing === 'rows' ? 'Draw a box around the rows' : 'Draw a box around the column'}{' '}
            <button type="button" class="quiet" onClick={() => setDrawing(null)}>
              Esc
            </button>
          </p>
        )}
        <Tools
          task={task}
          page={page}
          zoom={zoom}
          boxes={boxes}
          onTurn={turnPage}
          onScale={(by) => scale(by > 0 ? zoomStep : 1 / zoomStep)}
          onFit={() => setZoom(1)}
          onBoxes={() => setBoxes((before) => !before)}
        />
      </main>
      <aside class="panel" aria-label="Fields of the document">
        <About task={task} session={session} checks={answering.checks} onSelect={selectKey} />
        <div class="scroll" inert={flow.leaving}>
          <Fields session={session} editing={editing} />
          <Grid
            task={task}
            session={session}
            editing={editing}
            doubtful={doubtfulLine(answering.checks)}
            wide={wide}
            onAct={act}
            onWide={toggleWide}
          />
        </div>
        <footer>
          <Trouble flow={flow} onRetry={again} />
          {mayAnswer && (
            <Lessons
              session={session}
              words={words}
              name={
                task.vendor ??
                sessions.find(session, 'seller_name')?.value ??
                'documents like this one'
              }
              lessons={answering.lessons}
              changed={changed}
              onDecline={(field) => change((so) => sessions.decline(so, field))}
            />
          )}
          <div class="state">
            <p class="status" role="status" aria-live="polite">
              {flow.busy
                ? 'Saving…'
                : flow.leaving
                  ? 'Opening…'
                  : status !== ''
                    ? status
                    : unsure > 0
                      ? `${unsure} to check`
                      : 'All settled'}
            </p>
            {flow.saving && <p class="saving">Saving the one before…</p>}
            {flow.mayGoBack && (
              <button
                type="button"
                class="quiet"
                title="Back to the one answered before (Alt P)"
                onClick={() => flow.back()}
              >
                ‹ Last answer
              </button>
            )}
          </div>
          {mayAnswer ? (
            <div class="actions" inert={flow.leaving}>
              <button
                type="button"
                title="Reject, with a reason (Alt R)"
                onClick={() => setAsking('reject')}
              >
                Reject
              </button>
              <button
                type="button"
                title={
                  task.state === 'open' ? 'Postpone (Alt S)' : 'Leave the answer as it is (Alt S)'
                }
                onClick={() => flow.postpone()}
              >
                {task.state === 'open' ? 'Postpone' : 'Leave'}
              </button>
              <button
                type="button"
                class="primary"
                title="Submit and open the next (Ctrl Enter)"
                disabled={flow.busy}
                onClick={submit}
              >
                {flow.busy ? 'Saving…' : 'Submit'} <kbd>Ctrl ↵</kbd>
              </button>
            </div>
          ) : (
            <div class="actions">
              <button type="button" onClick={() => flow.postpone()}>
                Next document
              </button>
            </div>
          )}
        </footer>
      </aside>
      {asking === 'reject' && (
        <Ask
          title="Reject this document"
          label="Reason"
          action="Reject"
          hint="The document is closed and teaches nothing."
          choices={['Not an invoice', 'Unreadable', 'Duplicate', 'Not for us']}
          onClose={() => setAsking(null)}
          onDone={(reason) => {
            setAsking(null)
            reject(reason)
          }}
        />
      )}
    </div>
  )
}
