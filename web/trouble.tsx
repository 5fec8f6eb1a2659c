/** What is said where no document can be shown, or an answer not be saved. */

import type { Flow } from './flow.ts'

export function Trouble({ flow, onRetry }: { readonly flow: Flow; readonly onRetry?: () => void }) {
  const { trouble } = flow
  if (trouble === null || trouble.kind === 'token') return null
  const isHere = flow.shown.kind === 'task'
  return (
    <div class={`trouble ${trouble.kind}`} role="alert">
      <p>{trouble.message} {trouble.kind === 'away' && isHere && onRetry !== undefined && 'Your answer is not saved yet, but still here.'}</p>
      {trouble.kind === 'stale'
        ? <><button type="button" onClick={flow.reload}>Load it again</button><button type="button" onClick={flow.next}>Next document</button></>
        : <button type="button" onClick={isHere && onRetry !== undefined ? onRetry : flow.reload}>Try again</button>}
    </div>
  )
}

export function Empty({ flow }: { readonly flow: Flow }) {
  const open = flow.listing?.open ?? 0
  const waiting = flow.postponed.length > 0 && open > 0
  if (flow.listing?.ready === false) return <div class="empty"><h1>Reading the log…</h1><p>The service has just started. Documents appear in a moment.</p></div>
  return (
    <div class="empty">
      <h1>{waiting ? `${open} postponed` : 'Nothing to review'}</h1>
      {waiting
        ? <><p>Every open document has been postponed in this tab.</p><button type="button" class="primary" onClick={flow.unpostpone}>Look at them again</button></>
        : <><p>The next document that needs a person appears here by itself.</p><p class="send">Send one: drop it on <a href="/documents">Documents</a>, or</p>
          <pre>curl -F file=@invoice.pdf {location.origin}/documents</pre></>}
    </div>
  )
}
