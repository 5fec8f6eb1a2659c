/** What each command of the review page does. */

import { scrollTall } from './controls.ts'
import {
  confirmAccount,
  confirmSelected,
  cycleCandidates,
  isInGrid,
  moveSideways,
  moveVertically,
  selectNeighbour,
  startTyping,
  type Editor,
} from './editor.ts'
import { redo, undo } from './history.ts'
import type { Command } from './keyboard.ts'
import { fromAbove } from './line-item-rows.ts'
import { hasLineItems, type RowAct } from './row-actions.ts'
import * as sessions from './session.ts'
import type { PageControls } from '../viewer/use-page-controls.ts'
import type { ReviewQueue } from './use-review-queue.ts'

export interface CommandTargets {
  readonly editor: Editor
  readonly view: PageControls
  readonly queue: ReviewQueue
  readonly onRows: (act: RowAct) => void
  readonly onSubmit: () => void
  readonly onSubmitAnyway: () => void
  readonly onConfirmAll: () => void
  readonly onReject: () => void
  readonly onCancel: () => void
  readonly onHelp: () => void
  readonly onQueue: () => void
  readonly onFind: () => void
}

export function commandsOf(targets: CommandTargets): Readonly<Record<Command, () => unknown>> {
  const { editor, queue } = targets
  const { answering, say } = editor
  return {
    ...movesOf(targets),
    ...rowCommandsOf(targets),
    ...viewCommandsOf(targets),
    confirm: () => confirmSelected(editor),
    edit: () => startTyping(editor, answering.present().selected),
    cancel: targets.onCancel,
    absent: () => {
      answering.change((session) => sessions.absent(session, session.selected))
      say('Marked as absent.')
    },
    undo: () => {
      answering.editDraft(null)
      say('')
      answering.apply(undo(answering.now().history))
    },
    redo: () => answering.apply(redo(answering.now().history)),
    candidate: () => cycleCandidates(editor, 1),
    candidateBack: () => cycleCandidates(editor, -1),
    decline: () =>
      !isInGrid(editor) &&
      answering.change((session) => sessions.decline(session, session.selected)),
    confirmAll: targets.onConfirmAll,
    confirmAccount: () => confirmAccount(editor),
    submit: targets.onSubmit,
    submitAnyway: targets.onSubmitAnyway,
    back: () => queue.back() || say('Nothing before this was answered in this tab.'),
    postpone: () => queue.postpone(),
    reject: targets.onReject,
    help: targets.onHelp,
    queue: targets.onQueue,
    find: targets.onFind,
  }
}

function movesOf({ editor }: CommandTargets) {
  return {
    next: () => selectNeighbour(editor, 1),
    previous: () => selectNeighbour(editor, -1),
    down: () => moveVertically(editor, 1),
    up: () => moveVertically(editor, -1),
    left: () => moveSideways(editor, -1),
    right: () => moveSideways(editor, 1),
  } satisfies Partial<Record<Command, () => unknown>>
}

function rowCommandsOf({ editor, onRows }: CommandTargets) {
  return {
    addRow: () => onRows('add'),
    removeRow: () => isInGrid(editor) && onRows('remove'),
    duplicateRow: () => isInGrid(editor) && onRows('duplicate'),
    rowUp: () => onRows('up'),
    rowDown: () => onRows('down'),
    joinRows: () => onRows('join'),
    splitRow: () => onRows('split'),
    fromAbove: () => {
      editor.answering.editDraft(null)
      editor.answering.change((session) => fromAbove(session, session.selected))
    },
    fillDown: () => onRows('fillDown'),
    drawRows: () => onRows('drawRows'),
    drawColumn: () => onRows('drawColumn'),
  } satisfies Partial<Record<Command, () => unknown>>
}

function viewCommandsOf({ editor, view }: CommandTargets) {
  return {
    wide: () => hasLineItems(editor) && view.toggleWide(),
    boxes: view.toggleBoxes,
    zoomIn: view.zoomIn,
    zoomOut: view.zoomOut,
    zoomFit: view.fit,
    pageDown: () => scrollTall(1) || view.turnPage(1),
    pageUp: () => scrollTall(-1) || view.turnPage(-1),
  } satisfies Partial<Record<Command, () => unknown>>
}
