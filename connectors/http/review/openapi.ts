/**
 * The OpenAPI 3.1 document, made from the schemas that the routes are checked by, so that the two
 * can't differ. A route that checks its requests itself brings its operation with it (`config: {
 * openapi }`).
 */

import type { FastifyInstance, RouteOptions } from 'fastify'
import { letter, modelVersion, outcome, rule, training } from './schemas-operate.ts'
import {
  accepted,
  answer,
  failure,
  field,
  fullTask,
  listedSummary,
  question,
  reading,
  summary as taskSummary,
  type Schema,
} from './schemas.ts'

interface RouteSchema {
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly params?: { readonly properties: Readonly<Record<string, Schema>> }
  readonly querystring?: {
    readonly properties: Readonly<Record<string, Schema>>
    readonly required?: readonly string[]
  }
  readonly body?: Schema
  readonly response?: Readonly<Record<string, Schema>>
}

/** Operations by path and method. */
export type Paths = Record<string, Record<string, unknown>>

const meanings: Readonly<Record<string, string>> = {
  200: 'OK',
  201: 'Saved',
  204: 'Done',
  400: 'The request is not as described',
  401: 'A token is needed',
  403: 'The role does not allow it',
  404: 'Not known',
  409: 'Someone was faster, or has it',
  422: 'Values that are not right, each with its reason',
  429: 'Too many tokens that are not valid came from this address',
  503: 'Broker or store are away: nothing was changed, and the same may be asked again',
}
const tags: Readonly<Record<string, string>> = {
  documents: 'Documents in, and their pages',
  tasks: 'The queue of documents that wait for a person',
  verdicts: 'Answers',
  quality: 'The tables of the dashboard',
  operate: 'Models, rules, dead letters and the trainer',
  accounts: 'Who asks, and what was done',
}
/** Schemas with a name of their own; everything else stands where it is used. */
const named = new Map<unknown, string>(
  Object.entries({
    Field: field,
    Task: fullTask,
    TaskSummary: taskSummary,
    ListedTask: listedSummary,
    Answer: answer,
    Accepted: accepted,
    Question: question,
    Reading: reading,
    Failure: failure,
    ModelVersion: modelVersion,
    Rule: rule,
    DeadLetter: letter,
    Replayed: outcome,
    Training: training,
  }).map(([name, schema]) => [schema, name]),
)

const version = '1'
const info = {
  title: 'Errata',
  version,
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  description:
    'Documents in, tasks and answers, quality, and what operators decide. The pages of Errata use nothing else. Failures are {code, message}; times are UTC. Readers may GET; reviewers may also answer and send documents; what needs an operator says so.',
}

/** Notes every route that is registered after this in this scope and those below. */
export function collectRoutes(app: FastifyInstance): Paths {
  const paths: Paths = {}
  app.addHook('onRoute', (route: RouteOptions) => {
    const schema = route.schema as RouteSchema | undefined
    const { openapi, role } = (route.config ?? {}) as {
      readonly openapi?: object
      readonly role?: string
    }
    if (openapi === undefined && schema?.summary === undefined) return
    const path = route.url.replace(/:(\w+)/g, '{$1}')
    for (const method of [route.method].flat().filter((name) => name !== 'HEAD')) {
      const given = openapi ?? operation(schema as RouteSchema, role)
      paths[path] = {
        ...paths[path],
        [method.toLowerCase()]: { operationId: nameOf(method, path), ...given },
      }
    }
  })
  return paths
}

/** Serves /api/openapi.json. */
export function openapiRoute(app: FastifyInstance, paths: Paths): void {
  app.get('/api/openapi.json', async () => openapi(paths))
}

/** The document of these routes. */
export function openapi(paths: Paths): object {
  return {
    openapi: '3.1.0',
    info,
    servers: [{ url: '/' }],
    tags: Object.entries(tags).map(([name, description]) => ({ name, description })),
    security: [{ bearer: [] }, {}],
    paths: Object.fromEntries(
      Object.entries(paths)
        .sort(([a], [b]) => (a < b ? -1 : 1))
        .map(([path, methods]) => [path, referring(methods)]),
    ),
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          description:
            'ERRATA_TOKEN, the token of an account, or that of a login. On loopback none is needed where there are no accounts.',
        },
      },
      schemas: Object.fromEntries(
        [...named].map(([schema, name]) => [name, inside(schema as object)]),
      ),
    },
  }
}

function operation(
  { summary, description, tags: groups, params, querystring, body, response }: RouteSchema,
  role: string | undefined,
): object {
  const parameters = [
    ...Object.entries(params?.properties ?? {}).map(([name, type]) => ({
      name,
      in: 'path',
      required: true,
      schema: type,
    })),
    ...Object.entries(querystring?.properties ?? {}).map(([name, type]) => ({
      name,
      in: 'query',
      required: querystring?.required?.includes(name) ?? false,
      schema: type,
    })),
  ]
  const said = [description, role === undefined ? undefined : `Needs the role ${role}.`]
    .filter((text) => text !== undefined && text !== '')
    .join(' ')
  const takes = body !== undefined || parameters.length > 0
  const answers: Readonly<Record<string, Schema>> = {
    ...(takes ? { 400: failure } : {}),
    401: failure,
    403: failure,
    429: failure,
    ...response,
  }
  return {
    summary,
    tags: groups,
    parameters,
    ...(said === '' ? {} : { description: said }),
    ...(body === undefined
      ? {}
      : { requestBody: { required: true, content: { 'application/json': { schema: body } } } }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, type]) => [
        status,
        status === '204'
          ? { description: meanings[status] }
          : {
              description: meanings[status] ?? status,
              content: 'content' in type ? type.content : { 'application/json': { schema: type } },
            },
      ]),
    ),
  }
}

/** Such as postTasksDocumentIdVerdict. */
function nameOf(method: string, path: string): string {
  const words = path
    .replace(/^\/api/, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
  return (
    method.toLowerCase() +
    words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')
  )
}

/** The same with references in place of the schemas that have a name. */
function referring(value: unknown): unknown {
  const name = named.get(value)
  return name !== undefined ? { $ref: `#/components/schemas/${name}` } : inside(value)
}

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referring)
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, referring(item)]))
    : value
}
