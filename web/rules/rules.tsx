/**
 * What corrections taught: each rule with how often it spoke and was right, its history, and a
 * switch; and a way to take back all that a person taught.
 */

import { Fragment } from 'preact'
import { useEffect, useState } from 'preact/hooks'
import type { Rule } from '../../schemas/types.ts'
import { api } from '../shared/api.ts'
import type { Row } from '../shared/api-types.ts'
import { Ask } from '../review/dialogs.tsx'
import { FilterBar, hrefOf, useFilters } from '../shared/filters.tsx'
import { explainLesson } from '../review/lessons.tsx'
import { useLoaded } from '../shared/live.ts'
import { explainFailure, show, useTable } from '../dashboard/table.tsx'
import { TakeBack } from './revert.tsx'
import { Top } from '../shared/top.tsx'

const mostShown = 300 // rules; filters find the others
const mostHits = 10_000 // rules that gave most

export function Rules() {
  const [filters, change] = useFilters()
  const [rules, setRules] = useState<readonly Rule[] | null>(null)
  const [mayDecide, setMayDecide] = useState(false)
  const [asking, setAsking] = useState<{ readonly rule: Rule; readonly disable: boolean } | null>(
    null,
  )
  const [open, setOpen] = useState<string | null>(null) // whose history is shown
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
      ({ role }) => setMayDecide(role === 'operator'),
      () => {},
    )
  }, [])
  const wanted = (rules ?? []).filter(
    (rule) =>
      (filters.vendor === undefined || rule.vendor === filters.vendor) &&
      (filters.field === undefined || rule.field === filters.field),
  )
  const hitsOf = new Map((hits.loaded?.rows ?? []).map((row: Row) => [String(row.rule), row]))
  const decide = (why: string): void => {
    if (asking === null) return
    const { rule, disable } = asking
    api.setRule(rule.vendor, rule.field, disable, why).then(
      () => setSaid(`${rule.vendor} ${rule.field} is switched ${disable ? 'off' : 'on'}.`),
      (error: unknown) => setSaid(explainFailure(error)),
    ) // the table follows the log
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
              ? 'Nothing was corrected yet: the first correction of a document teaches the first rule.'
              : 'No rule of this kind.'}
          </p>
        )}
        {wanted.length > 0 && (
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
                {wanted.slice(0, mostShown).map((rule) => {
                  const hit = hitsOf.get(rule.id)
                  const isOff = rule.state === 'disabled'
                  // it ended by itself, and nobody can begin it
                  const isOver = isOff && rule.kind === 'caution' && rule.decidedBy === null
                  const key = `${rule.vendor}/${rule.field}`
                  return (
                    <Fragment key={key}>
                      <tr class={isOff ? 'disabled' : rule.state}>
                        <td class="text" dir="auto" title={rule.vendor}>
                          {rule.vendor}
                        </td>
                        <td>
                          {rule.kind === 'caution' ? (
                            <a href={hrefOf('/documents', { vendor: rule.vendor })}>
                              {rule.field.replace('_', ': ')}
                            </a>
                          ) : (
                            <a
                              href={hrefOf('/documents', {
                                field: rule.field,
                                vendor: rule.vendor,
                              })}
                            >
                              {rule.field}
                            </a>
                          )}
                        </td>
                        <td>
                          <b>
                            {isOver
                              ? 'over'
                              : isOff
                                ? 'off'
                                : rule.state === 'asks'
                                  ? 'asks a person'
                                  : rule.kind === 'caution'
                                    ? 'stricter'
                                    : rule.state}
                          </b>
                        </td>
                        <td class="text" title={rule.why}>
                          {says(rule)}
                        </td>
                        <td class="number">
                          {hit === undefined ? (
                            '–'
                          ) : (
                            <a href={hrefOf('/documents', { list: 'values', rule: rule.id })}>
                              {show('count', hit.values)}
                            </a>
                          )}
                        </td>
                        <td class="number">{show('share', hit?.precision)}</td>
                        <td class="number">{rule.taughtBy.length}</td>
                        <td>
                          <button
                            type="button"
                            class="quiet"
                            aria-expanded={open === key}
                            onClick={() => setOpen(open === key ? null : key)}
                          >
                            History
                          </button>
                          {mayDecide && !isOver && (
                            <button
                              type="button"
                              class="quiet"
                              onClick={() => setAsking({ rule, disable: !isOff })}
                            >
                              {isOff ? 'Switch on' : 'Switch off'}
                            </button>
                          )}
                        </td>
                      </tr>
                      {open === key && (
                        <tr class="history">
                          <td colSpan={8}>
                            <History rule={rule} />
                          </td>
                        </tr>
                      )}
                    </Fragment>
                  )
                })}
              </tbody>
            </table>
          </div>
        )}
        {wanted.length > mostShown && (
          <p class="note">{wanted.length - mostShown} more: filter by vendor or field.</p>
        )}
      </main>
      {asking !== null && (
        <Ask
          title={`Switch ${asking.disable ? 'off' : 'on'}: ${asking.rule.field}`}
          label="Why"
          action={asking.disable ? 'Switch off' : 'Switch on'}
          hint={
            asking.rule.kind === 'caution'
              ? asking.disable
                ? 'This vendor is trusted again as before.'
                : 'Extractors are stricter with this vendor again.'
              : asking.disable
                ? 'The model is believed again for this vendor and field.'
                : 'Corrections decide again for this vendor and field.'
          }
          onClose={() => setAsking(null)}
          onDone={decide}
        />
      )}
      {takingBack && (
        <TakeBack
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

/** A rule in a few words; of a caution, what changed. */
function says(rule: Rule): string {
  if (rule.kind === 'caution' || rule.kind === 'none') return rule.why
  return rule.kind === 'column'
    ? `columns: ${Object.entries(rule.spellings)
        .map(([printed, means]) => `“${printed}” is ${means}`)
        .join(', ')}`
    : explainLesson({ ...rule, verdicts: 1 })
}

const states: Readonly<Record<string, string>> = { disabled: 'switched off', asks: 'asks a person' }

function History({ rule }: { readonly rule: Rule }) {
  const { loaded, problem } = useTable('rule_history', { vendor: rule.vendor, field: rule.field })
  return (
    <section aria-label="History">
      {problem !== '' ? (
        <p role="alert">{problem}</p>
      ) : (
        <ol class="events">
          {(loaded?.rows ?? []).map((row, index) => (
            <li key={index}>
              <time>{show('time', row.at)}</time>{' '}
              <b>{states[String(row.state)] ?? String(row.state)}</b>
              {row.by !== '' && (
                <>
                  {' '}
                  by <bdi>{String(row.by)}</bdi>
                </>
              )}
              : {String(row.why)}{' '}
              <span class="range">
                {show('count', row.verdicts)} {Number(row.verdicts) === 1 ? 'answer' : 'answers'}
              </span>
            </li>
          ))}
        </ol>
      )}
      {rule.taughtBy.length > 0 && <p class="note">Taught by</p>}
      <ul class="events">
        {rule.taughtBy.map((mark) => (
          <li key={mark}>
            <a href={`/documents/${encodeURIComponent(mark.slice(0, mark.lastIndexOf('@')))}`}>
              {mark}
            </a>
          </li>
        ))}
      </ul>
    </section>
  )
}
