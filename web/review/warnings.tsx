/**
 * Warnings that no answer passes over: an earlier invoice like this one, sums that disagree, a sign
 * that doesn't fit the document. Each stands only where a person says so by name, and the verdict
 * keeps which did. A changed account has a question of its own: see account-change.tsx.
 */

import { useLayoutEffect, useRef, useState } from 'preact/hooks'
import type { Check, Reason } from '../../schemas/types.ts'
import { explainCheck, explainReason } from '../shared/reasons.ts'
import { Dialog } from './dialogs.tsx'

export interface Warning {
  readonly name: string // as the verdict keeps it: of the check, or duplicate:ID
  readonly text: string
  readonly answer: string // what the button says
  readonly earlier: string | null // id of the earlier document
}

/** Check → what a person says who lets it stand. */
const hardChecks: Readonly<Record<string, string>> = {
  totals_add_up: 'The totals are right',
  lines_add_up: 'The line items are right',
  sign: 'The sign is right',
}

/** `label` returns a field's label. */
export function warningsOf(
  reasons: readonly Reason[],
  checks: readonly Check[],
  label: (field: string) => string,
): Warning[] {
  const earlier = new Set(
    reasons.flatMap(({ code, detail }) => (code === 'duplicate' && detail !== null ? detail : [])),
  )
  const duplicates = [...earlier].map((id) => ({
    name: `duplicate:${id}`,
    text: explainReason({ code: 'duplicate', field: null, detail: null }),
    answer: 'It is another invoice',
    earlier: id,
  }))
  const failed = checks.flatMap((check) => {
    const answer = check.outcome === 'failed' ? hardChecks[check.name] : undefined
    if (answer === undefined) return []
    return { name: check.name, text: explainCheck(check, label), answer, earlier: null }
  })
  return [...duplicates, ...failed]
}

interface Props {
  readonly warnings: readonly Warning[]
  /** Submits with all of them accepted. */
  readonly onDone: () => void
  readonly onClose: () => void
}

export function WarningsDialog({ warnings, onDone, onClose }: Props) {
  const [accepted, setAccepted] = useState<readonly string[]>([])
  const isOpen = ({ name }: Warning): boolean => !accepted.includes(name)
  const next = warnings.find(isOpen)?.name ?? 'submit'
  const focused = useRef<HTMLButtonElement>(null)
  useLayoutEffect(() => focused.current?.focus(), [next])
  return (
    <Dialog title="Does this stand?" onClose={onClose}>
      <ul class="warnings" onKeyDown={dropRepeat}>
        {warnings.map((warning) => (
          <li key={warning.name}>
            <span>
              {warning.text}
              {warning.earlier !== null && <EarlierLink id={warning.earlier} />}
            </span>
            <button
              type="button"
              ref={warning.name === next ? focused : null}
              disabled={!isOpen(warning)}
              onClick={() => setAccepted([...accepted, warning.name])}
            >
              {isOpen(warning) ? '' : '✓ '}
              {warning.answer}
            </button>
          </li>
        ))}
      </ul>
      <p class="hint">
        The answer keeps which warnings you let stand. Esc goes back to the fields.
      </p>
      <footer onKeyDown={dropRepeat}>
        <button type="button" onClick={onClose}>
          Back
        </button>
        <button
          type="button"
          class="primary"
          ref={next === 'submit' ? focused : null}
          disabled={next !== 'submit'}
          onClick={onDone}
        >
          Submit
        </button>
      </footer>
    </Dialog>
  )
}

function EarlierLink({ id }: { readonly id: string }) {
  return (
    <>
      {': '}
      <a href={`/documents/${encodeURIComponent(id)}`} target="_blank" rel="noopener">
        the earlier one
      </a>
    </>
  )
}

/** A key held down answers nothing. */
function dropRepeat(event: KeyboardEvent): void {
  if (event.repeat && event.key !== 'Tab') event.preventDefault()
}
