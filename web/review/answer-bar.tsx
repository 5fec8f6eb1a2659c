/** The bar below the fields: what the answer teaches, the status, and the buttons. */

import type { FullTask } from '../../connectors/http/contract/types.ts'
import type { Answering } from './answering.ts'
import { Lessons } from './lessons.tsx'
import * as sessions from './session.ts'
import { TroubleAlert } from './trouble.tsx'
import type { Submit } from './use-submit.ts'
import type { ReviewQueue } from './use-review-queue.ts'
import type { PageWords } from './words.ts'

interface Props {
  readonly queue: ReviewQueue
  readonly task: FullTask
  readonly words: PageWords
  readonly answering: Answering
  readonly status: string
  readonly mayAnswer: boolean
  readonly submit: Submit
  readonly isWarned: boolean // that fields are unsure
  readonly onReject: () => void
}

export function AnswerBar(props: Props) {
  const { queue, task, words, answering, status, mayAnswer, submit } = props
  const { session, lessons, change } = answering
  const changed = session.fields.filter(
    (entry) => sessions.isChanged(task, entry) && entry.problem === null,
  )
  const { unsure } = sessions.openQuestions(session)
  return (
    <footer>
      <TroubleAlert queue={queue} onRetry={submit.retry} />
      {mayAnswer && (
        <Lessons
          session={session}
          words={words}
          name={
            task.vendor ?? sessions.find(session, 'seller_name')?.value ?? 'documents like this one'
          }
          lessons={lessons}
          changed={changed}
          onDecline={(field) => change((now) => sessions.decline(now, field))}
        />
      )}
      <div class="state">
        <p class="status" role="status" aria-live="polite">
          {stateOf(queue, status, unsure)}
        </p>
        {queue.saving && <p class="saving">Saving the one before…</p>}
        {queue.mayGoBack && (
          <button
            type="button"
            class="quiet"
            title="Back to the one answered before (Alt P)"
            onClick={() => queue.back()}
          >
            ‹ Last answer
          </button>
        )}
      </div>
      {mayAnswer ? (
        <Actions {...props} />
      ) : (
        <div class="actions">
          <button type="button" onClick={() => queue.postpone()}>
            Next document
          </button>
        </div>
      )}
    </footer>
  )
}

function stateOf(queue: ReviewQueue, status: string, unsure: number): string {
  if (queue.busy) return 'Saving…'
  if (queue.leaving) return 'Opening…'
  if (status !== '') return status
  return unsure > 0 ? `${unsure} to check` : 'All settled'
}

function Actions({ queue, task, answering, submit, isWarned, onReject }: Props) {
  const isOpen = task.state === 'open'
  return (
    <div class="actions" inert={queue.leaving}>
      <button type="button" title="Reject, with a reason (Alt R)" onClick={onReject}>
        Reject
      </button>
      <button
        type="button"
        title={isOpen ? 'Postpone (Alt S)' : 'Leave the answer as it is (Alt S)'}
        onClick={() => queue.postpone()}
      >
        {isOpen ? 'Postpone' : 'Leave'}
      </button>
      {isWarned && sessions.openQuestions(answering.session).unsure > 0 && (
        <button
          type="button"
          title="Submit although fields are unsure (Ctrl Shift Enter)"
          disabled={queue.busy}
          onClick={submit.submitAnyway}
        >
          Anyway <kbd>Ctrl ⇧ ↵</kbd>
        </button>
      )}
      <button
        type="button"
        class="primary"
        title="Submit and open the next (Ctrl Enter)"
        disabled={queue.busy}
        onClick={submit.submit}
      >
        {queue.busy ? 'Saving…' : 'Submit'} <kbd>Ctrl ↵</kbd>
      </button>
    </div>
  )
}
