/** Runs the commands of the keys pressed on the review page; keyboard.ts says what a key means. */

import { useLayoutEffect, useRef } from 'preact/hooks'
import { focusOn } from './controls.ts'
import { isAtEnd, isInGrid, startTyping, type Editor } from './editor.ts'
import { commandOf, type Command, type Situation } from './keyboard.ts'

interface Keyboard {
  readonly editor: Editor
  readonly commands: Readonly<Record<Command, () => unknown>>
  readonly isDialogOpen: boolean
  readonly isLeaving: boolean // another document is being opened
}

export function useKeyboard(keyboard: Keyboard): void {
  const press = useRef((_event: KeyboardEvent): void => {})
  press.current = (event) => handle(event, keyboard)
  // before anything is painted: no key is lost on a document that can be seen
  useLayoutEffect(() => {
    const listener = (event: KeyboardEvent): void => press.current(event)
    addEventListener('keydown', listener)
    return () => removeEventListener('keydown', listener)
  }, [])
}

function handle(event: KeyboardEvent, keyboard: Keyboard): void {
  const { editor, commands, isDialogOpen, isLeaving } = keyboard
  if (isDialogOpen || event.defaultPrevented) return
  if (isLeaving) return handleWhileLeaving(event, commands)
  const target = event.target as HTMLElement
  if (isTypedOnAlert(event, target)) {
    if (event.key === 'Escape') focusOn(editor.answering.session.selected)
    return
  }
  const meaning = commandOf(event, situationOf(editor, target))
  if (meaning === null) return
  if (leavesValues(editor, meaning)) {
    editor.answering.finish()
    return
  }
  event.preventDefault()
  if (typeof meaning !== 'string')
    return startTyping(editor, editor.answering.present().selected, meaning.type)
  if (event.altKey) editor.answering.finish() // a command doesn't discard the text being typed
  commands[meaning]()
}

/** Input is meant for the document being opened, so only a submit is handled, to be refused. */
function handleWhileLeaving(event: KeyboardEvent, commands: Keyboard['commands']): void {
  const nowhere = { typing: false, changed: false, inGrid: false, onControl: false }
  const meaning = commandOf(event, nowhere)
  if (meaning === 'submit' || meaning === 'submitAnyway') commands.submit()
}

/** Keys pressed on an alert belong to no value. */
function isTypedOnAlert(event: KeyboardEvent, target: HTMLElement): boolean {
  const isPlain = !event.altKey && !event.ctrlKey && !event.metaKey
  return isPlain && target.closest('[role=alert]') !== null
}

function situationOf(editor: Editor, target: HTMLElement): Situation {
  const isOnValue = target.dataset.key !== undefined
  const { draft } = editor.answering.now()
  return {
    typing: draft !== null && isOnValue,
    changed: draft !== null && draft.text !== draft.before,
    inGrid: isInGrid(editor),
    onControl: !isOnValue && target.closest('button, a, input, select, summary, .view') !== null,
  }
}

/** Tab moves the focus on past the first and last value, as in any form. */
function leavesValues(editor: Editor, meaning: ReturnType<typeof commandOf>): boolean {
  return (
    (meaning === 'next' && isAtEnd(editor, 1)) || (meaning === 'previous' && isAtEnd(editor, -1))
  )
}
