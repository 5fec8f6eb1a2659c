/** How the values of the compared versions held up in review. */

import type { ModelVersion } from '../../connectors/http/contract/types.ts'
import { hrefOf } from '../shared/filters.tsx'
import { formatValue, useTable } from '../dashboard/table.tsx'
import { modelKey } from './scores.ts'

export function InUse({ models }: { readonly models: readonly ModelVersion[] }) {
  const { loaded } = useTable('models', {}, 1000)
  const rows = (loaded?.rows ?? []).filter((row) =>
    models.some((model) => modelKey(model) === row.model),
  )
  if (rows.length === 0) return null
  return (
    <>
      <h2>In use</h2>
      <div class="wide" tabIndex={0} role="region" aria-label="In use">
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">Model</th>
              <th scope="col">Seen by</th>
              <th class="number" scope="col">
                Documents
              </th>
              <th class="number" scope="col">
                Precision
              </th>
              <th class="number" scope="col">
                Recall
              </th>
              <th class="number" scope="col">
                Edits per 100
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={`${String(row.model)} ${String(row.basis)}`}>
                <td>
                  <a
                    href={hrefOf('/documents', {
                      list: 'values',
                      model: String(row.model),
                      basis: String(row.basis),
                    })}
                  >
                    {String(row.model)}
                  </a>
                </td>
                <td>{String(row.basis)}</td>
                <td class="number">{formatValue('count', row.documents)}</td>
                <td class="number">{formatValue('share', row.precision)}</td>
                <td class="number">{formatValue('share', row.recall)}</td>
                <td class="number">{formatValue('number', row.edits_per_100)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}
