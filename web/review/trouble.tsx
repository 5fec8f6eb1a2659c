/** What is said where no document can be shown, or an answer not be saved. */

import type { Flow } from './use-review-queue.ts'

export function Trouble({ flow, onRetry }: { readonly flow: Flow; readonly onRetry?: () => void }) {
  const { trouble } = flow
  if (trouble === null || trouble.kind === 'token') return null
  const isHere = flow.shown.kind === 'task'
  return (
    <div class={`trouble ${trouble.kind}`} role="alert" tabIndex={-1}>
      <p>
        {trouble.message}{' '}
        {trouble.kind === 'away' &&
          isHere &&
          onRetry !== undefined &&
          'Your answer is not saved yet, but still here.'}
      </p>
      {trouble.kind === 'locked' ? (
        <>
          <button type="button" onClick={flow.takeOver}>
            Take over
          </button>
          <button type="button" onClick={flow.next}>
            Next document
          </button>
        </>
      ) : trouble.kind === 'stale' ? (
        <>
          <button type="button" onClick={flow.reload}>
            Load it again
          </button>
          <button type="button" onClick={flow.next}>
            Next document
          </button>
        </>
      ) : (
        <button type="button" onClick={isHere && onRetry !== undefined ? onRetry : flow.reload}>
          Try again
        </button>
      )}
    </div>
  )
}

export function Empty({ flow }: { readonly flow: Flow }) {
  const nothing = flow.shown.kind === 'empty' ? flow.shown.nothing : null
  const { withOthers = [], waitForSecond = 0, notYours = 0 } = nothing ?? {}
  const others = withOthers.reduce((sum, { count }) => sum + count, 0)
  const open = nothing?.open ?? 0
  if (flow.listing?.ready === false)
    return (
      <div class="empty">
        <h1>Reading the log…</h1>
        <p>The service has just started. Documents appear in a moment.</p>
      </div>
    )
  if (open === 0) {
    return (
      <div class="empty">
        <h1>Nothing to review</h1>
        <p>The next document that needs a person appears here by itself.</p>
        <p class="send">
          Send one: drop it on <a href="/documents">Documents</a>, or
        </p>
        <pre>curl -F file=@invoice.pdf {location.origin}/documents</pre>
        {flow.mayGoBack && (
          <p class="actions">
            <button type="button" onClick={() => flow.back()}>
              ‹ Last answer
            </button>
          </p>
        )}
      </div>
    )
  }
  const postponed = flow.postponed.length > 0 && others + waitForSecond + notYours < open
  return (
    <div class="empty">
      <h1>
        {postponed
          ? `${count(flow.postponed.length, 'document')} postponed`
          : 'Nothing for you right now'}
      </h1>
      {postponed && (
        <p>You have postponed {flow.postponed.length === 1 ? 'it' : 'them'} in this tab.</p>
      )}
      {others > 0 && (
        <p>
          {count(others, 'document is', 'documents are')} with others:{' '}
          {withOthers.map(({ name, count: many }, i) => (
            <span key={name}>
              {i > 0 && ', '}
              <bdi>{name}</bdi>
              {many > 1 && ` (${many})`}
            </span>
          ))}
          . What they leave comes here by itself.
        </p>
      )}
      {waitForSecond > 0 && (
        <p>
          {count(waitForSecond, 'document waits', 'documents wait')} for a second person, since you
          gave the first answer.
        </p>
      )}
      {notYours > 0 && (
        <p>{count(notYours, 'document is', 'documents are')} outside your profiles and vendors.</p>
      )}
      <p class="actions">
        {postponed && (
          <button type="button" class="primary" onClick={flow.unpostpone}>
            Look at {flow.postponed.length === 1 ? 'it' : 'them'} again
          </button>
        )}
        {notYours > 0 && (
          <button type="button" onClick={flow.wantEverything}>
            Show me those too
          </button>
        )}
        <button type="button" onClick={flow.next}>
          Ask again
        </button>
        {flow.mayGoBack && (
          <button type="button" onClick={() => flow.back()}>
            ‹ Last answer
          </button>
        )}
      </p>
    </div>
  )
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}
