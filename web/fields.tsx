/** The fields of a document and its line items: value, where it comes from, and why a person should look. */

import type { FullTask } from './api.ts'
import { explainEntry, originOf } from './reasons.ts'
import type { Entry, Session } from './session.ts'
import { Value, type Draft } from './value.tsx'
import type { Completion } from './words.ts'

export interface Editing {
  readonly draft: Draft | null
  readonly completions: readonly Completion[]
  readonly onSelect: (key: string) => void
  readonly onEdit: (key: string) => void
  readonly onType: (key: string, text: string) => void
  readonly onTake: (completion: Completion) => void
}

const states: Readonly<Record<Entry['state'], string>> = { unsure: 'please check', sure: 'confident', confirmed: 'confirmed', edited: 'changed by you' }

/** The class that colours a field here and its words on the page. */
export function toneOf(entry: Entry): string {
  if (entry.problem !== null) return 'wrong'
  if (entry.state === 'unsure') return 'unsure'
  if (entry.state !== 'sure') return 'done'
  return entry.origin === null ? 'none' : entry.origin === 'rule' ? 'rule' : entry.origin === 'model' ? 'model' : entry.origin === 'human' ? 'done' : 'xml'
}

export function Fields({ session, editing }: { readonly session: Session; readonly editing: Editing }) {
  return (
    <ol class="fields" aria-label="Fields">
      {session.fields.map((entry) => <FieldRow key={entry.key} entry={entry} selected={entry.key === session.selected} editing={editing} />)}
    </ol>
  )
}

function FieldRow({ entry, selected, editing }: { readonly entry: Entry; readonly selected: boolean; readonly editing: Editing }) {
  const draft = editing.draft?.key === entry.key ? editing.draft : null
  const origin = originOf(entry)
  const id = `field-${entry.name}`
  const problem = draft === null ? entry.problem : draft.problem
  const notice = draft === null ? entry.notice : draft.notice
  // A failed check stands above the fields once; beside each of its fields only while that one is selected
  const isOwn = entry.reasons.length === 0 || entry.reasons.some((reason) => reason.code !== 'check_failed')
  const why = problem ?? notice ?? ((entry.state === 'unsure' && isOwn) || (selected && entry.reasons.length > 0) ? explainEntry(entry) : '')
  const printed = selected && draft === null && entry.raw !== null && entry.raw !== entry.value ? entry.raw : ''
  const nowhere = selected && draft === null && entry.value !== null && entry.words.length === 0 && entry.page === null && entry.origin === 'human' && !entry.reading
  return (
    <li class={`field ${toneOf(entry)} ${selected ? 'selected' : ''}`} onClick={() => !selected && editing.onSelect(entry.key)}>
      <label for={id}>{entry.label}{entry.required && <span class="required" title="Needed for acceptance" aria-hidden="true">{'\u00a0*'}</span>}</label>
      <Value id={id} entry={entry} label={`${entry.label}, ${states[entry.state]}`} draft={draft} completions={draft === null ? [] : editing.completions} selected={selected} wide={30}
        describedBy={`${id}-why`} onSelect={() => editing.onSelect(entry.key)} onEdit={() => editing.onEdit(entry.key)} onType={(text) => editing.onType(entry.key, text)} onTake={editing.onTake} />
      <span class={`origin from-${origin.kind}`} title={origin.long}>{entry.state === 'confirmed' ? '✓ ' : ''}{origin.short}</span>
      <p class="why" id={`${id}-why`}>
        {why !== '' && <span class={problem !== null ? 'problem' : notice !== null ? 'notice' : entry.state === 'unsure' ? 'reason' : 'printed'}>{why}</span>}
        {printed !== '' && <span class="printed">printed: <bdi>{printed}</bdi></span>}
        {nowhere && <span class="printed">not found on the page</span>}
      </p>
    </li>
  )
}

interface LinesProps {
  readonly task: FullTask
  readonly session: Session
  readonly editing: Editing
  readonly onAdd: (after: number) => void
  readonly onRemove: (index: number) => void
}

export function Lines({ task, session, editing, onAdd, onRemove }: LinesProps) {
  const columns = task.definition.lineItems
  if (columns.length === 0) return null
  return (
    <section class="lines" aria-label="Line items">
      <header><h2>Line items</h2><span class="count">{session.rows.length}</span><button type="button" class="quiet" onClick={() => onAdd(session.rows.length - 1)}>Add row</button></header>
      {session.rows.length > 0 && (
        <table>
          <thead><tr>{columns.map((column) => <th key={column.name} class={column.type} scope="col">{column.label}</th>)}<th><span class="hidden">Remove</span></th></tr></thead>
          <tbody>
            {session.rows.map((row, index) => (
              <tr key={index} class={row.some((entry) => entry.key === session.selected) ? 'selected' : ''}>
                {row.map((entry) => {
                  const draft = editing.draft?.key === entry.key ? editing.draft : null
                  const selected = entry.key === session.selected
                  const problem = draft?.problem ?? entry.problem
                  return (
                    <td key={entry.name} class={`${entry.type} ${toneOf(entry)} ${selected ? 'selected' : ''} ${entry.origin === 'model' && entry.confidence < 0.5 ? 'weak' : ''}`} title={problem ?? undefined}>
                      <Value id={`cell-${index}-${entry.name}`} entry={entry} label={`${entry.label}, row ${index + 1}`} draft={draft} completions={draft === null ? [] : editing.completions} selected={selected}
                        wide={entry.type === 'text' ? 22 : 9} onSelect={() => editing.onSelect(entry.key)} onEdit={() => editing.onEdit(entry.key)} onType={(text) => editing.onType(entry.key, text)} onTake={editing.onTake} />
                    </td>
                  )
                })}
                <td class="remove"><button type="button" class="quiet" aria-label={`Remove row ${index + 1}`} title="Remove row" tabIndex={-1} onClick={() => onRemove(index)}>×</button></td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  )
}
