/**
 * The rules page: what corrections taught, with a switch for each rule, and a way to revert all
 * that a person taught.
 */

import { useEffect, useState } from 'preact/hooks'
import type { Rule } from '../../schemas/types.ts'
import { api } from '../shared/api.ts'
import { AskDialog } from '../review/dialogs.tsx'
import { FilterBar, useFilters } from '../shared/filters.tsx'
import { useLoaded } from '../shared/live.ts'
import { explainFailure, useTable } from '../dashboard/table.tsx'
import { RevertDialog } from './revert.tsx'
import { RuleTable, type Switching } from './rule-table.tsx'
import { Top } from '../shared/top.tsx'

const mostShown = 300 // rules; filters find the rest
const mostHits = 10_000 // rules, those that gave the most values

export function Rules() {
  const [filters, change] = useFilters()
  const [rules, setRules] = useState<readonly Rule[] | null>(null)
  const [mayDecide, setMayDecide] = useState(false)
  const [asking, setAsking] = useState<Switching | null>(null)
  const [takingBack, setTakingBack] = useState(false)
  const [said, setSaid] = useState('')
  const hits = useTable('rules', {}, mostHits)
  useLoaded(
    '',
    async () =>
      api.rules().then(
        (found) => setRules(found.rules),
        (error: unknown) => setSaid(explainFailure(error)),
      ),
    (name) => name === 'rules',
  )
  useEffect(() => {
    api.me().then(
      ({ rights }) => setMayDecide(rights.includes('operate')),
      () => {},
    )
  }, [])
  const wanted = (rules ?? []).filter(
    (rule) =>
      (filters.vendor === undefined || rule.vendor === filters.vendor) &&
      (filters.field === undefined || rule.field === filters.field),
  )
  const hitsOf = new Map((hits.loaded?.rows ?? []).map((row) => [String(row.rule), row]))
  const decide = (why: string): void => {
    if (asking === null) return
    const { rule, disable } = asking
    api.setRule(rule.vendor, rule.field, disable, why).then(
      () => setSaid(`${rule.vendor} ${rule.field} is switched ${disable ? 'off' : 'on'}.`),
      (error: unknown) => setSaid(explainFailure(error)),
    ) // the table updates with the log
    setAsking(null)
  }
  return (
    <div class="plain">
      <Top page="rules" />
      <main class="broad">
        <h1>Rules</h1>
        <p class="note">
          What corrections taught, one rule for each vendor and field. Each was replayed over all
          confirmed documents of its vendor before it became active.
        </p>
        <FilterBar filters={filters} names={['vendor', 'field']} onChange={change} />
        {mayDecide && (
          <p>
            <button type="button" onClick={() => setTakingBack(true)}>
              Take back what a person taught
            </button>
          </p>
        )}
        <p role="status">{said}</p>
        {rules !== null && wanted.length === 0 && (
          <p>
            {rules.length === 0
              ? 'Nothing was corrected yet: the first correction teaches the first rule.'
              : 'No rule of this kind.'}
          </p>
        )}
        {wanted.length > 0 && (
          <RuleTable
            rules={wanted.slice(0, mostShown)}
            hits={hitsOf}
            onSwitch={mayDecide ? setAsking : null}
          />
        )}
        {wanted.length > mostShown && (
          <p class="note">{wanted.length - mostShown} more: filter by vendor or field.</p>
        )}
      </main>
      {asking !== null && (
        <AskDialog
          title={`Switch ${asking.disable ? 'off' : 'on'}: ${asking.rule.field}`}
          label="Why"
          action={asking.disable ? 'Switch off' : 'Switch on'}
          hint={hintOf(asking)}
          onClose={() => setAsking(null)}
          onDone={decide}
        />
      )}
      {takingBack && (
        <RevertDialog
          onClose={() => setTakingBack(false)}
          onDone={(text) => {
            setSaid(text)
            setTakingBack(false)
          }}
        />
      )}
    </div>
  )
}

function hintOf({ rule: { kind }, disable }: Switching): string {
  if (kind === 'caution')
    return disable
      ? 'This vendor is trusted again as before.'
      : 'Extractors are stricter with this vendor again.'
  return disable
    ? 'The model is believed again for this vendor and field.'
    : 'Corrections decide again for this vendor and field.'
}
