/** The review page: the list, the document under review, and the dialogs. */

import { useCallback, useEffect, useState } from 'preact/hooks'
import { api, goToLogin } from '../shared/api.ts'
import type { CurrentUser } from '../../connectors/http/contract/types.ts'
import { ReviewDocument, type DialogName } from './review-document.tsx'
import { AskDialog, KeysDialog } from './dialogs.tsx'
import { useReviewQueue, type ReviewQueue } from './use-review-queue.ts'
import { documentName, QueueList } from './queue.tsx'
import { reviewerKey } from '../shared/current-user.ts'
import { Top } from '../shared/top.tsx'
import { EmptyScreen, TroubleAlert, UnknownScreen } from './trouble.tsx'
import { requestFirst, type FirstRequest } from './prefetch.ts'

const queueKey = 'errata.queue'
const wideScreen = 1500 // CSS pixels: the list is shown by default from this width

/** Who the server does not say who they are. */
const nobody: CurrentUser = {
  name: null,
  role: 'reader',
  kind: 'service',
  profiles: [],
  vendors: [],
  rights: [],
  login: null,
  mustChangePassword: false,
}

/**
 * Fetches who the user is, which decides what there is to review, and requests the first document
 * in parallel.
 */
export function Review({ documentId }: { readonly documentId: string | null }) {
  const [me, setMe] = useState<CurrentUser | null>(null)
  const [firstRequest] = useState(() =>
    requestFirst(documentId, localStorage.getItem(reviewerKey) ?? ''),
  )
  useEffect(() => {
    // the queue meets the same error and shows it
    api.me().then(setMe, () => setMe(nobody))
  }, [])
  return me === null ? null : (
    <ReviewPage documentId={documentId} me={me} firstRequest={firstRequest} />
  )
}

function ReviewPage({
  documentId,
  me,
  firstRequest,
}: {
  readonly documentId: string | null
  readonly me: CurrentUser
  readonly firstRequest: FirstRequest
}) {
  const [reviewer, setReviewer] = useState(() => me.name ?? localStorage.getItem(reviewerKey) ?? '')
  const mayAnswer = me.rights.includes('answer')
  const [dialog, setDialog] = useState<DialogName>(() =>
    reviewer === '' && mayAnswer ? 'name' : null,
  )
  const [isListShown, setListShown] = useState(
    () => (localStorage.getItem(queueKey) ?? String(innerWidth >= wideScreen)) === 'true',
  )
  const queue = useReviewQueue(documentId, reviewer, mayAnswer, isListShown, firstRequest)
  const toggle = useCallback(
    (): void =>
      setListShown((shown) => {
        localStorage.setItem(queueKey, String(!shown))
        return !shown
      }),
    [],
  )
  useEffect(() => {
    // what was typed is kept: see drafts.ts
    if (queue.trouble?.kind === 'token') goToLogin()
  }, [queue.trouble])
  const task = queue.shown.kind === 'task' ? queue.shown.task : null
  useEffect(() => {
    document.title = task === null ? 'Review · Errata' : `${documentName(task)} · Errata`
  }, [task])

  return (
    <div class={`review ${isListShown ? 'with-queue' : ''}`}>
      <Top
        page="review"
        open={queue.listing?.open ?? null}
        live={queue.live}
        reviewer={reviewer}
        {...(me.name === null && mayAnswer ? { onReviewer: () => setDialog('name') } : {})}
        onKeys={() => setDialog('keys')}
        onQueue={toggle}
      />
      {isListShown && (
        <QueueList
          listing={queue.listing}
          current={task?.documentId ?? null}
          postponed={queue.postponed}
          onOpen={queue.open}
          onHide={toggle}
        />
      )}
      {queue.shown.kind === 'task' ? (
        <ReviewDocument
          key={`${queue.shown.task.documentId} ${queue.shown.openedAt}`}
          queue={queue}
          task={queue.shown.task}
          openedAt={queue.shown.openedAt}
          unsaved={queue.shown.unsaved}
          notice={queue.shown.notice}
          reviewer={reviewer}
          mayAnswer={mayAnswer}
          dialog={dialog}
          setDialog={setDialog}
          onQueue={toggle}
        />
      ) : (
        <BlankScreen queue={queue} />
      )}
      <Dialogs
        dialog={dialog}
        setDialog={setDialog}
        reviewer={reviewer}
        setReviewer={setReviewer}
      />
    </div>
  )
}

/** Where no document is on the screen. */
function BlankScreen({ queue }: { readonly queue: ReviewQueue }) {
  const { shown, trouble } = queue
  return (
    <main class="blank">
      <TroubleAlert queue={queue} />
      {shown.kind === 'empty' && <EmptyScreen queue={queue} />}
      {shown.kind === 'unknown' && <UnknownScreen queue={queue} documentId={shown.documentId} />}
      {shown.kind === 'loading' && trouble === null && <p role="status">Loading…</p>}
    </main>
  )
}

interface DialogsProps {
  readonly dialog: DialogName
  readonly setDialog: (dialog: DialogName) => void
  readonly reviewer: string
  readonly setReviewer: (name: string) => void
}

function Dialogs({ dialog, setDialog, reviewer, setReviewer }: DialogsProps) {
  return (
    <>
      {dialog === 'keys' && <KeysDialog onClose={() => setDialog(null)} />}
      {dialog === 'name' && (
        <AskDialog
          title="Who is reviewing?"
          label="Your name"
          hint="Goes with every answer, into the audit log. Kept in this browser."
          action="Continue"
          initial={reviewer}
          onClose={() => setDialog(null)}
          onDone={(name) => {
            localStorage.setItem(reviewerKey, name)
            setReviewer(name)
            setDialog(null)
          }}
        />
      )}
    </>
  )
}
