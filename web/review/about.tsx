/**
 * The header above the fields: whose document it is, why it is under review, and who answered
 * before.
 */

import type { Check } from '../../schemas/types.ts'
import type { FullTask } from '../../connectors/http/contract/types.ts'
import { documentName } from './queue.tsx'
import {
  age,
  explainCheck,
  explainIdentity,
  explainReason,
  explainReread,
  keyOfCheck,
  summariseReasons,
} from '../shared/reasons.ts'
import { find, type Session } from './session.ts'

const many = 3 // fields without evidence, from which one message covers all

/** Whether there are so few answers so far that hardly any field is trusted. */
export function lacksEvidence(task: FullTask): boolean {
  return task.reasons.filter((reason) => reason.code === 'no_evidence').length >= many
}

interface Props {
  readonly task: FullTask
  readonly session: Session
  readonly checks: readonly Check[]
  readonly onSelect: (key: string) => void
}

export function About({ task, session, checks, onSelect }: Props) {
  const general = task.reasons.filter((reason) => reason.field === null)
  const failed = checks.filter((check) => check.outcome === 'failed')
  const first = task.verdict?.reviewer ?? 'someone'
  return (
    <header>
      <h1 dir="auto" title={documentName(task)}>
        {documentName(task)}
      </h1>
      <p class="about">
        <span>{task.definition.title}</span>
        <span>{age(task.receivedAt, Date.now())}</span>
        <span
          class="identity"
          dir="auto"
          title="What is learned here applies to documents with the same identifier"
        >
          {explainIdentity(task.identity)}
        </span>
        {task.fileName !== null && task.vendor !== null && (
          <span class="file" dir="auto" title={task.fileName}>
            {task.fileName}
          </span>
        )}
      </p>
      {lacksEvidence(task) && task.state === 'open' ? (
        <p
          class="here"
          title="Until enough values have been confirmed, no field is accepted unseen"
        >
          Here because: few answers so far. <kbd>Alt A</kbd> confirms all
        </p>
      ) : (
        <p class="here">
          Here because: {summariseReasons(task.reasons) || 'someone asked'}
          {task.model === null ? '. No model has read it' : ''}
        </p>
      )}
      {task.second && (
        <p class="banner">
          A second pair of eyes: <bdi>{first}</bdi> has answered, and the amounts are for you to
          check.
        </p>
      )}
      {task.reread !== null && task.state === 'open' && (
        <p class="banner">{explainReread(task.reread.cause)}</p>
      )}
      {task.state === 'closed' && (
        <p class="banner">
          {task.verdict === null ? (
            'Nobody has to look any more: accepted when it was read again, or answered as another document.'
          ) : (
            <>
              Answered by <bdi>{first}</bdi>.
            </>
          )}{' '}
          Submitting makes revision {task.nextRevision}.
        </p>
      )}
      {general.map(explainReason).map((text) => (
        <p class="general" key={text}>
          {text}
        </p>
      ))}
      {failed.map((check) => {
        const key = keyOfCheck(check)
        const text = explainCheck(check, (field) => find(session, field)?.label ?? field)
        return (
          <p class="general" key={check.name}>
            {key === null || find(session, key) === null ? (
              text
            ) : (
              <button type="button" class="link" title="Go there" onClick={() => onSelect(key)}>
                {text}
              </button>
            )}
          </p>
        )
      })}
    </header>
  )
}
