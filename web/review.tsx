/** The review page: the queue, the document on the desk, and the dialogs. */

import { useCallback, useEffect, useState } from 'preact/hooks'
import { setToken } from './api.ts'
import { Desk, type Asking } from './desk.tsx'
import { Ask, Keys } from './dialogs.tsx'
import { useFlow } from './flow.ts'
import { nameOf, Queue } from './queue.tsx'
import { Top } from './top.tsx'
import { Empty, Trouble } from './trouble.tsx'

const reviewerKey = 'errata.reviewer'
const queueKey = 'errata.queue'
const wideScreen = 1500 // CSS pixels from which the list is shown at first

export function Review({ documentId }: { readonly documentId: string | null }) {
  const flow = useFlow(documentId)
  const [reviewer, setReviewer] = useState(() => localStorage.getItem(reviewerKey) ?? '')
  const [asking, setAsking] = useState<Asking>(() => (reviewer === '' ? 'name' : null))
  const [queue, setQueue] = useState(() => (localStorage.getItem(queueKey) ?? String(innerWidth >= wideScreen)) === 'true')
  const toggle = useCallback((): void => setQueue((shown) => {
    localStorage.setItem(queueKey, String(!shown))
    return !shown
  }), [])
  useEffect(() => {
    if (flow.trouble?.kind === 'token') setAsking('token')
  }, [flow.trouble])
  const task = flow.shown.kind === 'task' ? flow.shown.task : null
  useEffect(() => {
    document.title = task === null ? 'Review · Errata' : `${nameOf(task)} · Errata`
  }, [task])

  return (
    <div class={`review ${queue ? 'with-queue' : ''}`}>
      <Top page="review" open={flow.listing?.open ?? null} live={flow.live} reviewer={reviewer} onReviewer={() => setAsking('name')} onKeys={() => setAsking('keys')} onQueue={toggle} />
      {queue && <Queue listing={flow.listing} current={task?.documentId ?? null} postponed={flow.postponed} onOpen={flow.open} onHide={toggle} />}
      {flow.shown.kind === 'task'
        ? <Desk key={`${flow.shown.task.documentId} ${flow.shown.openedAt}`} flow={flow} task={flow.shown.task} openedAt={flow.shown.openedAt} reviewer={reviewer} asking={asking} setAsking={setAsking} onQueue={toggle} />
        : <main class="blank"><Trouble flow={flow} />{flow.shown.kind === 'empty' ? <Empty flow={flow} /> : flow.trouble === null && <p role="status">Loading…</p>}</main>}
      {asking === 'keys' && <Keys onClose={() => setAsking(null)} />}
      {asking === 'name' && <Ask title="Who is reviewing?" label="Your name" hint="Goes with every answer, into the audit log. Kept in this browser." action="Continue" initial={reviewer} onClose={() => setAsking(null)}
        onDone={(name) => {
          localStorage.setItem(reviewerKey, name)
          setReviewer(name)
          setAsking(null)
        }} />}
      {asking === 'token' && <Ask title="Access token" label="Token" hint="The value of ERRATA_TOKEN. Kept in this tab until it is closed." action="Continue" secret onClose={() => setAsking(null)}
        onDone={(token) => {
          setToken(token)
          location.reload()
        }} />}
    </div>
  )
}
