/**
 * The dialogs: keys, reviewer's name, token, reason for a rejection. Native dialog elements keep
 * the focus inside and close on Escape.
 */

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { ComponentChildren } from 'preact'

export function Dialog({
  title,
  onClose,
  children,
  wide = false,
}: {
  readonly title: string
  readonly onClose: () => void
  readonly children: ComponentChildren
  readonly wide?: boolean
}) {
  const element = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => element.current?.showModal(), [])
  return (
    <dialog
      ref={element}
      class={wide ? 'wide' : ''}
      aria-labelledby="dialog-title"
      onCancel={(event) => {
        event.preventDefault()
        onClose()
      }}
      onClick={(event) => event.target === element.current && onClose()}
    >
      <div class="inside">
        <h2 id="dialog-title">{title}</h2>
        {children}
      </div>
    </dialog>
  )
}

const alt = /Mac|iP/.test(navigator.platform) ? '⌥' : 'Alt'
const ctrl = alt === '⌥' ? '⌘' : 'Ctrl'

const keys: readonly (readonly [string, readonly (readonly [readonly string[], string])[]])[] = [
  [
    'Fields',
    [
      [['Enter'], 'Confirm, go to the next unsure field'],
      [['Tab', 'Shift Tab'], 'Next, previous field'],
      [['any text'], 'Type a value; ↓ ↑ pick what is printed'],
      [['F2'], 'Change the value that is there'],
      [['Esc'], 'Leave the value as it was'],
      [[`${alt} C`], 'Next candidate; with Shift the previous one'],
      [['Delete'], 'Mark as absent from the document'],
      [[`${ctrl} Z`, `${ctrl} Y`], 'Undo, redo, as far as you like'],
      [[`${alt} D`], 'Don’t remember the correction'],
      [[`${alt} A`], 'Confirm all unsure fields, listed once'],
      [[`${alt} K`], 'Confirm a new account'],
    ],
  ],
  [
    'Line items',
    [
      [['← → ↑ ↓'], 'Other cell'],
      [['Insert', `${alt} Enter`], 'Add a row; with Ctrl or Shift a copy'],
      [[`${ctrl} Delete`], 'Remove the row'],
      [[`${alt} ↑`, `${alt} ↓`], 'Move the row'],
      [[`${alt} J`], 'Join with the row below; with Shift split after a line'],
      [[`${ctrl} D`], 'The value above'],
      [[`${ctrl} Shift D`], 'Fill down'],
      [[`${ctrl} V`], 'Paste cells of a spreadsheet'],
      [[`${alt} B`], 'Rows from a drawn box; with Shift a column'],
      [[`${alt} G`], 'More room for the grid'],
    ],
  ],
  [
    'Page',
    [
      [['Click'], 'A word fills the selected field'],
      [['Drag'], 'So do all words in the box'],
      [['Shift Click'], 'Add words to those that are there'],
      [[`${alt} +`, `${alt} −`], 'Zoom in, out'],
      [[`${alt} 0`], 'As wide as the view; again: the whole page'],
      [['PageDown', 'PageUp'], 'Next, previous page'],
      [[`${ctrl} F`], 'Find a text on the pages'],
      [[`${alt} W`], 'Boxes of all words'],
    ],
  ],
  [
    'Document',
    [
      [[`${ctrl} Enter`], 'Submit and open the next'],
      [[`${ctrl} Shift Enter`], 'Submit although fields are unsure'],
      [[`${alt} P`], 'Back to the one answered before'],
      [[`${alt} S`], 'Postpone'],
      [[`${alt} R`], 'Reject, with a reason'],
      [[`${alt} Q`], 'Show or hide the list'],
      [['?', 'F1'], 'This help'],
    ],
  ],
]

