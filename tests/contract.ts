/**
 * Holds every answer of a server against the server's own OpenAPI document: the status has to be
 * described, with this content type, these headers and this schema, and whatever fails has to be a
 * problem. The server can't be closed where one answer was not as described, so a test that uses it
 * fails.
 */

import { Ajv2020 } from 'ajv/dist/2020.js'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { failure } from '../connectors/http/contract/problem.ts'
import { collectRoutes } from '../connectors/http/review/review.ts'

interface Response {
  readonly headers?: Readonly<Record<string, { readonly required?: boolean }>>
  readonly content?: Readonly<Record<string, { readonly schema: object }>>
}
interface Operation {
  readonly responses: Readonly<Record<string, Response>>
}
type Answer = Pick<FastifyReply, 'statusCode' | 'getHeader'>

/** Before any route is added, and after `secure`. */
export function holdToContract(app: FastifyInstance): void {
  const paths = collectRoutes(app)
  const ajv = new Ajv2020({ strict: false, logger: false, formats: { binary: true, date: true } })
  const wrong: string[] = []
  const isProblem = ajv.compile(failure)

  const check = (
    { method, routeOptions }: FastifyRequest,
    reply: Answer,
    body: unknown,
  ): string => {
    const status = String(reply.statusCode)
    const type = String(reply.getHeader('content-type') ?? '').split(';')[0] ?? ''
    if (reply.statusCode >= 400 && method !== 'HEAD') {
      if (type !== 'application/problem+json') return `failed as ${type}`
      if (!isProblem(JSON.parse(String(body)))) return ajv.errorsText(isProblem.errors)
    }
    const path = routeOptions.url?.replace(/:(\w+)/g, '{$1}') ?? ''
    const verb = method === 'HEAD' ? 'get' : method.toLowerCase()
    const operation = paths[path]?.[verb] as Operation | undefined
    if (operation === undefined) return ''
    const described = operation.responses[status]
    if (described === undefined) return 'is not described'
    const missing = Object.entries(described.headers ?? {}).filter(
      ([name, { required = false }]) => required && reply.getHeader(name) === undefined,
    )
    if (missing.length > 0) return `lacks ${missing.map(([name]) => name).join(', ')}`
    if (method === 'HEAD' || described.content === undefined) return ''
    const media = type.startsWith('image/') ? 'image/*' : type
    const content = described.content[media]
    if (content === undefined) return `is ${type}`
    if (!media.endsWith('json')) return ''
    const validate = ajv.compile(content.schema)
    return validate(JSON.parse(String(body))) ? '' : ajv.errorsText(validate.errors)
  }
  app.addHook('onSend', async (request, reply, payload) => {
    const found = check(request, reply, payload)
    if (found !== '') wrong.push(`${request.method} ${request.url} ${reply.statusCode}: ${found}`)
    return payload
  })
  app.addHook('onClose', async () => {
    if (wrong.length > 0)
      throw new Error(`answers that OpenAPI does not describe:\n${wrong.join('\n')}`)
  })
}
