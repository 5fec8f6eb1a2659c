/** The evidence of one version, or of two side by side. */

import type { ModelVersion } from '../../connectors/http/contract/types.ts'
import { InUse } from './in-use.tsx'
import { MadeOf } from './made-of.tsx'
import { modelKey, ofScope, score, scoreOf, signed } from './scores.ts'

export function Compared({ models }: { readonly models: readonly ModelVersion[] }) {
  const scopes = [
    ...new Set(
      models.flatMap((model) => (model.evidence?.comparisons ?? []).map(({ scope }) => scope)),
    ),
  ]
  return (
    <section>
      <h2>{models.length === 1 ? 'Evidence' : 'Compared'}</h2>
      {scopes.length === 0 ? (
        <p class="note">This version came without an evaluation.</p>
      ) : (
        <Scores models={models} scopes={scopes} />
      )}
      <MadeOf models={models} />
      <InUse models={models} />
      {models.map((model) => (
        <details key={modelKey(model)}>
          <summary>{modelKey(model)}: all that was recorded</summary>
          <pre>
            {JSON.stringify(
              { ...model, manifest: shortened(model.manifest), evidence: model.evidence },
              null,
              2,
            )}
          </pre>
        </details>
      ))}
    </section>
  )
}

function Scores({
  models,
  scopes,
}: {
  readonly models: readonly ModelVersion[]
  readonly scopes: readonly string[]
}) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Evidence">
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">On</th>
            {models.map((model) => (
              <th key={modelKey(model)} class="number" scope="col">
                {modelKey(model)}: F1
              </th>
            ))}
            {models.map((model) => (
              <th key={modelKey(model)} class="number" scope="col">
                {modelKey(model)} against its champion
              </th>
            ))}
            <th class="number" scope="col">
              Documents
            </th>
          </tr>
        </thead>
        <tbody>
          {scopes.map((scope) => (
            <tr key={scope}>
              <td>{scope}</td>
              {models.map((model) => (
                <td key={modelKey(model)} class="number">
                  {score(scoreOf(model, scope, models))}
                </td>
              ))}
              {models.map((model) => {
                const { difference = null, low = null, high = null } = ofScope(model, scope) ?? {}
                return (
                  <td key={modelKey(model)} class="number">
                    {signed(difference)}
                    {low !== null && high !== null && (
                      <span class="range">
                        {' '}
                        {signed(low)} to {signed(high)}
                      </span>
                    )}
                  </td>
                )
              })}
              <td class="number">
                {models.map((model) => ofScope(model, scope)?.documents ?? '–').join(', ')}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Cuts long lists. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value))
    return value.length > 20 ? [...value.slice(0, 20), `… ${value.length - 20} more`] : value
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shortened(item)]))
    : value
}
