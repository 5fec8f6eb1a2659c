/**
 * The fields of a document: value, where it comes from, what else it may be, and why a person
 * should look.
 */

import type { Field } from '../../schemas/types.ts'
import { explainEntry, originOf, percent } from '../shared/reasons.ts'
import type { Entry, Session } from './session.ts'
import { Value, type Draft } from './value.tsx'
import type { Completion } from './completions.ts'

export interface Editing {
  readonly draft: Draft | null
  // that there is little evidence so far is said above the fields, once for all
  readonly quiet: boolean
  readonly completions: readonly Completion[]
  readonly onSelect: (key: string) => void
  readonly onEdit: (key: string) => void
  readonly onType: (key: string, text: string) => void
  readonly onTake: (completion: Completion) => void
  readonly onChoose: (key: string, candidate: Field) => void
}

const mostOffered = 4 // candidates
const states: Readonly<Record<Entry['state'], string>> = {
  unsure: 'please check',
  sure: 'confident',
  confirmed: 'confirmed',
  edited: 'changed by you',
}

/** The class that colours a field here and its words on the page. */
export function toneOf(entry: Entry): string {
  if (entry.problem !== null) return 'wrong'
  if (entry.state === 'unsure') return 'unsure'
  if (entry.state !== 'sure') return 'done'
  return entry.origin === null
    ? 'none'
    : entry.origin === 'rule'
      ? 'rule'
      : entry.origin === 'model'
        ? 'model'
        : entry.origin === 'human'
          ? 'done'
          : 'xml'
}

export function Fields({
  session,
  editing,
}: {
  readonly session: Session
  readonly editing: Editing
}) {
  return (
    <ol class="fields" aria-label="Fields">
      {session.fields.map((entry) => (
        <FieldRow
          key={entry.key}
          entry={entry}
          selected={entry.key === session.selected}
          editing={editing}
        />
      ))}
    </ol>
  )
}

function FieldRow({
  entry,
  selected,
  editing,
}: {
  readonly entry: Entry
  readonly selected: boolean
  readonly editing: Editing
}) {
  const draft = editing.draft?.key === entry.key ? editing.draft : null
  const origin = originOf(entry)
  const id = `field-${entry.name}`
  const problem = draft === null ? entry.problem : draft.problem
  const notice = draft === null ? entry.notice : draft.notice
  // A failed check stands above the fields once; beside each of its fields only while that one is
  // selected
  const told = entry.reasons.filter((reason) => !(editing.quiet && reason.code === 'no_evidence'))
  const isOwn = entry.reasons.length === 0 || told.some((reason) => reason.code !== 'check_failed')
  const why =
    problem ??
    notice ??
    ((entry.state === 'unsure' && isOwn) || (selected && told.length > 0)
      ? explainEntry({ ...entry, reasons: told })
      : '')
  const printed =
    selected && draft === null && entry.raw !== null && entry.raw !== entry.value ? entry.raw : ''
  const others = entry.candidates
    .filter((candidate) => candidate.value !== entry.value)
    .slice(0, mostOffered)
  const nowhere =
    selected &&
    draft === null &&
    entry.value !== null &&
    entry.words.length === 0 &&
    entry.page === null &&
    entry.origin === 'human' &&
    !entry.reading
  return (
    <li
      class={`field ${toneOf(entry)} ${selected ? 'selected' : ''}`}
      onClick={() => !selected && editing.onSelect(entry.key)}
    >
      <label for={id}>
        {entry.label}
        {entry.required && (
          <span class="required" title="Needed for acceptance" aria-hidden="true">
            {'\u00a0*'}
          </span>
        )}
      </label>
      <Value
        id={id}
        entry={entry}
        label={`${entry.label}, ${states[entry.state]}`}
        draft={draft}
        completions={draft === null ? [] : editing.completions}
        selected={selected}
        wide={30}
        describedBy={`${id}-why`}
        onSelect={() => editing.onSelect(entry.key)}
        onEdit={() => editing.onEdit(entry.key)}
        onType={(text) => editing.onType(entry.key, text)}
        onTake={editing.onTake}
      />
      <span class={`origin from-${origin.kind}`} title={origin.long}>
        {entry.state === 'confirmed' ? '✓ ' : ''}
        {origin.short}
      </span>
      <p class="why" id={`${id}-why`}>
        {why !== '' && (
          <span
            class={
              problem !== null
                ? 'problem'
                : notice !== null
                  ? 'notice'
                  : entry.state === 'unsure'
                    ? 'reason'
                    : 'printed'
            }
          >
            {why}
          </span>
        )}
        {printed !== '' && (
          <span class="printed">
            printed: <bdi>{printed}</bdi>
          </span>
        )}
        {nowhere && <span class="printed">not found on the page</span>}
        {selected && draft === null && entry.origin !== null && entry.origin !== 'human' && (
          <span class="printed">{origin.long}</span>
        )}
      </p>
      {selected && draft === null && others.length > 0 && (
        <p class="candidates" role="group" aria-label={`Other candidates for ${entry.label}`}>
          <i>or</i>
          {others.map((candidate) => (
            <button
              key={candidate.value}
              type="button"
              class="quiet"
              dir="auto"
              tabIndex={-1}
              title={`${percent(candidate.confidence)} sure (Alt C)`}
              onClick={() => editing.onChoose(entry.key, candidate)}
            >
              {candidate.value}
            </button>
          ))}
          <span>Alt C</span>
        </p>
      )}
    </li>
  )
}
