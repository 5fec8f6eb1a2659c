/** Model versions with the evidence that decided on them: look, compare two, promote, roll back. */

import { useEffect, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { Comparison, ModelVersion } from '../shared/api-types.ts'
import { Ask } from '../review/dialogs.tsx'
import { hrefOf } from '../shared/filters.tsx'
import { useLoaded } from '../shared/live.ts'
import { explainFailure, show, useTable } from '../dashboard/table.tsx'
import { Top } from '../shared/top.tsx'
import { TrainerNow } from './trainer.tsx'

const keyOf = (model: ModelVersion): string => `${model.name}/${model.version}`
const score = (value: number | null | undefined): string =>
  value === null || value === undefined ? '–' : (100 * value).toFixed(1)
const signed = (value: number | null): string =>
  value === null ? '–' : `${value > 0 ? '+' : ''}${(100 * value).toFixed(1)}`
const states: Readonly<Record<string, string>> = {
  candidate: 'candidate',
  champion: 'champion',
  retired: 'retired',
  refused: 'refused by the gate',
}

export function Models() {
  const [models, setModels] = useState<readonly ModelVersion[] | null>(null)
  const [mayDecide, setMayDecide] = useState(false)
  const [chosen, setChosen] = useState<readonly string[]>([])
  const [asking, setAsking] = useState<{ readonly key: string; readonly rollback: boolean } | null>(
    null,
  )
  const [said, setSaid] = useState('')
  useLoaded(
    '',
    async () =>
      api.models().then(
        ({ models: found }) => setModels(found),
        (error: unknown) => setSaid(explainFailure(error)),
      ),
    (name) => name === 'models',
  )
  useEffect(() => {
    api.me().then(
      ({ role }) => setMayDecide(role === 'operator'),
      () => {},
    )
  }, [])
  const choose = (key: string): void =>
    setChosen((before) =>
      before.includes(key) ? before.filter((other) => other !== key) : [...before.slice(-1), key],
    )
  const decide = (why: string): void => {
    if (asking === null) return
    const name = asking.key.slice(0, asking.key.lastIndexOf('/'))
    void (asking.rollback ? api.rollback(name, why) : api.promote(asking.key, why)).then(
      ({ champion }) => setSaid(`${champion} is the champion now.`), // the table follows the log
      (error: unknown) => setSaid(explainFailure(error)),
    )
    setAsking(null)
  }
  const shown = (models ?? []).filter((model) => chosen.includes(keyOf(model)))
  return (
    <div class="plain">
      <Top page="models" />
      <main class="broad">
        <h1>Models</h1>
        <p class="note">
          A version becomes the champion when the gate has seen it to be no worse on documents that
          neither had in training. Choose one for its evidence, two to compare them.
        </p>
        <p role="status">{said}</p>
        <TrainerNow />
        {models !== null && models.length === 0 && (
          <p>No model was published yet: the first one comes with the first training.</p>
        )}
        {models !== null && models.length > 0 && (
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
                  <tr key={keyOf(model)} class={model.state}>
                    <td>
                      <input
                        type="checkbox"
                        aria-label={`Choose ${keyOf(model)}`}
                        checked={chosen.includes(keyOf(model))}
                        onChange={() => choose(keyOf(model))}
                      />
                    </td>
                    <td>{keyOf(model)}</td>
                    <td>
                      <b>{states[model.state] ?? model.state}</b>
                    </td>
                    <td>
                      {new Date(model.decidedAt).toISOString().slice(0, 16).replace('T', ' ')}
                    </td>
                    <td>
                      <bdi>{model.decidedBy}</bdi>
                    </td>
                    <td class="text" title={model.reason}>
                      {model.reason}
                    </td>
                    <td class="number">{score(ofScope(model, 'all')?.candidate)}</td>
                    <td class="number">{score(ofScope(model, 'unseen')?.candidate)}</td>
                    <td>
                      {mayDecide &&
                        (model.state === 'champion' ? (
                          models.some(
                            ({ name, state }) => name === model.name && state === 'retired',
                          ) && (
                            <button
                              type="button"
                              onClick={() => setAsking({ key: keyOf(model), rollback: true })}
                            >
                              Roll back
                            </button>
                          )
                        ) : (
                          <button
                            type="button"
                            onClick={() => setAsking({ key: keyOf(model), rollback: false })}
                          >
                            Promote
                          </button>
                        ))}
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
        )}
        {shown.length > 0 && <Compared models={shown} />}
      </main>
      {asking !== null && (
        <Ask
          title={asking.rollback ? `Roll back ${asking.key}` : `Promote ${asking.key}`}
          label="Why"
          action={asking.rollback ? 'Roll back' : 'Promote'}
          hint="Kept in the log, with your name. Extractors change over between two documents."
          onClose={() => setAsking(null)}
          onDone={decide}
        />
      )}
    </div>
  )
}

function ofScope(model: ModelVersion, scope: string): Comparison | undefined {
  return model.evidence?.comparisons?.find((comparison) => comparison.scope === scope)
}

/**
 * Of one that the other was judged against: how it did in that very comparison, on the same
 * documents.
 */
function scoreOf(
  model: ModelVersion,
  scope: string,
  models: readonly ModelVersion[],
): number | null {
  const judge = models.find(({ manifest }) => manifest?.parent === keyOf(model))
  const { documents = 0, candidate = null, champion = null } = ofScope(judge ?? model, scope) ?? {}
  return documents === 0 ? null : judge === undefined ? candidate : champion
}

function Compared({ models }: { readonly models: readonly ModelVersion[] }) {
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
        <div class="wide" tabIndex={0} role="region" aria-label="Evidence">
          <table class="figures">
            <thead>
              <tr>
                <th scope="col">On</th>
                {models.map((model) => (
                  <th key={keyOf(model)} class="number" scope="col">
                    {keyOf(model)}: F1
                  </th>
                ))}
                {models.map((model) => (
                  <th key={keyOf(model)} class="number" scope="col">
                    {keyOf(model)} against its champion
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
                    <td key={keyOf(model)} class="number">
                      {score(scoreOf(model, scope, models))}
                    </td>
                  ))}
                  {models.map((model) => {
                    const {
                      difference = null,
                      low = null,
                      high = null,
                    } = ofScope(model, scope) ?? {}
                    return (
                      <td key={keyOf(model)} class="number">
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
      )}
      <Side models={models} />
      <InUse models={models} />
      {models.map((model) => (
        <details key={keyOf(model)}>
          <summary>{keyOf(model)}: all that was recorded</summary>
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

/** What each is made of, side by side; what differs stands out. */
function Side({ models }: { readonly models: readonly ModelVersion[] }) {
  const made = models.map(
    (model) =>
      new Map([
        ...facts({
          decided: new Date(model.decidedAt).toISOString().slice(0, 19).replace('T', ' '),
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
                <th key={keyOf(model)} scope="col">
                  {keyOf(model)}
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

/** Single values, by their path; lists by their length. */
function* facts(value: unknown, path = '', depth = 0): Generator<readonly [string, string]> {
  if (Array.isArray(value)) yield [path, `${value.length} entries`]
  else if (typeof value === 'object' && value !== null) {
    if (depth < deepest)
      for (const [name, item] of Object.entries(value))
        yield* facts(item, path === '' ? name : `${path}.${name}`, depth + 1)
  } else if (value !== null)
    yield [
      path,
      typeof value === 'number'
        ? String(Number(value.toPrecision(6)))
        : String(value).slice(0, longest),
    ]
}

/** How their values fared with people. */
function InUse({ models }: { readonly models: readonly ModelVersion[] }) {
  const { loaded } = useTable('models', {}, 1000)
  const rows = (loaded?.rows ?? []).filter((row) =>
    models.some((model) => keyOf(model) === row.model),
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
                <td class="number">{show('count', row.documents)}</td>
                <td class="number">{show('share', row.precision)}</td>
                <td class="number">{show('share', row.recall)}</td>
                <td class="number">{show('number', row.edits_per_100)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

/** Without lists that go on for ever. */
function shortened(value: unknown): unknown {
  if (Array.isArray(value))
    return value.length > 20 ? [...value.slice(0, 20), `… ${value.length - 20} more`] : value
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([name, item]) => [name, shortened(item)]))
    : value
}
