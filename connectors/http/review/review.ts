/**
 * The review service: the HTTP API and the pages that use it, as a Fastify plugin.
 *
 *   GET  /api/tasks?state=open&profile=&limit=&after=   the queue, most urgent first
 *   GET  /api/tasks/next?profile=&skip=                 the next open task; 404 NOTHING_OPEN where there is none
 *   GET  /api/tasks/:documentId                         the whole task: fields, reasons, checks, pages, words, profile
 *   GET  /api/documents/:documentId/pages/:page?width=  the page as an image, encoded again, never the original
 *   POST /api/documents/:documentId/read                what a text or words mean for a field, and where they stand
 *   POST /api/documents/:documentId/read-cells          the same for the cells of a table that was pasted
 *   POST /api/tasks/:documentId/verdict                 the answer to an open task
 *   POST /api/documents/:documentId/verdict             a later correction of a document that has a verdict
 *   POST /api/tasks/claim, /ahead                       the next task for a person; see next-task.ts
 *   POST and DELETE /api/tasks/:documentId/lock         who works on what; see task-locks.ts
 *   POST /api/documents/:documentId/check, /rows, POST /api/tasks/:documentId/lesson   what an answer would mean
 *   GET  /api/documents?q=, /api/documents/:documentId   every document, found and shown; see index-documents.ts
 *   GET  /api/events                                    server-sent events: what has changed; see events.ts
 *   POST /api/login, /api/logout                        sessions of browsers; /auth/login where people log in elsewhere
 *   GET  /api/me, /api/users, /api/audit                accounts, and what is done about them
 *   GET  /api/analytics/{table}?format=json|csv|parquet the tables of the dashboard, each a route
 *   GET  /api/models, /api/rules, /api/dead             and what operators decide about them; see operate.ts
 *   GET  /api/openapi.json                              all this, made from the schemas of the routes
 *   GET  / /review /documents /dashboard /models …      the pages
 *
 * A verdict is answered with 201 only after the broker has it from all replicas in sync. `revision`
 * in the request is the one that the verdict shall have: the latest plus one (`nextRevision` of the
 * task). Anything else is 409 VERDICT_STALE, and posts for one document are taken one after the
 * other, so that of two that race exactly one wins. Several instances of this service don't see
 * each other in time; there the learn stage refuses the second, by the same rule. A failed
 * publication is 503 and leaves nothing behind here; whether the broker has it is learnt by
 * following the log.
 *
 * Security: see security.ts; what requests and answers hold: contract/. Failures are problems, see
 * problems.ts, and never repeat a document's text.
 */

import type { FastifyError, FastifyInstance } from 'fastify'
import { codeOf } from '../../../errors.ts'
import { badRequestOf, bug } from '../problems.ts'
import type { ContractTypes } from '../contract/schema.ts'
import { accountRoutes } from './accounts.ts'
import { analyticsRoutes } from './analytics.ts'
import type { ReviewDeps, Service } from './context.ts'
import { eventRoutes, openSignals } from './events.ts'
import { imageRoutes, openImages } from './page-images.ts'
import { judgementRoutes } from './judgements.ts'
import { loginRoutes } from './login.ts'
import { operateRoutes } from './operate.ts'
import { collectRoutes, openapiRoute } from './openapi.ts'
import { documentRoutes } from './index-documents.ts'
import { pageRoutes } from './pages.ts'
import { openDocumentCache } from './document-cache.ts'
import { nextTaskRoutes } from './next-task.ts'
import { lockRoutes } from './task-locks.ts'
import { taskRoutes } from './tasks.ts'
import { userRoutes } from './users.ts'
import { verdictRoutes } from './verdicts.ts'

export { collectRoutes, openapi } from './openapi.ts'
export type { Documents, Operate, ReviewDeps, TaskLocks } from './context.ts'
export { openAccess, secure, secureOptions, type Access, type AccountSource } from '../security.ts'
export { openTaskStore, type TaskStore } from './store.ts'

const maxBody = 1_048_576 // bytes (1 MiB): an answer with thousands of line items fits

/** Adds the API and the pages to a server. Its hooks and parsers hold for these routes only. */
export async function review(app: FastifyInstance, given: ReviewDeps): Promise<void> {
  const deps: Service = { ...given, signals: openSignals(given.shared) }
  const prints = openDocumentCache(deps)
  const images = openImages(deps)
  await app.register(async (scope) => {
    // a form of a foreign site may send it without asking
    scope.removeContentTypeParser('text/plain')
    scope.setErrorHandler((error: FastifyError, request, reply) => {
      const code = codeOf(error)
      if (code !== 'BUG') return reply.code(503).send({ code, message: error.message })
      const bad = badRequestOf(error)
      if (bad !== null) return reply.code(bad.status).send(bad.failure)
      deps.log?.error(
        { error, route: request.routeOptions.url },
        'a request to the review API failed',
      )
      return reply.code(500).send(bug)
    })
    // Who has yet to log in causes no rendering: the page itself carries no token.
    await pageRoutes(scope, (request) => deps.access.holds(request) && images.expect())
    loginRoutes(scope.withTypeProvider<ContractTypes>(), deps)
    await scope.register(async (api) => {
      openapiRoute(api, given.paths ?? collectRoutes(api))
      await api.register(async (guarded) => {
        guarded.addHook('onRequest', deps.access.guard)
        const routes = guarded.withTypeProvider<ContractTypes>()
        taskRoutes(routes, deps, prints)
        nextTaskRoutes(routes, deps)
        lockRoutes(routes, deps)
        judgementRoutes(routes, deps, prints)
        accountRoutes(routes, deps)
        userRoutes(routes, deps)
        analyticsRoutes(routes, deps)
        operateRoutes(routes, deps)
        imageRoutes(routes, deps, images)
        verdictRoutes(routes, deps, maxBody)
        documentRoutes(routes, deps)
        eventRoutes(routes, deps)
      })
    })
  })
}
