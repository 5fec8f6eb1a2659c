/** The table of versions, with their state, who decided on it, and the buttons to decide. */

import type { ModelVersion } from '../../connectors/http/contract/types.ts'
import { modelKey, moment, ofScope, score } from './scores.ts'

/** A version to promote, or to roll back from. */
export interface ModelDecision {
  readonly key: string
  readonly rollback: boolean
}

interface Props {
  readonly models: readonly ModelVersion[]
  readonly chosen: readonly string[]
  readonly onChoose: (key: string) => void
  readonly onDecide: ((decision: ModelDecision) => void) | null // null: this user may not decide
}

const states: Readonly<Record<string, string>> = {
  candidate: 'candidate',
  champion: 'champion',
  retired: 'retired',
  refused: 'refused by the gate',
}

export function VersionTable({ models, chosen, onChoose, onDecide }: Props) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Versions">
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">
              <span class="hidden">Choose</span>
            </th>
            <th scope="col">Version</th>
            <th scope="col">State</th>
            <th scope="col">Decided</th>
            <th scope="col">By</th>
            <th scope="col">Reason</th>
            <th class="number" scope="col">
              F1, all
            </th>
            <th class="number" scope="col">
              F1, unseen vendors
            </th>
            <th scope="col">
              <span class="hidden">Decide</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {models.map((model) => (
            <tr key={modelKey(model)} class={model.state}>
              <td>
                <input
                  type="checkbox"
                  aria-label={`Choose ${modelKey(model)}`}
                  checked={chosen.includes(modelKey(model))}
                  onChange={() => onChoose(modelKey(model))}
                />
              </td>
              <td>{modelKey(model)}</td>
              <td>
                <b>{states[model.state] ?? model.state}</b>
              </td>
              <td>{moment(model.decidedAt)}</td>
              <td>
                <bdi>{model.decidedBy}</bdi>
              </td>
              <td class="text" title={model.reason}>
                {model.reason}
              </td>
              <td class="number">{score(ofScope(model, 'all')?.candidate)}</td>
              <td class="number">{score(ofScope(model, 'unseen')?.candidate)}</td>
              <td>
                <DecideButton model={model} models={models} onDecide={onDecide} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

/** Rolls back the champion if there is a version to go back to; promotes any other version. */
function DecideButton({
  model,
  models,
  onDecide,
}: Pick<Props, 'models' | 'onDecide'> & { readonly model: ModelVersion }) {
  const isChampion = model.state === 'champion'
  const isRetired = ({ name, state }: ModelVersion): boolean =>
    name === model.name && state === 'retired'
  if (onDecide === null || (isChampion && !models.some(isRetired))) return null
  return (
    <button type="button" onClick={() => onDecide({ key: modelKey(model), rollback: isChampion })}>
      {isChampion ? 'Roll back' : 'Promote'}
    </button>
  )
}
