/** One document under review: page and fields side by side, worked by keyboard or mouse. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { FullTask } from '../shared/api-types.ts'
import { doubtfulLine } from '../shared/reasons.ts'
import { About } from './about.tsx'
import { AnswerBar } from './answer-bar.tsx'
import { useAnswering, type Answering } from './answering.ts'
import { commandsOf } from './commands.ts'
import { focusOn, focusOnAlert } from './controls.ts'
import { Ask } from './dialogs.tsx'
import { editingOf, pickWords, selectValue, type Editor } from './editor.ts'
import { Fields } from './fields.tsx'
import { Grid } from './grid.tsx'
import { marksOf } from './marks.ts'
import { Sheet } from './page-view.tsx'
import { actOnRows, hasLineItems, readBox, type Drawing, type RowAct } from './row-actions.ts'
import { Tools } from './tools.tsx'
import { useKeyboard } from './use-keyboard.ts'
import { usePageControls } from './use-page-controls.ts'
import { useSubmit } from './use-submit.ts'
import type { Unsaved } from './use-queue-state.ts'
import type { Flow } from './use-review-queue.ts'
import { pageWords } from './words.ts'

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

export function Desk(props: DeskProps) {
  const { flow, task, openedAt, unsaved, reviewer, mayAnswer, asking, setAsking, onQueue } = props
  const words = useMemo(() => pageWords(task.words), [task])
  const view = usePageControls(task)
  const [drawing, setDrawing] = useState<Drawing | null>(null)
  const insisted = useRef(unsaved !== null)
  const answering = useAnswering(task, words, () => {
    insisted.current = false
  })
  const [status, setStatus] = useState(() => firstStatus(props, answering))
  const editor: Editor = { task, words, answering, say: setStatus }
  useFocus(props, answering.session.selected)
  useLeaveWarning(answering, asking === 'token') // with a token the draft is kept, see drafts.ts
  const submit = useSubmit({
    editor,
    flow,
    reviewer,
    mayAnswer,
    openedAt,
    unsaved,
    insisted,
    askName: () => setAsking('name'),
  })
  const onRows = (act: RowAct): void => actOnRows(editor, act, setDrawing)
  const commands = commandsOf({
    editor,
    view,
    flow,
    onRows,
    onSubmit: submit.submit,
    onReject: () => mayAnswer && setAsking('reject'),
    onCancel: () => (drawing === null ? answering.editDraft(null) : setDrawing(null)),
    onHelp: () => setAsking('keys'),
    onQueue,
  })
  useKeyboard({ editor, commands, isDialogOpen: asking !== null, isLeaving: flow.leaving })

  const { session, draft, completions, checks } = answering
  const marks = useMemo(() => marksOf(session, draft, completions), [session, draft, completions])
  const editing = editingOf(editor)
  return (
    <div
      class={`desk ${view.wide && hasLineItems(editor) ? 'wide' : ''}`}
      data-document={task.documentId}
    >
      <main class="document" inert={flow.leaving}>
        <Sheet
          task={task}
          words={words}
          marks={marks}
          zoom={view.zoom}
          page={view.page}
          drawing={drawing !== null}
          boxes={view.boxes}
          onPage={view.setPage}
          onZoom={view.scale}
          onPick={(picked, more) => pickWords(editor, picked, more)}
          onDraw={(page, area) => {
            setDrawing(null)
            readBox(editor, drawing, page, area)
          }}
        />
        {drawing !== null && (
          <p class="hint-bar" role="status">
            Draw a box around the {drawing}{' '}
            <button type="button" class="quiet" onClick={() => setDrawing(null)}>
              Esc
            </button>
          </p>
        )}
        <Tools task={task} view={view} />
      </main>
      <aside class="panel" aria-label="Fields of the document">
        <About
          task={task}
          session={session}
          checks={checks}
          onSelect={(key) => selectValue(editor, key)}
        />
        <div class="scroll" inert={flow.leaving}>
          <Fields session={session} editing={editing} />
          <Grid
            task={task}
            session={session}
            editing={editing}
            doubtful={doubtfulLine(checks)}
            wide={view.wide}
            onAct={onRows}
            onWide={view.toggleWide}
          />
        </div>
        <AnswerBar
          flow={flow}
          task={task}
          words={words}
          answering={answering}
          status={status}
          mayAnswer={mayAnswer}
          submit={submit}
          onReject={() => setAsking('reject')}
        />
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
            submit.reject(reason)
          }}
        />
      )}
    </div>
  )
}

function firstStatus({ notice, unsaved }: DeskProps, answering: Answering): string {
  if (notice !== '') return notice
  if (unsaved !== null)
    return 'Not saved: here it is again, as you left it. What you did in the next document is kept.'
  const isDraft = answering.now().history.past.length > 0
  return isDraft ? 'As you left it. Ctrl Z goes back to what was read.' : ''
}

/**
 * The focus follows the selection. A document that comes back unsaved takes it to the alert first:
 * whoever was typing into another document must not type into this one.
 */
function useFocus({ flow, unsaved, asking }: DeskProps, selected: string): void {
  const isBack = useRef(unsaved !== null)
  useLayoutEffect(() => {
    if (asking !== null || flow.leaving) return
    if (isBack.current) focusOnAlert()
    else focusOn(selected)
    isBack.current = false
  }, [selected, asking, flow.leaving])
}

/** The browser asks before it drops what was changed, unless it is kept anyway. */
function useLeaveWarning(answering: Answering, isKept: boolean): void {
  const isQuiet = useRef(isKept)
  isQuiet.current = isKept
  const { now } = answering
  useEffect(() => {
    const warn = (event: BeforeUnloadEvent): void => {
      if (now().history.past.length > 0 && !isQuiet.current) event.preventDefault()
    }
    addEventListener('beforeunload', warn)
    return () => removeEventListener('beforeunload', warn)
  }, [])
}
