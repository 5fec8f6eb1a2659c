/** Messages shown when no document can be shown or an answer can't be saved. */

import type { EmptyQueue } from '../../connectors/http/contract/types.ts'
import type { ReviewTrouble } from './troubles.ts'
import type { ReviewQueue } from './use-review-queue.ts'

type TroubleKind = ReviewTrouble['kind']

export function TroubleAlert({
  queue,
  onRetry,
}: {
  readonly queue: ReviewQueue
  readonly onRetry?: () => void
}) {
  const { trouble } = queue
  if (trouble === null || trouble.kind === 'token') return null
  const isHere = queue.shown.kind === 'task'
  return (
    <div class={`trouble ${trouble.kind}`} role="alert" tabIndex={-1}>
      <p>
        {trouble.message}{' '}
        {trouble.kind === 'away' &&
          isHere &&
          onRetry !== undefined &&
          'Your answer is not saved yet, but still here.'}
      </p>
      <Remedies queue={queue} kind={trouble.kind} onRetry={onRetry} />
    </div>
  )
}

function Remedies({
  queue,
  kind,
  onRetry,
}: {
  readonly queue: ReviewQueue
  readonly kind: TroubleKind
  readonly onRetry: (() => void) | undefined
}) {
  if (kind === 'locked' || kind === 'stale') {
    const isLocked = kind === 'locked'
    return (
      <>
        <button type="button" onClick={isLocked ? queue.takeOver : queue.reload}>
          {isLocked ? 'Take over' : 'Load it again'}
        </button>
        <button type="button" onClick={queue.next}>
          Next document
        </button>
      </>
    )
  }
  const isHere = queue.shown.kind === 'task'
  return (
    <button type="button" onClick={isHere && onRetry !== undefined ? onRetry : queue.reload}>
      Try again
    </button>
  )
}

export function EmptyScreen({ queue }: { readonly queue: ReviewQueue }) {
  const nothing = queue.shown.kind === 'empty' ? queue.shown.nothing : null
  if (queue.listing?.ready === false)
    return (
      <div class="empty">
        <h1>Reading the log…</h1>
        <p>The service has just started. Documents appear in a moment.</p>
      </div>
    )
  return nothing === null || nothing.open === 0 ? (
    <NothingOpen queue={queue} />
  ) : (
    <NothingFree queue={queue} nothing={nothing} />
  )
}

/** A link to what nobody is asked about: mistyped, or accepted without a person. */
export function UnknownScreen({
  queue,
  documentId,
}: {
  readonly queue: ReviewQueue
  readonly documentId: string
}) {
  return (
    <div class="empty">
      <h1>Nothing to review under this link</h1>
      <p>
        No task belongs to <code>{documentId}</code>. The document may have been accepted without a
        person, be on its way, or not exist.
      </p>
      <p class="actions">
        <a class="button" href={`/documents/${encodeURIComponent(documentId)}`}>
          Look for the document
        </a>
        <button type="button" onClick={queue.next}>
          Next document to review
        </button>
      </p>
    </div>
  )
}

function NothingOpen({ queue }: { readonly queue: ReviewQueue }) {
  return (
    <div class="empty">
      <h1>Nothing to review</h1>
      <p>The next document that needs a person appears here by itself.</p>
      <p class="send">
        Send one: drop it on <a href="/documents">Documents</a>, or
      </p>
      <pre>curl -F file=@invoice.pdf {location.origin}/documents</pre>
      {queue.mayGoBack && (
        <p class="actions">
          <LastAnswer queue={queue} />
        </p>
      )}
    </div>
  )
}

/** Documents are open, but postponed, with other people, or not for this user. */
function NothingFree({
  queue,
  nothing,
}: {
  readonly queue: ReviewQueue
  readonly nothing: EmptyQueue
}) {
  const { open, withOthers, waitForSecond, notYours } = nothing
  const others = withOthers.reduce((sum, { count: many }) => sum + many, 0)
  const postponed = queue.postponed.length > 0 && others + waitForSecond + notYours < open
  const them = queue.postponed.length === 1 ? 'it' : 'them'
  return (
    <div class="empty">
      <h1>
        {postponed
          ? `${count(queue.postponed.length, 'document')} postponed`
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
          <button type="button" class="primary" onClick={queue.unpostpone}>
            Look at {them} again
          </button>
        )}
        {notYours > 0 && (
          <button type="button" onClick={queue.wantEverything}>
            Show me those too
          </button>
        )}
        <button type="button" onClick={queue.next}>
          Ask again
        </button>
        {queue.mayGoBack && <LastAnswer queue={queue} />}
      </p>
    </div>
  )
}

function WithOthers({
  withOthers,
  others,
}: {
  readonly withOthers: EmptyQueue['withOthers']
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
      . Documents they leave appear here by themselves.
    </p>
  )
}

function LastAnswer({ queue }: { readonly queue: ReviewQueue }) {
  return (
    <button type="button" onClick={() => queue.back()}>
      ‹ Last answer
    </button>
  )
}

function count(number: number, one: string, many = `${one}s`): string {
  return `${number} ${number === 1 ? one : many}`
}
