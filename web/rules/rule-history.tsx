/** The history of a rule, and the answers that taught it. */

import type { Rule } from '../../schemas/types.ts'
import { formatValue, useTable } from '../dashboard/table.tsx'

const states: Readonly<Record<string, string>> = { disabled: 'switched off', asks: 'asks a person' }

export function RuleHistory({ rule }: { readonly rule: Rule }) {
  const { loaded, problem } = useTable('rule_history', { vendor: rule.vendor, field: rule.field })
  return (
    <section aria-label="History">
      {problem !== '' && <p role="alert">{problem}</p>}
      {problem === '' && (
        <ol class="events">
          {(loaded?.rows ?? []).map((row, index) => (
            <li key={index}>
              <time>{formatValue('time', row.at)}</time>{' '}
              <b>{states[String(row.state)] ?? String(row.state)}</b>
              {row.by !== '' && (
                <>
                  {' '}
                  by <bdi>{String(row.by)}</bdi>
                </>
              )}
              : {String(row.why)}{' '}
              <span class="range">
                {formatValue('count', row.verdicts)}{' '}
                {Number(row.verdicts) === 1 ? 'answer' : 'answers'}
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
