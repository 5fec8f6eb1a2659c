/**
 * The OpenAPI document: current, whole, and true: what the service answers is what it says, and the
 * pages ask for nothing else.
 */

import { madeAccounts } from '../accounts.ts'
import { readFileSync } from 'node:fs'
import { openapiText } from '../../docs/openapi.ts'
import { madeAnalytics, madeAudit, madeOperate } from '../browser/figures.ts'
import { openMadeDocuments, type MadeDocuments } from '../made-documents.ts'
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
  readonly components: {
    readonly schemas: Readonly<Record<string, object>>
    readonly responses: Readonly<Record<string, object>>
  }
}

const written = readFileSync('docs/openapi.json', 'utf8')
const document = JSON.parse(written) as Document
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

let desk: ReviewServer
let made: MadeDocuments | null = null
afterEach(async () => {
  await desk?.close()
  made?.close()
  made = null
})

test('is what the routes say (npm run docs)', async () => {
  expect(written).toBe(await openapiText())
})

test('every reference leads somewhere, every operation has a name of its own, a known tag and all parts of its address', () => {
  const { schemas, responses } = document.components
  const names = Object.entries({ schemas, responses }).flatMap(([group, all]) =>
    Object.keys(all).map((name) => `${group}/${name}`),
  )
  expect(
    [...written.matchAll(/"#\/components\/(\w+\/\w+)"/g)]
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

test('every document and figure that can be read is answered, and as described', async () => {
  // the desk holds each answer against the contract
  made = openMadeDocuments()
  made.accept('d-1', 'nordlicht.pdf')
  desk = await openReviewServer([makeTask()], {
    documents: made.documents,
    analytics: madeAnalytics,
    operate: madeOperate,
    auditLog: madeAudit,
    ...madeAccounts(),
  })
  const { url } = desk
  const asked = operations
    .filter(({ method, path }) => method === 'get' && path !== '/api/events')
    .map(({ path }) => path.replace('{documentId}', 'd-1').replace('{page}', '1'))
  expect(asked.length).toBeGreaterThan(30)
  const statuses = await Promise.all(
    asked.map(async (path) => [path, (await fetch(url + path)).status]),
  )
  expect(statuses.filter(([, status]) => status !== 200)).toEqual([])
})
