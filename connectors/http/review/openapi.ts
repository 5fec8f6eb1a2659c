/**
 * The OpenAPI 3.1 document, made from the schemas that the routes are checked by, so that the two
 * can't differ.
 */

import type { FastifyContextConfig, FastifyInstance, RouteOptions } from 'fastify'
import { ignoredFilter } from '../contract/analytics.ts'
import { accepted, answer } from '../contract/answers.ts'
import { field, fullTask, listedSummary, summary as taskSummary } from '../contract/documents.ts'
import { letter, modelVersion, replayed, rule } from '../contract/operate.ts'
import { failure } from '../contract/problem.ts'
import { text, whole, type Schema } from '../contract/schema.ts'
import { question, reading } from '../contract/tasks.ts'
import { training } from '../contract/trainings.ts'
import { problemType } from '../problems.ts'
import { rights } from '../../../processors/review/roles.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    readonly requestBody?: object // as OpenAPI describes it, where no schema checks it
  }
}

interface RouteSchema {
  readonly summary?: string
  readonly description?: string
  readonly tags?: readonly string[]
  readonly params?: Parameters
  readonly querystring?: Parameters
  readonly headers?: Parameters
  readonly body?: Schema
  readonly response?: Readonly<Record<string, Schema>>
}

interface Parameters {
  readonly properties: Readonly<Record<string, Schema>>
  readonly required?: readonly string[]
}

/** Operations by path and method. */
export type Paths = Record<string, Record<string, unknown>>

const meanings: Readonly<Record<string, string>> = {
  200: 'OK',
  201: 'Saved',
  202: 'Taken',
  204: 'Done',
  400: 'The request is not as described: a parameter or key is unknown, missing or of another type',
  401: 'A token is needed',
  403: 'The role does not allow it, or the request comes from another site',
  404: 'Not known',
  408: 'The bytes of the request stopped arriving',
  409: 'Someone was faster, or has it',
  413: 'Too large',
  414: 'The address is too long',
  415: 'A type that is not read',
  422: 'Values that are not right, each with its reason',
  429: 'Too many requests in a minute, or too many tokens that are not valid',
  431: 'The headers have too many bytes',
  500: 'A defect of the service; its log says more',
  503: 'Broker or store are away: nothing was changed, and the same may be asked again',
}
const headers: Readonly<Record<string, object>> = {
  'retry-after': {
    description: 'Seconds to wait before the next try.',
    required: true,
    schema: whole,
  },
  'www-authenticate': { description: 'Bearer', required: true, schema: text },
}
const headersOf: Readonly<Record<string, readonly string[]>> = {
  401: ['www-authenticate'],
  408: ['retry-after'],
  429: ['retry-after'],
  503: ['retry-after'],
}
const tags: Readonly<Record<string, string>> = {
  documents: 'Documents in, and their pages',
  tasks: 'The queue of documents that wait for a person',
  verdicts: 'Answers',
  quality: 'The tables of the dashboard',
  operate: 'Models, rules, dead letters and the trainer',
  accounts: 'Who asks, and what was done',
}
/** Components with a name of their own; everything else stands where it is used. */
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
    Problem: failure,
    IgnoredFilter: ignoredFilter,
    ModelVersion: modelVersion,
    Rule: rule,
    DeadLetter: letter,
    Replayed: replayed,
    Training: training,
  }).map(([name, schema]) => [schema, `schemas/${name}`]),
)

const version = '1'
const info = {
  title: 'Errata',
  version,
  license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
  description:
    'Documents in, tasks and answers, quality, and what operators decide. The pages of Errata use nothing else. Unknown parameters and keys are refused. Failures are application/problem+json with code and message; an address that is for other methods answers 405 with Allow. Times are UTC. Readers may GET; reviewers may also answer and send documents; what needs an operator says so.',
}

