/** What may be done with a document: only what its state and the person's role allow is shown. */

import { useState } from 'preact/hooks'
import { api, ApiError } from '../shared/api.ts'
import type { CurrentUser, ShownDocument } from '../../connectors/http/contract/types.ts'
import { explainFailure } from '../dashboard/table.tsx'
import { AskDialog } from '../review/dialogs.tsx'
import { reviewerKey } from '../shared/current-user.ts'
import { saveBlob } from '../shared/save.ts'

interface Props {
  readonly document: ShownDocument
  readonly role: CurrentUser['role']
  /** Null: each answer names its reviewer. */
  readonly name: string | null
  readonly onDone: () => void
}

export function DocumentActions({ document, role, name, onDone }: Props) {
  const [said, setSaid] = useState('')
  const [dialog, setDialog] = useState<RejectStep>(null)
  const { documentId, state } = document
  const path = `/${encodeURIComponent(documentId)}`
  const mayAnswer = role !== 'reader'
  const may = (action: ShownDocument['may'][number]): boolean =>
    mayAnswer && document.may.includes(action)
  const run: Run = (work) => {
    setSaid('…')
    work().then(
      (text) => {
        setSaid(text)
        onDone()
      },
      (error: unknown) => setSaid(explainAction(error)),
    )
  }
  const openReview = async (): Promise<string> => {
    await api.prepare(documentId)
    location.assign(`/review${path}`)
    return ''
  }
  const reject = async (why: string): Promise<string> => {
    const { nextRevision } = await api.prepare(documentId)
    const reviewer = name ?? localStorage.getItem(reviewerKey) ?? ''
    await api.answer(
      documentId,
      { revision: nextRevision, reviewer, decision: 'rejected', comment: why },
      state === 'accepted',
    )
    return 'Rejected. To take it back, correct it.'
  }
  return (
    <>
      <div class="actions" role="group" aria-label="Actions">
        {document.may.includes('review') && (
          <a class="button" href={`/review${path}`}>
            Open in review
          </a>
        )}
        {may('correct') && (
          <button type="button" onClick={() => run(openReview)}>
            Correct
          </button>
        )}
        {may('read_again') && (
          <button
            type="button"
            onClick={() =>
              run(async () => {
                await api.readAgain(documentId)
                return 'It is being read again.'
              })
            }
          >
            Read again
          </button>
        )}
        {may('reject') && (
          <button type="button" onClick={() => setDialog(hasName(name) ? 'reject' : 'name')}>
            Reject…
          </button>
        )}
        {role === 'operator' && document.death !== null && (
          <button
            type="button"
            onClick={() => run(async () => sendBack(document.death?.letter ?? ''))}
          >
            Send back
          </button>
        )}
        {state !== 'erased' && <Downloads document={document} run={run} />}
        <button
          type="button"
          class="quiet"
          onClick={() =>
            run(async () => {
              await navigator.clipboard.writeText(`${location.origin}/documents${path}`)
              return 'The link is copied.'
            })
          }
        >
          Copy link
        </button>
      </div>
      <p class="note" role="status">
        {said}
      </p>
      <RejectDialogs
        dialog={dialog}
        setDialog={setDialog}
        fileName={document.fileName ?? documentId}
        reasons={document.definition?.rejectReasons.map(({ label }) => label) ?? []}
        onReject={(why) => run(() => reject(why))}
      />
    </>
  )
}

type Run = (work: () => Promise<string>) => void

function Downloads({ document, run }: { readonly document: ShownDocument; readonly run: Run }) {
  const { documentId, fileName, sha256 } = document
  const download = (file: string, as: string) => (): void =>
    run(async () => {
      const { blob } = await api.download(`/${encodeURIComponent(documentId)}${file}`)
      saveBlob(blob, as)
      return ''
    })
  return (
    <>
      {sha256 !== null && (
        <button type="button" class="quiet" onClick={download('/original', fileName ?? documentId)}>
          Original
        </button>
      )}
      <button type="button" class="quiet" onClick={download('', `${documentId}.json`)}>
        JSON
      </button>
      <button type="button" class="quiet" onClick={download('/values', `${documentId}.csv`)}>
        CSV
      </button>
    </>
  )
}

type RejectStep = 'reject' | 'name' | null

/** Asks who rejects, where that isn't known, and why. */
function RejectDialogs({
  dialog,
  setDialog,
  fileName,
  reasons,
  onReject,
}: {
  readonly dialog: RejectStep
  readonly setDialog: (dialog: RejectStep) => void
  readonly fileName: string
  readonly reasons: readonly string[]
  readonly onReject: (why: string) => void
}) {
  if (dialog === null) return null
  if (dialog === 'name')
    return (
      <AskDialog
        key="name"
        title="Who is rejecting?"
        label="Your name"
        hint="Goes with every answer, into the audit log. Kept in this browser."
        action="Continue"
        onClose={() => setDialog(null)}
        onDone={(given) => {
          localStorage.setItem(reviewerKey, given)
          setDialog('reject')
        }}
      />
    )
  return (
    <AskDialog
      key="reject"
      title="Reject the document"
      label="Reason"
      hint={`${fileName} will not be used. The reason goes with it.`}
      action="Reject"
      choices={reasons}
      onClose={() => setDialog(null)}
      onDone={(why) => {
        setDialog(null)
        onReject(why)
      }}
    />
  )
}

const hasName = (name: string | null): boolean =>
  name !== null || (localStorage.getItem(reviewerKey) ?? '') !== ''

async function sendBack(letter: string): Promise<string> {
  const { letters } = await api.replay([letter])
  const [outcome] = letters
  return outcome?.outcome === 'sent'
    ? 'It is sent back.'
    : 'It had been sent back before, or is gone.'
}

function explainAction(error: unknown): string {
  return error instanceof ApiError && error.status === 409
    ? `Not done: ${error.message}.`
    : explainFailure(error)
}
