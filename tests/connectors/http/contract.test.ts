/** The HTTP API takes what its contract says and nothing else, and fails as its contract says. */

import { request } from 'node:http'
import Fastify from 'fastify'
import { holdToContract } from '../../contract.ts'
import { makeTask, openReviewServer, type ReviewServer } from '../../review-server.ts'

let desk: ReviewServer
beforeAll(async () => {
  desk = await openReviewServer([makeTask({ pages: [{ ...page(), turn: 90 }] })])
})
afterAll(async () => desk.close())

function page() {
  return { number: 1, width: 595, height: 842, unit: 'pt', source: 'ocr' } as const
}

interface Problem {
  readonly code: string
  readonly message: string
  readonly detail: string
  readonly status: number
  readonly title: string
  readonly errors?: readonly { readonly in: string; readonly pointer: string }[]
}

const json = { 'content-type': 'application/json' }
const send = (path: string, body: unknown, method = 'POST'): Promise<Response> =>
  fetch(desk.url + path, { method, headers: json, body: JSON.stringify(body) })
const problemOf = async (response: Response): Promise<Problem> => {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  return (await response.json()) as Problem
}
const answer = { revision: 1, reviewer: 'mara', decision: 'confirmed' }
const values = { fields: [], lineItems: [] }

describe('a request that is not as described is refused, and the answer says where', () => {
  test.each<[string, string, unknown, string]>([
    ['a misspelt key', '/api/tasks/d-1/verdict', { ...answer, feilds: [] }, '/feilds'],
    [
      'a misspelt key inside a value',
      '/api/tasks/d-1/verdict',
      { ...answer, fields: [{ name: 'iban', valeu: 'x' }] },
      '/fields/0/valeu',
    ],
    ['a number in quotes', '/api/tasks/d-1/verdict', { ...answer, revision: '1' }, '/revision'],
    ['a number for a text', '/api/tasks/d-1/verdict', { ...answer, reviewer: 7 }, '/reviewer'],
    ['one value for a list', '/api/documents/d-1/check', { ...values, fields: {} }, '/fields'],
    [
      'an unknown decision',
      '/api/tasks/d-1/verdict',
      { ...answer, decision: 'accepted' },
      '/decision',
    ],
    ['null for a flag', '/api/tasks/d-1/lock', { holder: 'page-0001', force: null }, '/force'],
    ['no body', '/api/tasks/d-1/verdict', null, ''],
  ])('%s', async (_, path, body, pointer) => {
    const response = await send(path, body)
    const problem = await problemOf(response)
    expect(problem).toMatchObject({
      status: 400,
      title: 'Bad Request',
      code: 'REQUEST_INVALID',
      errors: [{ in: 'body', pointer }],
    })
    expect([response.status, problem.detail, desk.log]).toEqual([400, problem.message, []])
  })

  test.each([
    ['/api/tasks?limt=5', '/limt'],
    ['/api/tasks?limit=5&limit=6', '/limit'],
    ['/api/tasks?limit=five', '/limit'],
    ['/api/tasks?limit=0x10', '/limit'],
    ['/api/tasks?limit=', '/limit'],
    ['/api/tasks?limit=1e2', '/limit'],
    ['/api/analytics/days?colour=red', '/colour'],
    ['/api/documents/d-1/pages/1?width=wide', '/width'],
  ])('%s', async (path, pointer) => {
    const response = await fetch(desk.url + path)
    const { code, errors } = await problemOf(response)
    expect([response.status, code, errors]).toEqual([
      400,
      'REQUEST_INVALID',
      [expect.objectContaining({ in: 'querystring', pointer })],
    ])
  })

  test('and a long key is named by its beginning', async () => {
    const problem = await problemOf(
      await send('/api/tasks/d-1/verdict', { ...answer, ['k'.repeat(5_000)]: 1 }),
    )
    expect([problem.code, problem.message.length < 300]).toEqual(['REQUEST_INVALID', true])
  })
})

describe('an address', () => {
  test.each([
    ['DELETE', '/api/tasks', 'GET, HEAD'],
    ['PUT', '/api/tasks/d-1/verdict', 'POST'],
    ['GET', '/api/tasks/d%2F1/lock', 'DELETE, POST'],
    ['PATCH', '/review', 'GET, HEAD'],
    ['TRACE', '/api/me', 'GET, HEAD'],
  ])('that is not for %s answers 405 and for which it is: %s', async (method, path, allowed) => {
    const { status, headers, body } = await ask(method, path)
    expect([status, headers['allow'], headers['content-type']]).toEqual([
      405,
      allowed,
      'application/problem+json',
    ])
    expect(JSON.parse(body)).toMatchObject({ code: 'METHOD_NOT_ALLOWED', status: 405 })
  })

  test.each(['/api/nothing', '/api', '/api/tasks/d-1/verdict/more'])(
    'that does not exist is a problem: %s',
    async (path) => {
      const { status, headers, body } = await ask('POST', path)
      expect([status, headers['allow'], headers['content-type']]).toEqual([
        404,
        undefined,
        'application/problem+json',
      ])
      expect(JSON.parse(body)).toMatchObject({ code: 'NOT_FOUND', status: 404 })
    },
  )

  test.each([
    ['that can not be read', '/api/tasks/%zz', 'GET', json, '', 400],
    ['that gets no JSON', '/api/tasks/d-1/verdict', 'POST', json, '{', 400],
    ['that gets a form', '/api/tasks/d-1/verdict', 'POST', { 'content-type': 'a/b' }, 'x', 415],
    ['that gets too much', '/api/tasks/d-1/verdict', 'POST', json, `"${'x'.repeat(2e6)}"`, 413],
  ] as const)('%s is a problem', async (_, path, method, headers, body, status) => {
    const response = await ask(method, path, headers, body)
    expect([response.status, response.headers['content-type']]).toEqual([
      status,
      'application/problem+json',
    ])
    expect(JSON.parse(response.body)).toMatchObject({ code: 'REQUEST_INVALID', status })
  })
})

test('a page that was turned says so, as described', async () => {
  const task = (await (await fetch(`${desk.url}/api/tasks/d-1`)).json()) as {
    readonly pageList: readonly { readonly turn: number }[]
  }
  expect(task.pageList[0]?.turn).toBe(90)
})

test('a server whose answer is not as described can not be closed in silence', async () => {
  const app = Fastify()
  holdToContract(app)
  const schema = { summary: 'x', response: { 200: { type: 'object', required: ['a'] } } }
  app.get('/x', { schema }, async (_request, reply) => reply.type('application/json').send('{}'))
  await app.inject('/x')
  await expect(app.close()).rejects.toThrow("GET /x 200: data must have required property 'a'")
})

/** As fetch would not ask. */
function ask(
  method: string,
  path: string,
  headers: Readonly<Record<string, string>> = {},
  body = '',
): Promise<{ status: number; headers: NodeJS.Dict<string | string[]>; body: string }> {
  return new Promise((resolve, reject) => {
    const asked = request(desk.url + path, { method, headers }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => (text += chunk))
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      )
    })
    asked.on('error', reject)
    asked.end(body)
  })
}
