/** The list of open documents, most urgent first. */

import { useEffect, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { ListedTask, TaskList, TaskSummary } from '../../connectors/http/contract/types.ts'
import { age, summariseReasons } from '../shared/reasons.ts'

interface Props {
  readonly listing: TaskList | null
  readonly current: string | null
  readonly postponed: readonly string[]
  readonly onOpen: (documentId: string) => void
  readonly onHide: () => void
}

export function QueueList({ listing, current, postponed, onOpen, onHide }: Props) {
  const [more, setMore] = useState<{
    readonly tasks: readonly ListedTask[]
    readonly next: string | null
  } | null>(null)
  useEffect(() => setMore(null), [listing])
  const tasks = [...(listing?.tasks ?? []), ...(more?.tasks ?? [])]
  const next = more === null ? (listing?.next ?? null) : more.next
  const now = Date.now()
  const load = (): void => {
    if (next !== null)
      void api
        .list('open', next)
        .then((page) =>
          setMore({ tasks: [...(more?.tasks ?? []), ...page.tasks], next: page.next }),
        )
  }
  return (
    <nav class="queue" aria-label="Open documents">
      <header>
        <h2>Open</h2>
        <span class="count">{listing?.open ?? ''}</span>
        <button
          type="button"
          class="quiet"
          title="Hide the list (Alt Q)"
          aria-label="Hide the list"
          onClick={onHide}
        >
          «
        </button>
      </header>
      <ol>
        {tasks.map((task) => (
          <li key={task.documentId}>
            <button
              type="button"
              class={task.documentId === current ? 'current' : ''}
              aria-current={task.documentId === current ? 'true' : undefined}
              onClick={() => onOpen(task.documentId)}
            >
              <span class="name" dir="auto">
                {documentName(task)}
              </span>
              <span class="age">{age(task.receivedAt, now)}</span>
              <span class="reasons">
                {postponed.includes(task.documentId) ? 'postponed' : whyOpen(task)}
              </span>
              {task.lockedBy != null && task.documentId !== current && (
                <span class="locked">
                  open at <bdi>{task.lockedBy}</bdi>
                </span>
              )}
            </button>
          </li>
        ))}
      </ol>
      {next !== null && (
        <button type="button" class="quiet more" onClick={load}>
          Show more
        </button>
      )}
    </nav>
  )
}

function whyOpen(task: TaskSummary): string {
  return task.second ? 'second pair of eyes' : summariseReasons(task.reasons)
}

export function documentName(task: TaskSummary): string {
  return task.vendor ?? task.fileName ?? task.documentId
}
