/**
 * The review service: the HTTP API and the pages that use it, as a Fastify plugin.
 *
 *   GET  /api/tasks?state=open&profile=&limit=&after=   the queue, most urgent first
 *   GET  /api/tasks/next?profile=&skip=                 the next open task; 404 NOTHING_OPEN where there is none
 *   GET  /api/tasks/:documentId                         the whole task: fields, reasons, checks, pages, words, profile
 *   GET  /api/documents/:documentId/pages/:page?width=  the page as an image, encoded again, never the original
 *   POST /api/documents/:documentId/read                what a text or words mean for a field, and where they stand
 *   POST /api/tasks/:documentId/verdict                 the answer to an open task
 *   POST /api/documents/:documentId/verdict             a later correction of a document that has a verdict
 *   GET  /api/events                                    server-sent events: opened, closed
 *   GET  /api/quality                                   rows of the quality views, where analytics is wired
 *   GET  /api/openapi.json                              all this, made from the schemas of the routes
 *   GET  / /review /documents /dashboard                the pages
 *
 * A verdict is answered with 201 only after the broker has it from all replicas in sync. `revision` in the request is the
 * one that the verdict shall have: the latest plus one (`nextRevision` of the task). Anything else is 409 VERDICT_STALE, and
 * posts for one document are taken one after the other, so that of two that race exactly one wins. Several instances of
 * this service don't see each other in time; there the learn stage refuses the second, by the same rule.
 * A failed publication is 503 and leaves nothing behind here; whether the broker has it is learnt by following the log.
 *
 * Security: bearer token (compared in constant time) where the settings have one; no cookies, so nothing for a foreign
 * site to ride on; without a token only loopback names are served, which stops DNS rebinding. Strict content security
 * policy. Errors are `{code, message}` and never repeat a document's text.
 */

import type { FastifyInstance } from 'fastify'
import type { Config } from '../config.ts'
import { codeOf } from '../errors.ts'
import type { Profiles } from '../schemas/profiles.ts'
import type { Verdict } from '../schemas/types.ts'
import { eventRoutes } from './review/events.ts'
import { imageRoutes } from './review/images.ts'
import { openapiRoute } from './review/openapi.ts'
import { pageRoutes } from './review/pages.ts'
import { guard, securityHeaders } from './review/security.ts'
import type { TaskStore } from './review/store.ts'
import { taskRoutes } from './review/tasks.ts'
import { verdictRoutes } from './review/verdicts.ts'

export interface ReviewDeps {
  readonly tasks: TaskStore
  /** Resolves after acks=all; BROKER_UNREACHABLE or any other error is answered with 503. */
  readonly publishVerdict: (verdict: Verdict) => Promise<{ readonly partition: number; readonly offset: bigint }>
  /** A page encoded as PNG, JPEG or WebP, at most maxWidth pixels wide; BLOB_MISSING where the bytes are gone. */
  readonly pageImage: (sha256: string, page: number, maxWidth: number, turn: number) => Promise<{ readonly bytes: Uint8Array; readonly mediaType: string }>
  readonly profiles: Profiles
  readonly config: Pick<Config, 'token' | 'host'>
  readonly now: () => number
  /** False until both topics have been followed to their end: until then revisions aren't known. Default: true. */
  readonly ready?: () => boolean
  /** Identifiers and codes only, never what a document says. */
  readonly log?: { readonly warn: (facts: object, message: string) => void; readonly error: (facts: object, message: string) => void }
  /** Rows of a quality view by its name; without it there is no dashboard. */
  readonly query?: (name: string) => Promise<readonly Readonly<Record<string, unknown>>[]>
}

export { guard } from './review/security.ts'
export { openTaskStore, type TaskStore } from './review/store.ts'

const maxBody = 1_048_576 // bytes (1 MiB): an answer with thousands of line items fits

/** Adds the API and the pages to a server. Its hooks and parsers hold for these routes only. */
export async function review(app: FastifyInstance, deps: ReviewDeps): Promise<void> {
  await app.register(async (scope) => {
    scope.removeContentTypeParser('text/plain') // a form of a foreign site may send it without asking
    scope.addHook('onRequest', securityHeaders)
    scope.setErrorHandler((error: Error & { readonly statusCode?: number; readonly validation?: unknown }, request, reply) => {
      const code = codeOf(error)
      if (code !== 'BUG') return reply.code(503).send({ code, message: error.message })
      const status = error.statusCode ?? 500
      if (status < 500) return reply.code(status).send({ code: 'REQUEST_INVALID', message: error.message })
      deps.log?.error({ error, route: request.routeOptions.url }, 'a request to the review API failed')
      return reply.code(500).send({ code: 'BUG', message: 'the service failed; its log says more' })
    })
    await pageRoutes(scope)
    await scope.register(async (api) => {
      api.setSerializerCompiler(() => (data) => JSON.stringify(data)) // response schemas document, they don't filter
      openapiRoute(api)
      await api.register(async (guarded) => {
        guarded.addHook('onRequest', guard(deps.config))
        taskRoutes(guarded, deps)
        imageRoutes(guarded, deps)
        verdictRoutes(guarded, deps, maxBody)
        eventRoutes(guarded, deps)
      })
    })
  })
}
