/** The table of rules: what each says, how often it was right, and its history on demand. */

import { useState } from 'preact/hooks'
import type { Rule } from '../../schemas/types.ts'
import type { TableRow } from '../../connectors/http/contract/types.ts'
import { hrefOf } from '../shared/filters.tsx'
import { explainLesson } from '../review/lessons.tsx'
import { formatValue } from '../dashboard/table.tsx'
import { RuleHistory } from './rule-history.tsx'

/** A rule to switch off or on. */
export interface Switching {
  readonly rule: Rule
  readonly disable: boolean
}

interface Props {
  readonly rules: readonly Rule[]
  readonly hits: ReadonlyMap<string, TableRow> // by rule: values given, and precision
  readonly onSwitch: ((switching: Switching) => void) | null // null: this user may not switch rules
}

export function RuleTable({ rules, hits, onSwitch }: Props) {
  const [open, setOpen] = useState<string | null>(null) // the rule whose history is shown
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Rules">
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">Vendor</th>
            <th scope="col">Field</th>
            <th scope="col">State</th>
            <th scope="col">What it says</th>
            <th class="number" scope="col">
              Gave
            </th>
            <th class="number" scope="col">
              Right
            </th>
            <th class="number" scope="col">
              Answers
            </th>
            <th scope="col">
              <span class="hidden">Decide</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {rules.map((rule) => {
            const key = `${rule.vendor}/${rule.field}`
            return (
              <RuleRow
                key={key}
                rule={rule}
                hit={hits.get(rule.id)}
                isOpen={open === key}
                onOpen={() => setOpen(open === key ? null : key)}
                onSwitch={onSwitch}
              />
            )
          })}
        </tbody>
      </table>
    </div>
  )
}

interface RuleRowProps {
  readonly rule: Rule
  readonly hit: TableRow | undefined
  readonly isOpen: boolean
  readonly onOpen: () => void
  readonly onSwitch: Props['onSwitch']
}

function RuleRow({ rule, hit, isOpen, onOpen, onSwitch }: RuleRowProps) {
  const isOff = rule.state === 'disabled'
  return (
    <>
      <tr class={isOff ? 'disabled' : rule.state}>
        <td class="text" dir="auto" title={rule.vendor}>
          {rule.vendor}
        </td>
        <td>
          <FieldLink rule={rule} />
        </td>
        <td>
          <b>{stateOf(rule)}</b>
        </td>
        <td class="text" title={rule.why}>
          {says(rule)}
        </td>
        <td class="number">
          {hit === undefined ? (
            '–'
          ) : (
            <a href={hrefOf('/documents', { list: 'values', rule: rule.id })}>
              {formatValue('count', hit.values)}
            </a>
          )}
        </td>
        <td class="number">{formatValue('share', hit?.precision)}</td>
        <td class="number">{rule.taughtBy.length}</td>
        <td>
          <button type="button" class="quiet" aria-expanded={isOpen} onClick={onOpen}>
            History
          </button>
          {onSwitch !== null && !isOver(rule) && (
            <button type="button" class="quiet" onClick={() => onSwitch({ rule, disable: !isOff })}>
              {isOff ? 'Switch on' : 'Switch off'}
            </button>
          )}
        </td>
      </tr>
      {isOpen && (
        <tr class="history">
          <td colSpan={8}>
            <RuleHistory rule={rule} />
          </td>
        </tr>
      )}
    </>
  )
}

function FieldLink({ rule }: { readonly rule: Rule }) {
  const { kind, field, vendor } = rule
  return kind === 'caution' ? (
    <a href={hrefOf('/documents', { vendor })}>{field.replace('_', ': ')}</a>
  ) : (
    <a href={hrefOf('/documents', { field, vendor })}>{field}</a>
  )
}

/** A caution that ended by itself, which nobody can switch on again. */
function isOver({ state, kind, decidedBy }: Rule): boolean {
  return state === 'disabled' && kind === 'caution' && decidedBy === null
}

function stateOf(rule: Rule): string {
  if (isOver(rule)) return 'over'
  if (rule.state === 'disabled') return 'off'
  if (rule.state === 'asks') return 'asks a person'
  return rule.kind === 'caution' ? 'stricter' : rule.state
}

/** A rule in a few words; for a caution, what changed. */
function says(rule: Rule): string {
  if (rule.kind === 'caution' || rule.kind === 'none') return rule.why
  return rule.kind === 'column'
    ? `columns: ${Object.entries(rule.spellings)
        .map(([printed, means]) => `“${printed}” is ${means}`)
        .join(', ')}`
    : explainLesson({ ...rule, verdicts: 1 })
}
