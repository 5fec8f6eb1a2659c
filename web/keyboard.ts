/** What a key means on the review page. While a value is being typed only few keys mean more than their letter. */

export type Command =
  | 'confirm' | 'next' | 'previous' | 'down' | 'up' | 'edit' | 'cancel' | 'absent' | 'undo' | 'redo' | 'addRow' | 'removeRow' | 'confirmAll'
  | 'submit' | 'postpone' | 'reject' | 'help' | 'queue' | 'zoomIn' | 'zoomOut' | 'zoomFit' | 'pageDown' | 'pageUp'

export interface Situation {
  readonly typing: boolean // a value is being edited
  readonly changed: boolean // and is no longer as it was: undo then belongs to the text
  readonly onControl: boolean // a button or link has the focus
}

const letters: Readonly<Record<string, Command>> = {
  x: 'absent', e: 'edit', a: 'confirmAll', s: 'postpone', r: 'reject', q: 'queue', '?': 'help', '+': 'zoomIn', '=': 'zoomIn', '-': 'zoomOut', '−': 'zoomOut', '0': 'zoomFit',
}

const named: Readonly<Record<string, Command>> = {
  Delete: 'absent', Backspace: 'absent', F2: 'edit', ArrowDown: 'down', ArrowUp: 'up', Insert: 'addRow', Escape: 'cancel',
}

/** The command of a key, a text that begins a new value, or null where the key keeps its own meaning. */
export function commandOf(event: Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'altKey' | 'shiftKey' | 'isComposing'>, { typing, changed, onControl }: Situation): Command | { readonly type: string } | null {
  if (event.isComposing || event.altKey) return null
  if (event.key === 'PageDown') return 'pageDown'
  if (event.key === 'PageUp') return 'pageUp'
  if (event.ctrlKey || event.metaKey) return withControl(event, typing && changed)
  if (event.key === 'Enter') return onControl ? null : 'confirm'
  if (event.key === 'Tab') return onControl ? null : event.shiftKey ? 'previous' : 'next'
  if (typing) return event.key === 'Escape' ? 'cancel' : event.key === 'ArrowDown' ? 'down' : event.key === 'ArrowUp' ? 'up' : null
  const command = named[event.key] ?? letters[event.key]
  if (command !== undefined) return command
  return event.key.length === 1 && event.key !== ' ' ? { type: event.key } : null
}

function withControl(event: Pick<KeyboardEvent, 'key' | 'shiftKey'>, textChanged: boolean): Command | null {
  const key = event.key.toLowerCase()
  if (key === 'enter') return 'submit'
  if (key === 'delete') return 'removeRow'
  if (textChanged) return null
  if (key === 'z') return event.shiftKey ? 'redo' : 'undo'
  return key === 'y' ? 'redo' : null
}
