/**
 * Focus and scrolling of the review page, done to the elements themselves where drawing again would
 * come too late.
 */

/**
 * Makes a value editable at once, without waiting for the next drawing: a second key may follow
 * within a millisecond.
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
 * On the news of a trouble, and not on a button of it: a key that was meant for something else does
 * nothing there.
 */
export function focusOnAlert(): void {
  document.querySelector<HTMLElement>('.trouble')?.focus({ preventScroll: true })
}

/**
 * A single page, or one much taller than the view such as a long receipt, is scrolled through;
 * false where it isn't so tall.
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
