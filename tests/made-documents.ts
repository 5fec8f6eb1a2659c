/** Documents that were accepted without a person, in an index of their own, for tests of the pages. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Documents } from '../connectors/http/review/review.ts'
import { openDocumentStore } from '../connectors/sqlite/document-index.ts'
import { lateTask } from '../processors/review/late-task.ts'
import { foldExtracted, foldFinal } from '../processors/search/fold-records.ts'
import type { Extracted, Final, Task } from '../schemas/types.ts'
import { makeTask } from './review-server.ts'

export interface MadeDocuments {
  readonly documents: Documents
  readonly accept: (documentId: string, fileName: string) => void
  readonly close: () => void
}

/** What says that the document of a task was accepted without a person. */
export function acceptedBy(task: Task): { readonly extracted: Extracted; readonly final: Final } {
  const common = { ...task, reasons: [], checks: [], metadata: {}, mediaType: 'application/pdf' }
  const settled = { status: 'accepted', revision: 0, decidedBy: null, duplicateOf: null }
  return {
    extracted: { ...common, route: 'accepted', sampled: false } as unknown as Extracted,
    final: { ...common, ...settled } as unknown as Final,
  }
}

const since = 1_710_000_000_000 // ms since 1970

/** `ask`: takes in the task that a document gets when it is to be corrected. */
export function openMadeDocuments(ask: (task: Task) => void = () => {}): MadeDocuments {
  const folder = mkdtempSync(join(tmpdir(), 'errata-documents-'))
  const index = openDocumentStore(folder, 'log')
  const task = makeTask()
  const { extracted, final } = acceptedBy(task)
  let offset = 0
  const place = () => ({ partition: 0, offset, time: since + offset, of: null })
  return {
    accept(documentId, fileName) {
      const changes = { documentId, fileName, receivedAt: since + offset }
      const record = () => ({ topic: 't', partition: 0, offset: BigInt(offset++) })
      index.take(record(), documentId, (facts) =>
        foldExtracted(facts, { ...extracted, ...changes }, place()),
      )
      index.take(record(), documentId, (facts) =>
        foldFinal(facts, { ...final, ...changes }, place()),
      )
    },
    documents: {
      index: () => index,
      isReady: () => true,
      original: async () => Buffer.from('bytes'),
      async prepare({ documentId }) {
        ask(lateTask({ ...extracted, documentId }, task, 0))
        return true
      },
      readAgain: async () => true,
    },
    close() {
      index.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
