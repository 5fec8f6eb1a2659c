/**
 * Reverts what a person taught since a given day: first a count of what would change, then the
 * change itself.
 */

import { useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { Reverted } from '../../connectors/http/contract/types.ts'
import { Dialog } from '../review/dialogs.tsx'
import { explainFailure } from '../dashboard/table.tsx'

interface RevertProps {
  readonly onDone: (said: string) => void
  readonly onClose: () => void
}

export function RevertDialog({ onDone, onClose }: RevertProps) {
  const [reviewer, setReviewer] = useState('')
  const [day, setDay] = useState('')
  const [why, setWhy] = useState('')
  const [counted, setCounted] = useState<Reverted | null>(null)
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const since = Date.parse(`${day}T00:00:00`) // midnight in the operator's time zone
  const isWhole = reviewer.trim() !== '' && why.trim() !== '' && Number.isFinite(since)
  const change =
    (set: (text: string) => void) =>
    (event: { readonly currentTarget: HTMLInputElement }): void => {
      set(event.currentTarget.value)
      setCounted(null) // the count was for other input
    }
  const submit = (event: Event): void => {
    event.preventDefault()
    if (!isWhole || busy) return
    setBusy(true)
    setProblem('')
    const dryRun = counted === null
    api
      .revert({ reviewer: reviewer.trim(), since, why: why.trim(), dryRun })
      .then(
        (found) =>
          dryRun
            ? setCounted(found)
            : onDone(`Taken back from ${reviewer.trim()}: ${inWords(found)}.`),
        (error: unknown) => setProblem(explainFailure(error)),
      )
      .finally(() => setBusy(false))
  }
  const action = counted === null ? 'Count' : 'Take back'
  const isNothing = counted !== null && counted.withdrawn + counted.restored + counted.rules === 0
  return (
    <Dialog title="Take back what a person taught" onClose={onClose}>
      <form onSubmit={submit} autocomplete="off">
        <label for="take-back-who">Whose answers</label>
        <input
          id="take-back-who"
          class="line"
          value={reviewer}
          autoFocus
          maxLength={200}
          onInput={change(setReviewer)}
          aria-describedby="take-back-hint"
        />
        <label for="take-back-since">Given since</label>
        <input id="take-back-since" type="date" class="line" value={day} onInput={change(setDay)} />
        <label for="take-back-why">Why</label>
        <input
          id="take-back-why"
          class="line"
          value={why}
          maxLength={500}
          onInput={change(setWhy)}
        />
        <p id="take-back-hint" class="hint">
          Rules follow at once, models with the next training. Documents that nobody else has
          answered are open again. The log keeps what was said and who took it back.
        </p>
        <p role="status">
          {isNothing && 'There is nothing to take back.'}
          {counted !== null && !isNothing && `That is ${inWords(counted)}.`}
        </p>
        {problem !== '' && <p role="alert">{problem}</p>}
        <footer>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={!isWhole || busy || isNothing}>
            {busy ? 'Reading the log …' : action}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}

function inWords({ withdrawn, restored, rules }: Reverted): string {
  const some = (count: number, one: string): string => `${count} ${one}${count === 1 ? '' : 's'}`
  const reopened = `${some(withdrawn, 'document')} open again`
  const documents = `${reopened}, ${restored} back to an earlier answer`
  const ruled = `${some(rules, 'rule')} made or switched by hand`
  return `${some(withdrawn + restored, 'answer')} (${documents}) and ${ruled}`
}
