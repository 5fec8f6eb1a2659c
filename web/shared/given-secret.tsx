/** A token or password that is shown this once. */

import { useState } from 'preact/hooks'

export function GivenSecret({
  label,
  secret,
  onClose,
}: {
  readonly label: string
  readonly secret: string
  readonly onClose: () => void
}) {
  const [said, setSaid] = useState('')
  const copy = (): void => {
    navigator.clipboard.writeText(secret).then(
      () => setSaid('Copied.'),
      () => setSaid('This browser doesn’t allow copying: select the text instead.'),
    )
  }
  return (
    <div class="given" role="group" aria-label={label}>
      <p>{label}, shown this once:</p>
      <p>
        <code>{secret}</code>
      </p>
      <p class="actions">
        <button type="button" class="primary" onClick={copy}>
          Copy
        </button>
        <button type="button" onClick={onClose}>
          Done
        </button>
        <span role="status">{said}</span>
      </p>
    </div>
  )
}
