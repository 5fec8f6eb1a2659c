/** What may be done with a document besides answering its task. */

import type { DocumentState } from '../../../processors/search/document-state.ts'
import { prepareTask, readAgain } from '../contract/index-documents.ts'
import type { Api } from '../contract/schema.ts'
import { traceOfRequest } from '../request-spans.ts'
import { actorOf } from '../security.ts'
import type { Documents, Service } from './context.ts'
import { noBytes } from './document-files.ts'
import { actionsOf } from './document-view.ts'
import { found, notReady } from './indexed-document.ts'

export function documentActionRoutes(app: Api, deps: Service, documents: Documents): void {
  taskRoute(app, deps, documents)
  readAgainRoute(app, deps, documents)
}

const conflict = (code: string, message: string) => ({ code, message })
/** Those without values. */
const valueless: ReadonlySet<DocumentState> = new Set(['on_its_way', 'dead', 'erased'])

function taskRoute(app: Api, deps: Service, documents: Documents): void {
  app.post('/api/documents/:documentId/task', { schema: prepareTask }, async (request, reply) => {
    const { documentId } = request.params
    const document = found(documents, documentId, request, reply)
    if (document === null) return reply
    if (deps.tasks.summary(documentId) === null) {
      const { state } = document.listed
      if (valueless.has(state))
        return reply.code(409).send(conflict('NOT_SETTLED', 'it has no values to correct'))
      if (!(await documents.prepare(document.facts)))
        return reply
          .code(409)
          .send(conflict('WORDS_GONE', 'its words have left the log; read it again first'))
      void deps.audit?.({ ...actorOf(request), action: 'prepared', target: documentId })
    }
    const summary = deps.tasks.summary(documentId)
    if (summary === null) return reply.code(503).send(notReady)
    return reply.send({ documentId, nextRevision: summary.nextRevision })
  })
}

function readAgainRoute(app: Api, deps: Service, documents: Documents): void {
  app.post(
    '/api/documents/:documentId/read-again',
    { schema: readAgain },
    async (request, reply) => {
      const { documentId } = request.params
      const document = found(documents, documentId, request, reply)
      if (document === null) return reply
      const { state } = document.listed
      if (state === 'on_its_way' || state === 'erased')
        return reply.code(409).send(conflict('NOT_SETTLED', `it is ${state.replaceAll('_', ' ')}`))
      if (!actionsOf(document).includes('read_again'))
        return reply
          .code(409)
          .send(conflict('DECIDED', 'a person has decided on it, which reading can’t change'))
      if (!(await documents.readAgain(document.facts, traceOfRequest(request))))
        return reply.code(409).send(noBytes)
      void deps.audit?.({ ...actorOf(request), action: 'read_again', target: documentId })
      return reply.code(202).send({ documentId })
    },
  )
}
