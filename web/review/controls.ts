/**
 * Focus and scrolling, done directly on the elements where waiting for a render would be too late.
 */

/**
 * Makes a value editable without waiting for a render: the next key may come within a millisecond.
 */
export function openControl(key: string, text: string | null): void {
  const control = controlOf(key)
  if (control === null) return
  control.readOnly = false
  control.focus({ preventScroll: true })
  if (text === null) return control.select()
  control.value = text
  control.setSelectionRange(text.length, text.length)
}

export function focusOn(key: string): void {
  const control = controlOf(key)
  if (control === null || control === document.activeElement) return
  control.focus({ preventScroll: true })
  control.closest('li, tr')?.scrollIntoView({ block: 'nearest' })
}

/**
 * Focuses the alert itself, not one of its buttons, so a key meant for something else does nothing.
 */
export function focusOnAlert(): void {
  document.querySelector<HTMLElement>('.trouble')?.focus({ preventScroll: true })
}

/**
 * Scrolls a single page, or one much taller than the view such as a long receipt; false if it is
 * not that tall.
 */
export function scrollTall(by: 1 | -1): boolean {
  const view = document.querySelector<HTMLElement>('.view')
  const middle = view === null ? 0 : view.scrollTop + view.clientHeight / 2
  const papers = [...(view?.querySelectorAll<HTMLElement>('.paper') ?? [])]
  const paper = papers.findLast((candidate) => candidate.offsetTop <= middle) ?? papers[0]
  if (
    view === null ||
    paper === undefined ||
    (papers.length > 1 && paper.offsetHeight < 3 * view.clientHeight)
  )
    return false
  const top = view.scrollTop
  view.scrollBy({ top: by * 0.9 * view.clientHeight })
  return view.scrollTop !== top
}

function controlOf(key: string): HTMLTextAreaElement | null {
  return document.querySelector<HTMLTextAreaElement>(`[data-key="${CSS.escape(key)}"]`)
}