export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose} wide>
      <div class="keys">
        {keys.map(([group, rows]) => (
          <div class={`column ${group.toLowerCase().replace(' ', '-')}`} key={group}>
            <section>
              <h3>{group}</h3>
              <dl>
                {rows.map(([names, meaning]) => (
                  <div key={meaning}>
                    <dt>
                      {names.map((name) => (
                        <kbd key={name}>{name}</kbd>
                      ))}
                    </dt>
                    <dd>{meaning}</dd>
                  </div>
                ))}
              </dl>
            </section>
            {group === 'Line items' && <Legend />}
          </div>
        ))}
      </div>
      <footer>
        <button type="button" class="primary" autoFocus onClick={onClose}>
          Close
        </button>
      </footer>
    </Dialog>
  )
}

function Legend() {
  const meanings = [
    ['unsure', 'please check'],
    ['model', 'from the model'],
    ['rule', 'from a rule'],
    ['xml', 'from the e-invoice'],
    ['done', 'settled by you'],
  ] as const
  return (
    <section>
      <h3>Colours</h3>
      <ul class="legend">
        {meanings.map(([tone, meaning]) => (
          <li key={tone} class={tone}>
            {meaning}
          </li>
        ))}
      </ul>
    </section>
  )
}

interface AskProps {
  readonly title: string
  readonly label: string
  readonly hint: string
  readonly action: string
  readonly initial?: string
  readonly secret?: boolean
  readonly link?: { readonly href: string; readonly text: string } | null
  readonly choices?: readonly string[]
  readonly onDone: (text: string) => void
  readonly onClose: () => void
}

/** Asks for one line of text; common answers are a key or a click away. */
export function AskDialog({
  title,
  label,
  hint,
  action,
  initial = '',
  secret = false,
  link = null,
  choices = [],
  onDone,
  onClose,
}: AskProps) {
  const [text, setText] = useState(initial)
  const submit = (event: Event): void => {
    event.preventDefault()
    if (text.trim() !== '') onDone(text.trim())
  }
  const choose = (event: KeyboardEvent): void => {
    const choice = chosenBy(event.key, choices, text)
    if (choice === undefined) return
    event.preventDefault()
    setText(choice)
  }
  return (
    <Dialog title={title} onClose={onClose}>
      <form onSubmit={submit} autocomplete="off">
        <label for="ask">{label}</label>
        <input
          id="ask"
          type={(secret ? 'password' : 'text') as 'text'}
          class="line"
          value={text}
          autoFocus
          maxLength={500}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={choose}
          aria-describedby="ask-hint"
        />
        {choices.length > 0 && (
          <div class="choices" role="group" aria-label="Often given">
            {choices.map((choice, index) => (
              <button
                key={choice}
                type="button"
                aria-pressed={choice === text}
                onClick={() => setText(choice)}
              >
                <kbd aria-hidden="true">{index + 1}</kbd> {choice}
              </button>
            ))}
            <span class="hint">↓ ↑</span>
          </div>
        )}
        <p id="ask-hint" class="hint">
          {hint}
        </p>
        <footer>
          {link !== null && (
            <a class="button" href={link.href}>
              {link.text}
            </a>
          )}
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={text.trim() === ''}>
            {action}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}

/**
 * What a key makes of the text: a digit its choice, unless the text is somebody's own; an arrow the
 * next one.
 */
function chosenBy(key: string, choices: readonly string[], text: string): string | undefined {
  if (choices.length === 0) return undefined
  if (key === 'ArrowDown' || key === 'ArrowUp')
    return cycled(choices, text, key === 'ArrowDown' ? 1 : -1)
  return text === '' || choices.includes(text) ? choices[Number(key) - 1] : undefined
}

/** The choice `by` steps away, wrapping around; the first or last if the text is no choice. */
function cycled(choices: readonly string[], from: string, by: 1 | -1): string {
  const at = choices.indexOf(from)
  if (at < 0) return choices.at(by > 0 ? 0 : -1) as string
  return choices[(at + by + choices.length) % choices.length] as string
}
