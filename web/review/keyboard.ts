/**
 * What a key means on the review page.
 *
 * Whatever can be printed begins a new value, as in a spreadsheet: a zero, a minus and every letter
 * belong to some value, so none of them may be a command, or it would be missing from what was
 * typed. Commands are named keys, or letters with Alt. The one exception is `?`, with which no
 * value begins. While a value is being typed only few keys mean more than their letter.
 */

export type Command =
  | 'confirm'
  | 'next'
  | 'previous'
  | 'down'
  | 'up'
  | 'left'
  | 'right'
  | 'edit'
  | 'cancel'
  | 'absent'
  | 'undo'
  | 'redo'
  | 'candidate'
  | 'candidateBack'
  | 'decline'
  | 'confirmAll'
  | 'addRow'
  | 'removeRow'
  | 'duplicateRow'
  | 'rowUp'
  | 'rowDown'
  | 'fromAbove'
  | 'fillDown'
  | 'drawRows'
  | 'drawColumn'
  | 'submit'
  | 'back'
  | 'postpone'
  | 'reject'
  | 'help'
  | 'queue'
  | 'wide'
  | 'boxes'
  | 'zoomIn'
  | 'zoomOut'
  | 'zoomFit'
  | 'pageDown'
  | 'pageUp'

export interface Situation {
  readonly typing: boolean // a value is being edited
  readonly changed: boolean // and is no longer as it was: undo then belongs to the text
  readonly onControl: boolean // a button, a link or the page has the focus
  readonly inGrid: boolean // a cell of the line items is selected
}

type Pressed = Pick<
  KeyboardEvent,
  'key' | 'code' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing'
>

const withAlt: Readonly<Record<string, Command>> = {
  c: 'candidate',
  x: 'absent',
  d: 'decline',
  a: 'confirmAll',
  s: 'postpone',
  p: 'back',
  r: 'reject',
  q: 'queue',
  b: 'drawRows',
  g: 'wide',
  w: 'boxes',
  '+': 'zoomIn',
  '=': 'zoomIn',
  '-': 'zoomOut',
  '−': 'zoomOut',
  '0': 'zoomFit',
}
const withAltAndShift: Readonly<Record<string, Command>> = {
  c: 'candidateBack',
  b: 'drawColumn',
  '+': 'zoomIn',
}

const named: Readonly<Record<string, Command>> = {
  Delete: 'absent',
  Backspace: 'absent',
  F2: 'edit',
  F1: 'help',
  '?': 'help',
  ArrowDown: 'down',
  ArrowUp: 'up',
  Insert: 'addRow',
  Escape: 'cancel',
}

/**
 * The command of a key, a text that begins a new value, or null where the key keeps its own
 * meaning.
 */
export function commandOf(
  event: Pressed,
  { typing, changed, onControl, inGrid }: Situation,
): Command | { readonly type: string } | null {
  if (event.isComposing) return null
  // as Windows reports it: it prints something, such as € or @
  const isAltGraph = event.altKey && event.ctrlKey
  if (event.altKey && !isAltGraph) return alternative(event, inGrid)
  if (event.key === 'PageDown') return 'pageDown'
  if (event.key === 'PageUp') return 'pageUp'
  if ((event.ctrlKey || event.metaKey) && !isAltGraph)
    return withControl(event, typing && changed, inGrid)
  if (event.key === 'Enter') return onControl ? null : 'confirm'
  if (event.key === 'Tab') return onControl ? null : event.shiftKey ? 'previous' : 'next'
  if (typing)
    return event.key === 'Escape'
      ? 'cancel'
      : event.key === 'ArrowDown'
        ? 'down'
        : event.key === 'ArrowUp'
          ? 'up'
          : null
  // a button is pressed, a page is scrolled
  if (onControl && (event.key === ' ' || event.key.startsWith('Arrow'))) return null
  if (inGrid && event.key === 'ArrowLeft') return 'left'
  if (inGrid && event.key === 'ArrowRight') return 'right'
  return (
    named[event.key] ?? (event.key.length === 1 && event.key !== ' ' ? { type: event.key } : null)
  )
}

/** A Mac prints another letter with Alt: the key is then known by its place. */
function alternative(event: Pressed, inGrid: boolean): Command | null {
  if (event.key === 'ArrowUp') return inGrid ? 'rowUp' : null
  if (event.key === 'ArrowDown') return inGrid ? 'rowDown' : null
  // where a keyboard has no Insert
  if (event.key === 'Enter') return event.shiftKey ? 'duplicateRow' : 'addRow'
  const key = /^[ -~−]$/.test(event.key)
    ? event.key.toLowerCase()
    : (places[event.code] ?? /^Key(.)$/.exec(event.code)?.[1]?.toLowerCase() ?? '')
  return (event.shiftKey ? withAltAndShift : withAlt)[key] ?? null
}

const places: Readonly<Record<string, string>> = { Minus: '-', Equal: '=', Digit0: '0' }

function withControl(event: Pressed, textChanged: boolean, inGrid: boolean): Command | null {
  const key = event.key.toLowerCase()
  if (key === 'enter') return 'submit'
  if (key === 'insert') return 'duplicateRow'
  if (inGrid && key === 'd') return event.shiftKey ? 'fillDown' : 'fromAbove'
  if (textChanged) return null
  if (key === 'delete') return 'removeRow'
  if (key === 'z') return event.shiftKey ? 'redo' : 'undo'
  return key === 'y' ? 'redo' : null
}
