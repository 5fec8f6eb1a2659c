/** The manifests of the compared versions side by side; differences stand out. */

import type { ModelVersion } from '../../connectors/http/contract/types.ts'
import { modelKey, moment } from './scores.ts'

export function MadeOf({ models }: { readonly models: readonly ModelVersion[] }) {
  const made = models.map(
    (model) =>
      new Map([
        ...facts({
          decided: moment(model.decidedAt, 'second'),
          by: model.decidedBy,
          reason: model.reason,
          bytes: model.bytes,
          ...model.manifest,
        }),
      ]),
  )
  const names = [...new Set(made.flatMap((facts) => [...facts.keys()]))]
  return (
    <>
      <h2>Made of</h2>
      <div class="wide" tabIndex={0} role="region" aria-label="Made of">
        <table class="figures">
          <thead>
            <tr>
              <th scope="col">What</th>
              {models.map((model) => (
                <th key={modelKey(model)} scope="col">
                  {modelKey(model)}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {names.map((name) => {
              const values = made.map((facts) => facts.get(name) ?? '–')
              return (
                <tr key={name} class={new Set(values).size > 1 ? 'differs' : ''}>
                  <td>{name}</td>
                  {values.map((value, i) => (
                    <td key={i} class="text" dir="auto" title={value}>
                      {value}
                    </td>
                  ))}
                </tr>
              )
            })}
          </tbody>
        </table>
      </div>
    </>
  )
}

const [deepest, longest] = [3, 300] // levels, characters of a text

/** Scalar values by path; for lists their length. */
function* facts(value: unknown, path = '', depth = 0): Generator<readonly [string, string]> {
  if (Array.isArray(value)) yield [path, `${value.length} entries`]
  else if (typeof value === 'object' && value !== null) {
    if (depth < deepest)
      for (const [name, item] of Object.entries(value))
        yield* facts(item, path === '' ? name : `${path}.${name}`, depth + 1)
  } else if (value !== null) yield [path, textOf(value)]
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value.slice(0, longest)
  return typeof value === 'number' ? String(Number(value.toPrecision(6))) : JSON.stringify(value)
}
