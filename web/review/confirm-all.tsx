/** Asks once before all unsure fields are confirmed together, and says which they are. */

import { wholePercent } from '../shared/reasons.ts'
import { Dialog } from './dialogs.tsx'
import { confirmedTogether } from './editor.ts'
import type { Session } from './session.ts'

interface Props {
  readonly session: Session
  readonly onDone: () => void
  readonly onClose: () => void
}

export function ConfirmAllDialog({ session, onDone, onClose }: Props) {
  const entries = confirmedTogether(session)
  return (
    <Dialog title="Confirm all of these?" onClose={onClose}>
      <ul class="to-confirm">
        {entries.map(({ key, label, value, confidence }) => (
          <li key={key}>
            <span>{label}</span>
            <b dir="auto">{value}</b>
            <span>{wholePercent(confidence)} sure</span>
          </li>
        ))}
        {entries.length === 0 && <li>No unsure field has a value.</li>}
      </ul>
      <p class="hint">They count less as evidence than fields confirmed one by one.</p>
      <footer>
        <button type="button" onClick={onClose}>
          Cancel
        </button>
        <button
          type="button"
          class="primary"
          autoFocus
          disabled={entries.length === 0}
          onClick={onDone}
        >
          Confirm {entries.length}
        </button>
      </footer>
    </Dialog>
  )
}
