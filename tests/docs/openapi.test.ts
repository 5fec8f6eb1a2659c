/**
 * The OpenAPI document: current, whole, and true: what the service answers is what it says, and the
 * pages ask for nothing else.
 */

import { readFileSync } from 'node:fs'
import Fastify from 'fastify'
import { openapiText } from '../../docs/openapi.ts'
import { madeAnalytics, madeAudit, madeOperate } from '../browser/figures.ts'
import { makeTask, openReviewServer, type ReviewServer } from '../review-server.ts'

interface Operation {
  readonly operationId: string
  readonly tags: readonly string[]
  readonly parameters: readonly {
    readonly name: string
    readonly in: string
    readonly required: boolean
  }[]
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: object }>> }>
  >
}
interface Document {
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: { readonly schemas: Readonly<Record<string, object>> }
}

const written = readFileSync('docs/openapi.json', 'utf8')
const document = JSON.parse(written) as Document
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

let desk: ReviewServer
afterEach(async () => desk?.close())

test('is what the routes say (npm run docs)', async () => {
  expect(written).toBe(await openapiText())
})

test('every reference leads somewhere, every operation has a name of its own, a known tag and all parts of its address', () => {
  const names = Object.keys(document.components.schemas)
  expect(
    [...written.matchAll(/"#\/components\/schemas\/(\w+)"/g)]
      .map(([, name]) => name)
      .filter((name) => !names.includes(String(name))),
  ).toEqual([])
  expect(new Set(operations.map(({ operation }) => operation.operationId)).size).toBe(
    operations.length,
  )
  const tags = new Set(document.tags.map(({ name }) => name))
  for (const { path, operation } of operations) {
    expect([path, operation.tags.filter((tag) => !tags.has(tag))]).toEqual([path, []])
    expect([
      path,
      operation.parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name),
    ]).toEqual([path, [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name)])
  }
})

test('answers are as described', async () => {
  desk = await openReviewServer([makeTask()], {
    analytics: madeAnalytics,
    operate: madeOperate,
    auditLog: madeAudit,
  })
  const judge = Fastify({
    ajv: {
      customOptions: {
        coerceTypes: false,
        removeAdditional: false,
        useDefaults: false,
        allErrors: true,
      },
    },
  })
  const asked = operations.filter(
    ({ method, path }) => method === 'get' && path !== '/api/events' && !path.includes('/pages/'),
  )
  for (const { path, operation } of asked)
    judge.post(
      path.replace(/\{(\w+)\}/g, ':$1'),
      {
        schema: {
          body: resolved(operation.responses['200']?.content?.['application/json']?.schema ?? {}),
        },
      },
      async () => 'as described',
    )
  for (const { path } of asked) {
    const address = path.replace('{documentId}', 'd-1')
    const response = await fetch(desk.url + address)
    const answer = (await response.json()) as object
    const verdict = await judge.inject({ method: 'POST', url: address, payload: answer })
    expect([path, response.status, verdict.body]).toEqual([path, 200, 'as described'])
  }
  await judge.close()
})

/** With the schemas themselves in place of references. */
function resolved(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolved)
  if (typeof value !== 'object' || value === null) return value
  const reference = (value as { $ref?: string }).$ref
  return reference !== undefined
    ? resolved(document.components.schemas[reference.replace('#/components/schemas/', '')])
    : Object.fromEntries(Object.entries(value).map(([key, item]) => [key, resolved(item)]))
}
