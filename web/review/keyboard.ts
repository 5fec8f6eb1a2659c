/**
 * What a key means on the review page.
 *
 * Any printable key begins a new value, as in a spreadsheet. A zero, a minus and every letter can
 * begin a value, so none of them may be a command: it would be missing from what was typed.
 * Commands are named keys, or letters with Alt. The one exception is `?`, which begins no value.
 * While a value is being typed, few keys mean more than their character.
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
  | 'confirmAccount'
  | 'addRow'
  | 'removeRow'
  | 'duplicateRow'
  | 'rowUp'
  | 'rowDown'
  | 'joinRows'
  | 'splitRow'
  | 'fromAbove'
  | 'fillDown'
  | 'drawRows'
  | 'drawColumn'
  | 'submit'
  | 'submitAnyway'
  | 'back'
  | 'postpone'
  | 'reject'
  | 'help'
  | 'queue'
  | 'find'
  | 'wide'
  | 'boxes'
  | 'zoomIn'
  | 'zoomOut'
  | 'zoomFit'
  | 'pageDown'
  | 'pageUp'

export interface Situation {
  readonly typing: boolean // a value is being edited
  readonly changed: boolean // and differs from before: undo then belongs to the text
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
  k: 'confirmAccount',
  s: 'postpone',
  p: 'back',
  r: 'reject',
  q: 'queue',
  b: 'drawRows',
  g: 'wide',
  j: 'joinRows',
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
  j: 'splitRow',
  '+': 'zoomIn',
}

const pageTurns: Readonly<Record<string, Command>> = { PageDown: 'pageDown', PageUp: 'pageUp' }
const whileTyping: Readonly<Record<string, Command>> = {
  Escape: 'cancel',
  ArrowDown: 'down',
  ArrowUp: 'up',
}
const inGridNamed: Readonly<Record<string, Command>> = { ArrowLeft: 'left', ArrowRight: 'right' }
const alwaysNamed: Readonly<Record<string, Command>> = {
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
 * The command of a key, the text it begins a new value with, or null if the key keeps its own
 * meaning.
 */
export function commandOf(
  event: Pressed,
  situation: Situation,
): Command | { readonly type: string } | null {
  const { typing, changed, inGrid } = situation
  if (event.isComposing) return null
  // AltGr as Windows reports it: it prints a character, such as € or @
  const isAltGraph = event.altKey && event.ctrlKey
  if (event.altKey && !isAltGraph) return alternative(event, inGrid)
  const turn = pageTurns[event.key]
  if (turn !== undefined) return turn
  if ((event.ctrlKey || event.metaKey) && !isAltGraph)
    return withControl(event, typing && changed, inGrid)
  return plainKey(event, situation)
}

function plainKey(
  event: Pressed,
  { typing, onControl, inGrid }: Situation,
): Command | { readonly type: string } | null {
  if (onControl && isOfControl(event.key, typing)) return null
  if (event.key === 'Enter') return 'confirm'
  if (event.key === 'Tab') return event.shiftKey ? 'previous' : 'next'
  if (typing) return whileTyping[event.key] ?? null
  const named = (inGrid ? inGridNamed[event.key] : undefined) ?? alwaysNamed[event.key]
  if (named !== undefined) return named
  return event.key.length === 1 && event.key !== ' ' ? { type: event.key } : null
}

/** Keys that press a button, move the focus or scroll the page. */
function isOfControl(key: string, typing: boolean): boolean {
  if (key === 'Enter' || key === 'Tab') return true
  return !typing && (key === ' ' || key.startsWith('Arrow'))
}

/** A Mac prints another character with Alt, so the key is identified by its position. */
function alternative(event: Pressed, inGrid: boolean): Command | null {
  if (event.key === 'ArrowUp') return inGrid ? 'rowUp' : null
  if (event.key === 'ArrowDown') return inGrid ? 'rowDown' : null
  // for keyboards without Insert
  if (event.key === 'Enter') return event.shiftKey ? 'duplicateRow' : 'addRow'
  const key = /^[ -~−]$/.test(event.key)
    ? event.key.toLowerCase()
    : (places[event.code] ?? /^Key(.)$/.exec(event.code)?.[1]?.toLowerCase() ?? '')
  return (event.shiftKey ? withAltAndShift : withAlt)[key] ?? null
}

const places: Readonly<Record<string, string>> = { Minus: '-', Equal: '=', Digit0: '0' }

function withControl(event: Pressed, textChanged: boolean, inGrid: boolean): Command | null {
  const key = event.key.toLowerCase()
  if (key === 'enter') return event.shiftKey ? 'submitAnyway' : 'submit'
  if (key === 'insert') return 'duplicateRow'
  if (inGrid && key === 'd') return event.shiftKey ? 'fillDown' : 'fromAbove'
  if (key === 'f') return 'find'
  if (textChanged) return null
  if (key === 'delete') return 'removeRow'
  if (key === 'z') return event.shiftKey ? 'redo' : 'undo'
  return key === 'y' ? 'redo' : null
}
