/** One document under review: page and fields side by side, driven by keyboard or mouse. */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { FullTask } from '../../connectors/http/contract/types.ts'
import { About } from './about.tsx'
import { AnswerBar } from './answer-bar.tsx'
import { useAnswering, type Answering } from './answering.ts'
import { commandsOf } from './commands.ts'
import { focusOn, focusOnAlert } from './controls.ts'
import { DocumentPane } from './document-pane.tsx'
import { AskDialog } from './dialogs.tsx'
import { ConfirmAllDialog } from './confirm-all.tsx'
import { confirmAll, editingOf, selectValue, type Editor } from './editor.ts'
import { Fields } from './fields.tsx'
import { LineItemGrid } from './grid.tsx'
import { useFind } from '../viewer/use-find.ts'
import { paste } from './paste.ts'
import { actOnRows, hasLineItems, type Drawing, type RowAct } from './row-actions.ts'
import { useKeyboard } from './use-keyboard.ts'
import { usePageControls } from '../viewer/use-page-controls.ts'
import { useSubmit, type Submit } from './use-submit.ts'
import type { UnsavedAnswer } from './use-queue-state.ts'
import type { ReviewQueue } from './use-review-queue.ts'
import { WarningsDialog, type Warning } from './warnings.tsx'
import { pageWords } from './words.ts'

export type DialogName = 'keys' | 'reject' | 'confirmAll' | 'warnings' | 'name' | null

interface Props {
  readonly queue: ReviewQueue
  readonly task: FullTask
  readonly openedAt: number
  readonly unsaved: UnsavedAnswer | null
  readonly notice: string
  readonly reviewer: string
  readonly mayAnswer: boolean
  readonly dialog: DialogName
  readonly setDialog: (dialog: DialogName) => void
  readonly onQueue: () => void
}

export function ReviewDocument(props: Props) {
  const { queue, task, openedAt, unsaved, reviewer, mayAnswer, dialog, setDialog, onQueue } = props
  const words = useMemo(() => pageWords(task.words), [task])
  const view = usePageControls(task)
  const find = useFind(words)
  const [drawing, setDrawing] = useState<Drawing | null>(null)
  const [warnings, setWarnings] = useState<readonly Warning[]>([])
  const warned = useRef(unsaved !== null)
  const answering = useAnswering(task, words, () => {
    warned.current = false
  })
  const [status, setStatus] = useState(() => firstStatus(props, answering))
  const selectedAt = useRef(performance.now())
  const editor: Editor = { task, words, answering, selectedAt, say: setStatus }
  useFocus(props, answering.session.selected)
  // to the login page, which keeps the draft: see drafts.ts
  useLeaveWarning(answering, queue.trouble?.kind === 'token')
  const submit = useSubmit({
    editor,
    queue,
    reviewer,
    mayAnswer,
    openedAt,
    unsaved,
    warned,
    askName: () => setDialog('name'),
    askWarnings: (asked) => {
      setWarnings(asked)
      setDialog('warnings')
    },
  })
  const onRows = (act: RowAct): void => actOnRows(editor, act, setDrawing)
  const commands = commandsOf({
    editor,
    view,
    queue,
    onRows,
    onSubmit: submit.submit,
    onSubmitAnyway: submit.submitAnyway,
    onConfirmAll: () => mayAnswer && setDialog('confirmAll'),
    onReject: () => mayAnswer && setDialog('reject'),
    onCancel: () => (drawing === null ? answering.editDraft(null) : setDrawing(null)),
    onHelp: () => setDialog('keys'),
    onQueue,
    onFind: find.open,
  })
  useKeyboard({ editor, commands, isDialogOpen: dialog !== null, isLeaving: queue.leaving })

  const { session, checks } = answering
  const editing = editingOf(editor)
  return (
    <div
      class={`desk ${view.wide && hasLineItems(editor) ? 'wide' : ''}`}
      data-document={task.documentId}
    >
      <DocumentPane
        editor={editor}
        view={view}
        find={find}
        drawing={drawing}
        setDrawing={setDrawing}
        isLeaving={queue.leaving}
      />
      <aside class="panel" aria-label="Fields of the document">
        <About
          task={task}
          session={session}
          checks={checks}
          onSelect={(key) => selectValue(editor, key)}
        />
        <div class="scroll" inert={queue.leaving}>
          <Fields session={session} editing={editing} />
          <LineItemGrid
            task={task}
            session={session}
            editing={editing}
            checks={checks}
            wide={view.wide}
            onAct={onRows}
            onWide={view.toggleWide}
            onPaste={(text) => paste(editor, text)}
          />
        </div>
        <AnswerBar
          queue={queue}
          task={task}
          words={words}
          answering={answering}
          status={status}
          mayAnswer={mayAnswer}
          submit={submit}
          isWarned={warned.current}
          onReject={() => setDialog('reject')}
        />
      </aside>
      <AnswerDialogs {...{ editor, dialog, setDialog, submit, warnings }} />
    </div>
  )
}

interface AnswerDialogsProps {
  readonly editor: Editor
  readonly dialog: DialogName
  readonly setDialog: (dialog: DialogName) => void
  readonly submit: Submit
  readonly warnings: readonly Warning[]
}

function AnswerDialogs({ editor, dialog, setDialog, submit, warnings }: AnswerDialogsProps) {
  return (
    <>
      {dialog === 'confirmAll' && (
        <ConfirmAllDialog
          session={editor.answering.session}
          onClose={() => setDialog(null)}
          onDone={() => {
            setDialog(null)
            confirmAll(editor)
          }}
        />
      )}
      {dialog === 'warnings' && (
        <WarningsDialog
          warnings={warnings}
          onClose={() => setDialog(null)}
          onDone={() => {
            setDialog(null)
            submit.submitDespite(warnings.map(({ name }) => name))
          }}
        />
      )}
      {dialog === 'reject' && (
        <AskDialog
          title="Reject this document"
          label="Reason"
          action="Reject"
          hint="The document is closed and teaches nothing."
          choices={editor.task.definition.rejectReasons.map((reason) => reason.label)}
          onClose={() => setDialog(null)}
          onDone={(reason) => {
            setDialog(null)
            submit.reject(reason)
          }}
        />
      )}
    </>
  )
}

function firstStatus({ notice, unsaved }: Props, answering: Answering): string {
  if (notice !== '') return notice
  if (unsaved !== null)
    return 'Not saved: here it is again, as you left it. What you did in the next document is kept.'
  const isDraft = answering.now().history.past.length > 0
  return isDraft ? 'As you left it. Ctrl Z goes back to what was read.' : ''
}

/**
 * The focus follows the selection. If the document came back unsaved, the alert gets it first:
 * someone still typing into another document must not type into this one.
 */
function useFocus({ queue, unsaved, dialog }: Props, selected: string): void {
  const isBack = useRef(unsaved !== null)
  useLayoutEffect(() => {
    if (dialog !== null || queue.leaving) return
    if (isBack.current) focusOnAlert()
    else focusOn(selected)
    isBack.current = false
  }, [selected, dialog, queue.leaving])
}

/** The browser warns before changes are lost, unless a draft keeps them. */
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
