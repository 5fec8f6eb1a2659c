/** The line to find a text in, above the page. */

import { useLayoutEffect, useRef } from 'preact/hooks'
import type { Find } from './use-find.ts'

export function FindBar({ find, onClose }: { readonly find: Find; readonly onClose: () => void }) {
  const line = useRef<HTMLInputElement>(null)
  useLayoutEffect(() => line.current?.focus(), [])
  const press = (event: KeyboardEvent): void => {
    event.stopPropagation() // no key is for the fields
    if (event.key === 'Escape') onClose()
    if (event.key === 'Enter') find.step(event.shiftKey ? -1 : 1)
    if (['Escape', 'Enter'].includes(event.key) || isFind(event)) event.preventDefault()
  }
  return (
    <search class="find" onKeyDown={press}>
      <input
        ref={line}
        class="line"
        value={find.text}
        placeholder="Find on the pages"
        aria-label="Find on the pages"
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => find.setText(event.currentTarget.value)}
      />
      <span role="status">{placeOf(find)}</span>
      <button
        type="button"
        class="quiet"
        aria-label="Previous place"
        title="Previous place (Shift Enter)"
        onClick={() => find.step(-1)}
      >
        ‹
      </button>
      <button
        type="button"
        class="quiet"
        aria-label="Next place"
        title="Next place (Enter)"
        onClick={() => find.step(1)}
      >
        ›
      </button>
      <button type="button" class="quiet" aria-label="Close" title="Close (Esc)" onClick={onClose}>
        ✕
      </button>
    </search>
  )
}

const isFind = (event: KeyboardEvent): boolean =>
  (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'f'

function placeOf({ text, count, at }: Find): string {
  if (text.trim() === '') return ''
  return count === 0 ? 'nowhere' : `${at + 1} of ${count}`
}
