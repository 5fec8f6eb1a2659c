/**
 * How every server of ours says that a request failed: application/problem+json (RFC 9457).
 *
 * Routes answer {code, message} and whatever else helps; what follows from the status is added on
 * the way out, so that no route, guard or error handler can answer in another form. An address that
 * exists for other methods is 405 with Allow, any other is 404.
 */

import { STATUS_CODES } from 'node:http'
import type {
  FastifyError,
  FastifyInstance,
  FastifyReply,
  onRequestAsyncHookHandler,
} from 'fastify'
import type { Failure } from './contract/problem.ts'

export const problemType = 'application/problem+json'

const passing = new Set([408, 429, 503]) // statuses of what passes by itself
const retryAfterSeconds = 5 // unless who refuses knows better

export interface Problem extends Failure {
  readonly title: string
  readonly status: number
  readonly detail: string
}

export function problemOf(status: number, { code, message, ...more }: Failure): Problem {
  const title = STATUS_CODES[status] ?? 'Failed'
  return { title, status, detail: message, code, message, ...more }
}

/** What a request is told that is not as described; null for an error that isn't the request's. */
export function badRequestOf(
  error: Error & Pick<FastifyError, 'statusCode'> & { readonly errors?: unknown },
): { readonly status: number; readonly failure: Failure } | null {
  const { statusCode: status = 500, message, errors } = error
  if (status >= 500) return null
  const told = Array.isArray(errors) ? { errors } : {}
  return { status, failure: { code: 'REQUEST_INVALID', message, ...told } }
}

export const bug: Failure = { code: 'BUG', message: 'the service failed; its log says more' }

/** Before any route is added. `door`: what is asked of every request first. */
export function answerProblems(app: FastifyInstance, door: onRequestAsyncHookHandler): void {
  const routes: Route[] = []
  app.addHook('onRoute', ({ url, method }) => {
    for (const one of [method].flat()) routes.push({ url, pattern: patternOf(url), method: one })
  })
  app.addHook('preSerialization', async (_request, reply, payload) => {
    const { statusCode } = reply
    if (statusCode < 400 || !isFailure(payload)) return payload
    reply.type(problemType)
    if (passing.has(statusCode) && !reply.hasHeader('retry-after'))
      reply.header('retry-after', String(retryAfterSeconds))
    return problemOf(statusCode, payload)
  })
  app.setErrorHandler((error: FastifyError, _request, reply) => {
    const bad = badRequestOf(error)
    return reply.code(bad?.status ?? 500).send(bad?.failure ?? bug)
  })
  app.addHook('onRequest', door)
  // here and not in the handler, which would read the body first
  app.addHook('onRequest', async ({ is404, url }, reply) => {
    if (!is404) return undefined
    const [path = ''] = url.split('?')
    const allowed = methodsOf(routes, path)
    return allowed.length > 0 ? refuseMethod(reply, allowed) : reply.code(404).send(nothingHere)
  })
}

interface Route {
  readonly url: string
  readonly pattern: RegExp
  readonly method: string
}

/** Of a route that has just this address, or else of those with parameters that it fits. */
function methodsOf(routes: readonly Route[], path: string): readonly string[] {
  const exact = routes.filter(({ url }) => url === path)
  const found = exact.length > 0 ? exact : routes.filter(({ pattern }) => pattern.test(path))
  return [...new Set(found.map(({ method }) => method))].sort()
}

const nothingHere: Failure = { code: 'NOT_FOUND', message: 'nothing is at this address' }

function refuseMethod(reply: FastifyReply, allowed: readonly string[]): FastifyReply {
  const message = `this address is for ${allowed.join(', ')}`
  return reply
    .code(405)
    .header('allow', allowed.join(', '))
    .send({ code: 'METHOD_NOT_ALLOWED', message })
}

/** Of a route's address, such as /api/tasks/:documentId. */
function patternOf(url: string): RegExp {
  const parts = url
    .split('/')
    .map((part) => (part.startsWith(':') ? '[^/]+' : part.replace(/\W/g, '\\$&')))
  return new RegExp(`^${parts.join('/').replace('\\*', '.*')}$`)
}

function isFailure(payload: unknown): payload is Failure {
  const { code, message } = (payload ?? {}) as { readonly code?: unknown; message?: unknown }
  return typeof code === 'string' && typeof message === 'string'
}
