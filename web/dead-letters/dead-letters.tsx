/**
 * Dead letters: records that could not be processed, with the cause, and replay for those whose
 * cause is fixed.
 */

import { useEffect, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { DeadLetter } from '../../connectors/http/contract/types.ts'
import { FilterBar, useFilters } from '../shared/filters.tsx'
import { useLoaded } from '../shared/live.ts'
import { explainFailure, formatValue } from '../dashboard/table.tsx'
import { Top } from '../shared/top.tsx'

const mostShown = 500 // letters; filters find the others

export function DeadLetters() {
  const [filters, change] = useFilters()
  const [letters, setLetters] = useState<readonly DeadLetter[] | null>(null)
  const [mayDecide, setMayDecide] = useState(false)
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const [said, setSaid] = useState('')
  const load = async (): Promise<void> =>
    api.dead().then(
      (found) => setLetters(found.letters),
      (error: unknown) => setSaid(explainFailure(error)),
    )
  useLoaded(
    '',
    load,
    (name, data) =>
      name === 'stored' &&
      Array.isArray(data.topics) &&
      data.topics.some((topic) => String(topic).endsWith('.dead')),
  )
  useEffect(() => {
    api.me().then(
      ({ rights }) => setMayDecide(rights.includes('operate')),
      () => {},
    )
  }, [])
  const wanted = (letters ?? []).filter(
    (letter) =>
      (filters.stage === undefined || letter.stage === filters.stage) &&
      (filters.code === undefined || letter.code === filters.code) &&
      (filters.document === undefined || letter.documentId === filters.document),
  )
  const back = wanted.filter((letter) => letter.replayedAt === null)
  const toggle = (at: string): void =>
    setChosen(
      (before) =>
        new Set(before.has(at) ? [...before].filter((other) => other !== at) : [...before, at]),
    )
  const replay = (): void => {
    setSaid('Sending…')
    api.replay([...chosen]).then(
      ({ letters: sent }) => {
        setSaid(
          `${sent.filter(({ outcome }) => outcome === 'sent').length} of ${sent.length} sent back.`,
        )
        setChosen(new Set())
        void load()
      },
      (error: unknown) => setSaid(explainFailure(error)),
    )
  }
  return (
    <div class="plain">
      <Top page="dead" />
      <main class="broad">
        <h1>Dead letters</h1>
        <p class="note">
          A record that can’t be processed is set aside with its cause, and its neighbours go on.
          Each can be sent back once; if it fails again it becomes a new dead letter.
        </p>
        <FilterBar filters={filters} names={['stage', 'code', 'document']} onChange={change} />
        <Causes letters={wanted} onChoose={change} />
        <p role="status">{said}</p>
        {letters !== null && wanted.length === 0 && (
          <p>
            {letters.length === 0 ? 'None: every record could be processed.' : 'None of this kind.'}
          </p>
        )}
        {mayDecide && back.length > 0 && (
          <p class="actions">
            <button type="button" onClick={() => setChosen(new Set(back.map(({ at }) => at)))}>
              Choose all {back.length}
            </button>
            <button type="button" class="primary" disabled={chosen.size === 0} onClick={replay}>
              Send {chosen.size === 0 ? '' : chosen.size} back
            </button>
          </p>
        )}
        {wanted.length > 0 && (
          <DeadLetterTable
            letters={wanted.slice(0, mostShown)}
            chosen={chosen}
            onToggle={mayDecide ? toggle : null}
          />
        )}
      </main>
    </div>
  )
}

/** A filter for each distinct cause, if there are several. */
function Causes({
  letters,
  onChoose,
}: {
  readonly letters: readonly DeadLetter[]
  readonly onChoose: (cause: { readonly stage: string; readonly code: string }) => void
}) {
  const causes = [
    ...new Map(letters.map(({ stage, code }) => [`${stage} ${code}`, { stage, code }])).values(),
  ]
  if (causes.length < 2) return null
  return (
    <p class="causes">
      {causes.map(({ stage, code }) => (
        <button key={`${stage} ${code}`} type="button" onClick={() => onChoose({ stage, code })}>
          {stage}: {code}{' '}
          <span class="count">
            {letters.filter((letter) => letter.stage === stage && letter.code === code).length}
          </span>
        </button>
      ))}
    </p>
  )
}

function DeadLetterTable({
  letters,
  chosen,
  onToggle,
}: {
  readonly letters: readonly DeadLetter[]
  readonly chosen: ReadonlySet<string>
  readonly onToggle: ((at: string) => void) | null // null: this user may not send any back
}) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Dead letters">
      <table class="figures">
        <thead>
          <tr>
            {onToggle !== null && (
              <th scope="col">
                <span class="hidden">Choose</span>
              </th>
            )}
            <th scope="col">Failed</th>
            <th scope="col">Stage</th>
            <th scope="col">Cause</th>
            <th scope="col">Message</th>
            <th scope="col">Document</th>
            <th class="number" scope="col">
              Bytes
            </th>
            <th scope="col">Sent back</th>
          </tr>
        </thead>
        <tbody>
          {letters.map((letter) => (
            <tr key={letter.at}>
              {onToggle !== null && (
                <td>
                  {letter.replayedAt === null && (
                    <input
                      type="checkbox"
                      aria-label={`Choose ${letter.at}`}
                      checked={chosen.has(letter.at)}
                      onChange={() => onToggle(letter.at)}
                    />
                  )}
                </td>
              )}
              <td>{formatValue('time', letter.failedAt)}</td>
              <td>{letter.stage}</td>
              <td>
                <b>{letter.code}</b>
              </td>
              <td class="text" title={letter.message}>
                {letter.message}
              </td>
              <td class="document">
                {letter.documentId === null ? (
                  letter.at
                ) : (
                  <a href={`/documents/${encodeURIComponent(letter.documentId)}`}>
                    {letter.documentId}
                  </a>
                )}
              </td>
              <td class="number">{formatValue('count', letter.bytes)}</td>
              <td>
                {letter.replayedAt === null
                  ? failures(letter)
                  : formatValue('time', letter.replayedAt)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function failures({ replays }: DeadLetter): string {
  return replays > 0 ? `failed ${replays + 1} times` : '–'
}
