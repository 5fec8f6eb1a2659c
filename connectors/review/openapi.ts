/** The OpenAPI 3.1 document, made from the schemas that the routes are checked by, so that the two can't differ. */

import type { FastifyInstance, RouteOptions } from 'fastify'
import type { Schema } from './schemas.ts'

interface RouteSchema {
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly params?: { readonly properties: Readonly<Record<string, Schema>> }
  readonly querystring?: { readonly properties: Readonly<Record<string, Schema>>; readonly required?: readonly string[] }
  readonly body?: Schema
  readonly response?: Readonly<Record<string, Schema>>
}

const meanings: Readonly<Record<string, string>> = {
  200: 'OK', 201: 'Saved', 204: 'Done', 401: 'A token is needed', 403: 'The role does not allow it', 404: 'Not known', 409: 'Someone was faster, or has it', 422: 'Values that are not right, each with its reason', 503: 'Not saved: the broker is away',
}

/** Serves /api/openapi.json; sees every route that is registered after it in this scope and those below. */
export function openapiRoute(app: FastifyInstance): void {
  const paths: Record<string, Record<string, unknown>> = {}
  app.addHook('onRoute', (route: RouteOptions) => {
    const schema = route.schema as RouteSchema | undefined
    if (schema?.summary === undefined) return
    const path = route.url.replace(/:(\w+)/g, '{$1}')
    for (const method of [route.method].flat().filter((name) => name !== 'HEAD')) paths[path] = { ...paths[path], [method.toLowerCase()]: operation(schema) }
  })
  app.get('/api/openapi.json', async () => ({
    openapi: '3.1.0',
    info: { title: 'Errata review API', version: '1', description: 'The queue of documents that wait for a person, and the verdicts on them.' },
    security: [{ bearer: [] }, {}],
    components: { securitySchemes: { bearer: { type: 'http', scheme: 'bearer' } } },
    paths,
  }))
}

function operation(schema: RouteSchema): unknown {
  const { summary, description, tags, params, querystring, body, response } = schema
  const parameters = [
    ...Object.entries(params?.properties ?? {}).map(([name, type]) => ({ name, in: 'path', required: true, schema: type })),
    ...Object.entries(querystring?.properties ?? {}).map(([name, type]) => ({ name, in: 'query', required: querystring?.required?.includes(name) ?? false, schema: type })),
  ]
  const responses = Object.entries(response ?? {}).map(([status, type]) => [status, 'content' in type
    ? { description: meanings[status] ?? status, content: type.content }
    : { description: meanings[status] ?? status, content: { 'application/json': { schema: type } } }])
  return {
    summary, tags, parameters,
    ...(description === undefined ? {} : { description }),
    ...(body === undefined ? {} : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: Object.fromEntries(responses),
  }
}