/** Notes every route that is registered after this in this scope and those below. */
export function collectRoutes(app: FastifyInstance): Paths {
  const paths: Paths = {}
  app.addHook('onRoute', (route: RouteOptions) => {
    const schema = route.schema as RouteSchema | undefined
    if (schema?.summary === undefined) return
    const path = route.url.replace(/:(\w+)/g, '{$1}')
    for (const method of [route.method].flat().filter((name) => name !== 'HEAD'))
      paths[path] = {
        ...paths[path],
        [method.toLowerCase()]: {
          operationId: nameOf(method, path),
          ...operation(schema, route.config ?? {}),
        },
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
      ...components(),
    },
  }
}

function operation(
  { summary, description, tags: groups, response, body, ...asked }: RouteSchema,
  { right, requestBody = bodyOf(body) }: Pick<FastifyContextConfig, 'right' | 'requestBody'>,
): object {
  const needed = right === undefined || right === 'own' ? undefined : rights[right].role
  const said = [description, needed === undefined ? undefined : `Needs the role ${needed}.`]
    .filter((line) => line !== undefined && line !== '')
    .join(' ')
  const parameters = [
    ...parametersIn('path', asked.params),
    ...parametersIn('query', asked.querystring),
    ...parametersIn('header', asked.headers),
  ]
  const failing = [
    ...(requestBody === undefined && parameters.length === 0 ? [] : [400]),
    ...(asked.params === undefined ? [] : [414]),
    ...[401, 403, 429, 431, 500, 503],
    ...(requestBody === undefined ? [] : [408, 413, 415]),
  ]
  const answers: Readonly<Record<string, Schema>> = {
    ...Object.fromEntries(failing.map((status) => [status, failure])),
    ...response,
  }
  return {
    summary,
    tags: groups,
    parameters,
    ...(said === '' ? {} : { description: said }),
    ...(requestBody === undefined ? {} : { requestBody }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, type]) => [status, responseOf(status, type)]),
    ),
  }
}

function bodyOf(schema: Schema | undefined): object | undefined {
  return schema === undefined
    ? undefined
    : { required: true, content: { 'application/json': { schema } } }
}

function parametersIn(place: string, { properties = {}, required = [] }: Partial<Parameters> = {}) {
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: required.includes(name),
    schema,
  }))
}

/** By the status; described once where it is no more than the failure that every route may have. */
function responseOf(status: string, type: Schema): object {
  if (type !== failure) return describe(status, type)
  const known = failures.get(status) ?? describe(status, failure)
  failures.set(status, known)
  named.set(known, `responses/Problem${status}`)
  return known
}

const failures = new Map<string, object>()

function components(): Record<string, Record<string, unknown>> {
  const groups: Record<string, Record<string, unknown>> = { responses: {}, schemas: {} }
  for (const [value, path] of [...named].sort(([, a], [, b]) => (a < b ? -1 : 1))) {
    const [group = '', name = ''] = path.split('/')
    groups[group] = { ...groups[group], [name]: inside(value) }
  }
  return groups
}

function describe(status: string, type: Schema): object {
  const names = headersOf[status] ?? []
  const said = {
    description: type['description'] ?? meanings[status] ?? status,
    ...(names.length === 0
      ? {}
      : { headers: Object.fromEntries(names.map((name) => [name, headers[name]])) }),
    ...('headers' in type ? { headers: type['headers'] } : {}),
  }
  if (type['type'] === 'null') return said
  const media = Number(status) < 400 ? 'application/json' : problemType
  return { ...said, content: type['content'] ?? { [media]: { schema: type } } }
}

/** Such as postTasksDocumentIdVerdict; a page has its own, since the API may have its address too. */
function nameOf(method: string, path: string): string {
  const words = path
    .replace(/^\/api/, '')
    .split(/[^A-Za-z0-9]+/)
    .filter((word) => word !== '')
  return (
    method.toLowerCase() +
    words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('') +
    (method === 'GET' && !path.startsWith('/api') ? 'Page' : '')
  )
}

/** The same with references in place of the schemas that have a name. */
function referring(value: unknown): unknown {
  const name = named.get(value)
  return name !== undefined ? { $ref: `#/components/${name}` } : inside(value)
}

function inside(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(referring)
  return typeof value === 'object' && value !== null
    ? Object.fromEntries(Object.entries(value).map(([key, item]) => [key, referring(item)]))
    : value
}
