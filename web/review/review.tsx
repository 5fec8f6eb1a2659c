/** The review page: the queue, the document on the desk, and the dialogs. */

import { useCallback, useEffect, useState } from 'preact/hooks'
import { api, ApiError, hasToken, loginProblem, logOut, setToken } from '../shared/api.ts'
import type { Me } from '../shared/api-types.ts'
import { Desk, type Asking } from './review-document.tsx'
import { Ask, Keys } from './dialogs.tsx'
import { useFlow } from './use-review-queue.ts'
import { nameOf, Queue } from './queue.tsx'
import { Top } from '../shared/top.tsx'
import { Empty, Trouble } from './trouble.tsx'
import { begin, type Begun } from './prefetch.ts'

const reviewerKey = 'errata.reviewer'
const queueKey = 'errata.queue'
const wideScreen = 1500 // CSS pixels from which the list is shown at first

const nobody: Me = { name: null, role: 'reader', kind: 'unknown', profiles: [], vendors: [] }

/**
 * Finds out who this is, since what there is to do depends on it, and asks for the first document
 * meanwhile.
 */
export function Review({ documentId }: { readonly documentId: string | null }) {
  const [me, setMe] = useState<Me | null>(null)
  const [login, setLogin] = useState<string | null>(null)
  const [begun] = useState(() => begin(documentId, localStorage.getItem(reviewerKey) ?? ''))
  useEffect(() => {
    api.me().then(setMe, (error: unknown) => {
      if (error instanceof ApiError && typeof error.body.login === 'string')
        setLogin(error.body.login)
      setMe(nobody) // the flow meets the same trouble and says so
    })
  }, [])
  return me === null ? null : <Desks documentId={documentId} me={me} login={login} begun={begun} />
}

function Desks({
  documentId,
  me,
  login,
  begun,
}: {
  readonly documentId: string | null
  readonly me: Me
  readonly login: string | null
  readonly begun: Begun
}) {
  const [reviewer, setReviewer] = useState(() => me.name ?? localStorage.getItem(reviewerKey) ?? '')
  const mayAnswer = me.role !== 'reader'
  const [asking, setAsking] = useState<Asking>(() => (reviewer === '' && mayAnswer ? 'name' : null))
  const [queue, setQueue] = useState(
    () => (localStorage.getItem(queueKey) ?? String(innerWidth >= wideScreen)) === 'true',
  )
  const flow = useFlow(documentId, reviewer, mayAnswer, queue, begun)
  const toggle = useCallback(
    (): void =>
      setQueue((shown) => {
        localStorage.setItem(queueKey, String(!shown))
        return !shown
      }),
    [],
  )
  useEffect(() => {
    if (flow.trouble?.kind === 'token') setAsking('token')
  }, [flow.trouble])
  const task = flow.shown.kind === 'task' ? flow.shown.task : null
  useEffect(() => {
    document.title = task === null ? 'Review · Errata' : `${nameOf(task)} · Errata`
  }, [task])

  return (
    <div class={`review ${queue ? 'with-queue' : ''}`}>
      <Top
        page="review"
        open={flow.listing?.open ?? null}
        live={flow.live}
        reviewer={reviewer}
        role={me.role}
        {...(me.kind === 'user' ? { onLogout: logOut } : {})}
        {...(me.name === null && mayAnswer ? { onReviewer: () => setAsking('name') } : {})}
        onKeys={() => setAsking('keys')}
        onQueue={toggle}
      />
      {queue && (
        <Queue
          listing={flow.listing}
          current={task?.documentId ?? null}
          postponed={flow.postponed}
          onOpen={flow.open}
          onHide={toggle}
        />
      )}
      {flow.shown.kind === 'task' ? (
        <Desk
          key={`${flow.shown.task.documentId} ${flow.shown.openedAt}`}
          flow={flow}
          task={flow.shown.task}
          openedAt={flow.shown.openedAt}
          unsaved={flow.shown.unsaved}
          notice={flow.shown.notice}
          reviewer={reviewer}
          mayAnswer={mayAnswer}
          asking={asking}
          setAsking={setAsking}
          onQueue={toggle}
        />
      ) : (
        <main class="blank">
          <Trouble flow={flow} />
          {flow.shown.kind === 'empty' ? (
            <Empty flow={flow} />
          ) : (
            flow.trouble === null && <p role="status">Loading…</p>
          )}
        </main>
      )}
      <Dialogs
        asking={asking}
        setAsking={setAsking}
        reviewer={reviewer}
        setReviewer={setReviewer}
        login={login}
      />
    </div>
  )
}

interface DialogsProps {
  readonly asking: Asking
  readonly setAsking: (asking: Asking) => void
  readonly reviewer: string
  readonly setReviewer: (name: string) => void
  readonly login: string | null
}

function Dialogs({ asking, setAsking, reviewer, setReviewer, login }: DialogsProps) {
  return (
    <>
      {asking === 'keys' && <Keys onClose={() => setAsking(null)} />}
      {asking === 'name' && (
        <Ask
          title="Who is reviewing?"
          label="Your name"
          hint="Goes with every answer, into the audit log. Kept in this browser."
          action="Continue"
          initial={reviewer}
          onClose={() => setAsking(null)}
          onDone={(name) => {
            localStorage.setItem(reviewerKey, name)
            setReviewer(name)
            setAsking(null)
          }}
        />
      )}
      {asking === 'token' && (
        <Ask
          title="Access token"
          label="Token"
          hint={tokenHint()}
          link={login === null ? null : { href: login, text: 'Log in' }}
          action="Continue"
          secret
          onClose={() => setAsking(null)}
          onDone={(token) => {
            setToken(token)
            location.reload()
          }}
        />
      )}
    </>
  )
}

function tokenHint(): string {
  if (loginProblem === 'late') return 'The login took too long: please try again.'
  if (loginProblem !== null) return 'The login was refused.'
  const known = hasToken() ? 'This one is not known, or no longer. ' : ''
  return `${known}Yours, or the value of ERRATA_TOKEN. Kept in this tab until it is closed.`
}
