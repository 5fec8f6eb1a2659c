/** The audit log: who did what, newest first. */

import { useEffect, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { AuditEntry } from '../../connectors/http/contract/types.ts'
import { FilterBar, useFilters } from '../shared/filters.tsx'
import { explainFailure, formatValue } from '../dashboard/table.tsx'
import { Top } from '../shared/top.tsx'

export function AuditLog() {
  const [filters, change] = useFilters()
  const [entries, setEntries] = useState<readonly AuditEntry[] | null>(null)
  const [problem, setProblem] = useState('')
  const mark = JSON.stringify(filters)
  useEffect(() => {
    api.audit(filters).then(
      (found) => setEntries(found.entries),
      (error: unknown) => setProblem(explainFailure(error)),
    )
  }, [mark])
  return (
    <div class="plain">
      <Top page="audit" />
      <main class="broad">
        <h1>Audit log</h1>
        <p class="note">
          Who did what, newest first. The whole of it is in the topic <code>audit</code>, and in the
          view <code>audit_log</code>.
        </p>
        <FilterBar filters={filters} names={['actor', 'action', 'target']} onChange={change} />
        {problem !== '' && <p role="alert">{problem}</p>}
        {entries !== null && entries.length === 0 && <p>Nothing yet.</p>}
        {entries !== null && entries.length > 0 && (
          <div class="wide" tabIndex={0} role="region" aria-label="Audit log">
            <table class="figures">
              <thead>
                <tr>
                  <th scope="col">When</th>
                  <th scope="col">Who</th>
                  <th scope="col">Role</th>
                  <th scope="col">What</th>
                  <th scope="col">Of what</th>
                  <th scope="col">More</th>
                </tr>
              </thead>
              <tbody>
                {entries.map((entry, index) => (
                  <tr key={index}>
                    <td>{formatValue('time', new Date(entry.at).toISOString())}</td>
                    <td>
                      <bdi>{entry.actor}</bdi>
                    </td>
                    <td>{entry.role ?? ''}</td>
                    <td>
                      <b>{entry.action.replace(/_/g, ' ')}</b>
                    </td>
                    <td class="document" dir="auto">
                      {entry.target ?? ''}
                    </td>
                    <td class="text">
                      {Object.entries(entry.detail)
                        .map(([name, value]) => `${name}: ${value}`)
                        .join(', ')}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
      </main>
    </div>
  )
}
