/**
 * A value that can be read and edited, in the field list and in the grid. It is always a real text
 * control, read-only until someone types, so that Tab, screen readers and selection work as usual.
 * While typing it offers completions.
 */

import type { Entry } from './session.ts'
import type { Completion } from './completions.ts'

export interface ValueDraft {
  readonly key: string
  readonly text: string
  readonly before: string
  readonly active: number // index of a completion; -1: none
  readonly problem: string | null
  readonly notice: string | null
  readonly words: readonly number[] // words that print the text
  readonly picked: readonly number[] // words whose text it began with
}

interface Props {
  readonly id: string
  readonly entry: Entry
  readonly label: string
  readonly draft: ValueDraft | null // if this value is being edited
  readonly completions: readonly Completion[]
  readonly selected: boolean
  readonly describedBy?: string | undefined
  readonly wide: number // characters that fit on a line
  readonly onSelect: () => void
  readonly onEdit: () => void
  readonly onType: (text: string) => void
  readonly onTake: (completion: Completion) => void
}

export function Value({
  id,
  entry,
  label,
  draft,
  completions,
  selected,
  describedBy,
  wide,
  onSelect,
  onEdit,
  onType,
  onTake,
}: Props) {
  const text = draft?.text ?? entry.value ?? ''
  const editing = draft !== null
  const list = `${id}-completions`
  const offered = editing && completions.length > 0
  return (
    <span class="value">
      <textarea
        id={id}
        data-key={entry.key}
        rows={Math.min(4, Math.max(1, Math.ceil(text.length / wide)))}
        spellcheck={false}
        autocomplete="off"
        dir="auto"
        class={entry.type === 'text' ? '' : 'figures'}
        readOnly={!editing}
        value={text}
        aria-label={label}
        placeholder={entry.state === 'unsure' && entry.required ? 'missing' : 'absent'}
        aria-invalid={(draft?.problem ?? entry.problem) !== null}
        aria-describedby={describedBy}
        aria-controls={offered ? list : undefined}
        aria-autocomplete={editing ? 'list' : undefined}
        aria-activedescendant={offered && draft.active >= 0 ? `${list}-${draft.active}` : undefined}
        tabIndex={0}
        onFocus={() => !selected && onSelect()}
        onDblClick={onEdit}
        onInput={(event) => onType(event.currentTarget.value)}
      />
      {offered && (
        <ul class="completions" id={list} role="listbox" aria-label="Printed on the document">
          {completions.map((completion, index) => (
            <li
              key={completion.text}
              id={`${list}-${index}`}
              role="option"
              aria-selected={index === draft.active}
              dir="auto"
              onPointerDown={(event) => {
                event.preventDefault()
                onTake(completion)
              }}
            >
              {completion.text}
            </li>
          ))}
        </ul>
      )}
    </span>
  )
}
