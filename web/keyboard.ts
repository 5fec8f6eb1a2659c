/** What a key means on the review page. While a value is being typed only few keys mean more than their letter. */

export type Command =
  | 'confirm' | 'next' | 'previous' | 'down' | 'up' | 'left' | 'right' | 'edit' | 'cancel' | 'absent' | 'undo' | 'redo' | 'candidate' | 'candidateBack' | 'decline' | 'confirmAll'
  | 'addRow' | 'removeRow' | 'duplicateRow' | 'rowUp' | 'rowDown' | 'fromAbove' | 'fillDown' | 'drawRows' | 'drawColumn'
  | 'submit' | 'postpone' | 'reject' | 'help' | 'queue' | 'wide' | 'boxes' | 'zoomIn' | 'zoomOut' | 'zoomFit' | 'pageDown' | 'pageUp'

export interface Situation {
  readonly typing: boolean // a value is being edited
  readonly changed: boolean // and is no longer as it was: undo then belongs to the text
  readonly onControl: boolean // a button, a link or the page has the focus
  readonly inGrid: boolean // a cell of the line items is selected
}

type Pressed = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing'>

const letters: Readonly<Record<string, Command>> = {
  x: 'absent', e: 'edit', a: 'confirmAll', s: 'postpone', r: 'reject', q: 'queue', '?': 'help', c: 'candidate', C: 'candidateBack', d: 'decline', b: 'drawRows', B: 'drawColumn', g: 'wide', w: 'boxes',
  '+': 'zoomIn', '=': 'zoomIn', '-': 'zoomOut', '−': 'zoomOut', '0': 'zoomFit',
}

const named: Readonly<Record<string, Command>> = {
  Delete: 'absent', Backspace: 'absent', F2: 'edit', ArrowDown: 'down', ArrowUp: 'up', Insert: 'addRow', Escape: 'cancel',
}

/** The command of a key, a text that begins a new value, or null where the key keeps its own meaning. */
export function commandOf(event: Pressed, { typing, changed, onControl, inGrid }: Situation): Command | { readonly type: string } | null {
  if (event.isComposing) return null
  if (event.altKey) return inGrid && event.key === 'ArrowUp' ? 'rowUp' : inGrid && event.key === 'ArrowDown' ? 'rowDown' : null
  if (event.key === 'PageDown') return 'pageDown'
  if (event.key === 'PageUp') return 'pageUp'
  if (event.ctrlKey || event.metaKey) return withControl(event, typing && changed, inGrid)
  if (event.key === 'Enter') return onControl ? null : 'confirm'
  if (event.key === 'Tab') return onControl ? null : event.shiftKey ? 'previous' : 'next'
  if (typing) return event.key === 'Escape' ? 'cancel' : event.key === 'ArrowDown' ? 'down' : event.key === 'ArrowUp' ? 'up' : null
  if (onControl && (event.key === ' ' || event.key.startsWith('Arrow'))) return null // a button is pressed, a page is scrolled
  if (inGrid && event.key === 'ArrowLeft') return 'left'
  if (inGrid && event.key === 'ArrowRight') return 'right'
  const command = named[event.key] ?? letters[event.key]
  if (command !== undefined) return command
  return event.key.length === 1 && event.key !== ' ' ? { type: event.key } : null
}

function withControl(event: Pressed, textChanged: boolean, inGrid: boolean): Command | null {
  const key = event.key.toLowerCase()
  if (key === 'enter') return 'submit'
  if (key === 'delete') return 'removeRow'
  if (key === 'insert') return 'duplicateRow'
  if (inGrid && key === 'd') return event.shiftKey ? 'fillDown' : 'fromAbove'
  if (textChanged) return null
  if (key === 'z') return event.shiftKey ? 'redo' : 'undo'
  return key === 'y' ? 'redo' : null
}
