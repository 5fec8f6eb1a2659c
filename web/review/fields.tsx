/** The fields of a document: value, origin, other candidates, and why a person should look. */

import type { Field, Origin } from '../../schemas/types.ts'
import { explainEntry, explainOrigin, wholePercent } from '../shared/reasons.ts'
import { AccountChange } from './account-change.tsx'
import { isAskedAccount, type Entry, type Session } from './session.ts'
import { Value, type ValueDraft } from './value.tsx'
import type { FullTask } from '../../connectors/http/contract/types.ts'
import type { Completion } from './completions.ts'
import { DoubtfulPrint } from './doubtful-print.tsx'
import type { PageWords } from './words.ts'

export interface Editing {
  readonly task: FullTask
  readonly words: PageWords
  readonly draft: ValueDraft | null
  // little evidence is said once above the fields
  readonly quiet: boolean
  readonly completions: readonly Completion[]
  readonly onSelect: (key: string) => void
  readonly onEdit: (key: string) => void
  readonly onType: (key: string, text: string) => void
  readonly onTake: (completion: Completion) => void
  readonly onChoose: (key: string, candidate: Field) => void
  readonly onConfirmAccount: () => void
  readonly onTakeAccount: (key: string, account: string) => void
}

const mostOffered = 4 // candidates
const states: Readonly<Record<Entry['state'], string>> = {
  unsure: 'please check',
  sure: 'confident',
  confirmed: 'confirmed',
  edited: 'changed by you',
}

const tones: Readonly<Record<Origin, string>> = {
  rule: 'rule',
  model: 'model',
  human: 'done',
  xml: 'xml',
  code: 'xml',
}

/** The class that colours a field and its words on the page. */
export function toneOf(entry: Entry): string {
  if (entry.problem !== null) return 'wrong'
  if (entry.state === 'unsure') return 'unsure'
  if (entry.state !== 'sure') return 'done'
  return entry.origin === null ? 'none' : tones[entry.origin]
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

interface FieldProps {
  readonly entry: Entry
  readonly selected: boolean
  readonly editing: Editing
}

function FieldRow({ entry, selected, editing }: FieldProps) {
  const draft = editing.draft?.key === entry.key ? editing.draft : null
  const origin = explainOrigin(entry)
  const id = `field-${entry.name}`
  const others = entry.candidates
    .filter((candidate) => candidate.value !== entry.value)
    .slice(0, mostOffered)
  return (
    <li
      class={`field ${toneOf(entry)} ${selected ? 'selected' : ''}`}
      onClick={() => !selected && editing.onSelect(entry.key)}
    >
      <label for={id}>
        {entry.label}
        {entry.required && (
          <span class="required" title="Required for acceptance" aria-hidden="true">
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
        <Why entry={entry} selected={selected} editing={editing} />
        {selected && draft === null && <Printed entry={entry} />}
      </p>
      {selected && (
        <DoubtfulPrint
          task={editing.task}
          words={editing.words}
          indexes={draft === null ? entry.words : draft.picked}
        />
      )}
      {isAskedAccount(entry) && (
        <AccountChange
          entry={entry}
          onConfirm={editing.onConfirmAccount}
          onTake={(account) => editing.onTakeAccount(entry.key, account)}
        />
      )}
      {selected && draft === null && others.length > 0 && (
        <Candidates
          label={entry.label}
          candidates={others}
          onChoose={(candidate) => editing.onChoose(entry.key, candidate)}
        />
      )}
    </li>
  )
}

/** The problem with the value, the server's notice, or why a person should look. */
function Why({ entry, selected, editing }: FieldProps) {
  const { problem, notice } = editing.draft?.key === entry.key ? editing.draft : entry
  if (problem !== null) return problem === '' ? null : <span class="problem">{problem}</span>
  if (notice !== null) return notice === '' ? null : <span class="notice">{notice}</span>
  const why = reasonsOf(entry, selected, editing.quiet)
  if (why === '') return null
  return <span class={entry.state === 'unsure' ? 'reason' : 'printed'}>{why}</span>
}

/** A failed check is shown above the fields; at its fields only while one of them is selected. */
function reasonsOf(entry: Entry, selected: boolean, quiet: boolean): string {
  const told = entry.reasons.filter((reason) => !(quiet && reason.code === 'no_evidence'))
  const isOwn = entry.reasons.length === 0 || told.some((reason) => reason.code !== 'check_failed')
  const isShown = (entry.state === 'unsure' && isOwn) || (selected && told.length > 0)
  return isShown ? explainEntry({ ...entry, reasons: told }) : ''
}

/** How the selected value is printed, or that it isn't, and its origin. */
function Printed({ entry }: { readonly entry: Entry }) {
  const { raw, value, origin } = entry
  const isPrinted = raw !== null && raw !== '' && raw !== value
  return (
    <>
      {isPrinted && (
        <span class="printed">
          printed: <bdi>{raw}</bdi>
        </span>
      )}
      {isNowhere(entry) && <span class="printed">not found on the page</span>}
      {origin !== null && origin !== 'human' && (
        <span class="printed">{explainOrigin(entry).long}</span>
      )}
    </>
  )
}

/** A person entered it, and the server found it on no page. */
function isNowhere({ value, words, page, origin, reading }: Entry): boolean {
  return value !== null && words.length === 0 && page === null && origin === 'human' && !reading
}

function Candidates({
  label,
  candidates,
  onChoose,
}: {
  readonly label: string
  readonly candidates: readonly Field[]
  readonly onChoose: (candidate: Field) => void
}) {
  return (
    <p class="candidates" role="group" aria-label={`Other candidates for ${label}`}>
      <i>or</i>
      {candidates.map((candidate) => (
        <button
          key={candidate.value}
          type="button"
          class="quiet"
          dir="auto"
          tabIndex={-1}
          title={`${wholePercent(candidate.confidence)} sure (Alt C)`}
          onClick={() => onChoose(candidate)}
        >
          {candidate.value}
        </button>
      ))}
      <span>Alt C</span>
    </p>
  )
}
