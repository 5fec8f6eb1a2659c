/** What is said where no document can be shown, or an answer not be saved. */

import type { Nothing } from '../shared/api-types.ts'
import type { Trouble as TroubleValue } from './troubles.ts'
import type { Flow } from './use-review-queue.ts'

type TroubleKind = TroubleValue['kind']

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
      <Remedies flow={flow} kind={trouble.kind} onRetry={onRetry} />
    </div>
  )
}

function Remedies({
  flow,
  kind,
  onRetry,
}: {
  readonly flow: Flow
  readonly kind: TroubleKind
  readonly onRetry: (() => void) | undefined
}) {
  if (kind === 'locked' || kind === 'stale') {
    const isLocked = kind === 'locked'
    return (
      <>
        <button type="button" onClick={isLocked ? flow.takeOver : flow.reload}>
          {isLocked ? 'Take over' : 'Load it again'}
        </button>
        <button type="button" onClick={flow.next}>
          Next document
        </button>
      </>
    )
  }
  const isHere = flow.shown.kind === 'task'
  return (
    <button type="button" onClick={isHere && onRetry !== undefined ? onRetry : flow.reload}>
      Try again
    </button>
  )
}

export function Empty({ flow }: { readonly flow: Flow }) {
  const nothing = flow.shown.kind === 'empty' ? flow.shown.nothing : null
  if (flow.listing?.ready === false)
    return (
      <div class="empty">
        <h1>Reading the log…</h1>
        <p>The service has just started. Documents appear in a moment.</p>
      </div>
    )
  return nothing === null || nothing.open === 0 ? (
    <NothingOpen flow={flow} />
  ) : (
    <NothingFree flow={flow} nothing={nothing} />
  )
}

function NothingOpen({ flow }: { readonly flow: Flow }) {
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
          <LastAnswer flow={flow} />
        </p>
      )}
    </div>
  )
}

/** Documents are open, but postponed, with others, or not for this person. */
function NothingFree({ flow, nothing }: { readonly flow: Flow; readonly nothing: Nothing }) {
  const { open, withOthers, waitForSecond, notYours } = nothing
  const others = withOthers.reduce((sum, { count: many }) => sum + many, 0)
  const postponed = flow.postponed.length > 0 && others + waitForSecond + notYours < open
  const them = flow.postponed.length === 1 ? 'it' : 'them'
  return (
    <div class="empty">
      <h1>
        {postponed
          ? `${count(flow.postponed.length, 'document')} postponed`
          : 'Nothing for you right now'}
      </h1>
      {postponed && <p>You have postponed {them} in this tab.</p>}
      {others > 0 && <WithOthers withOthers={withOthers} others={others} />}
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
            Look at {them} again
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
        {flow.mayGoBack && <LastAnswer flow={flow} />}
      </p>
    </div>
  )
}

function WithOthers({
  withOthers,
  others,
}: {
  readonly withOthers: Nothing['withOthers']
  readonly others: number
}) {
  return (
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
  )
}

function LastAnswer({ flow }: { readonly flow: Flow }) {
  return (
    <button type="button" onClick={() => flow.back()}>
      ‹ Last answer
    </button>
  )
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}
