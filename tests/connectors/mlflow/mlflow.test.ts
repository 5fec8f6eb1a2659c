/** MLflow at its worst; at its best it is tried by `npm run test:integrations mlflow`. */

import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { openMlflow } from '../../../connectors/mlflow/mlflow.ts'

let server: Server
let answer: { status: number; body: string; headers?: Record<string, string> }
let asked: { method: string; url: string; authorization: string | undefined }[] = []
let url: string

beforeAll((done) => {
  server = createServer((request, response) => {
    asked.push({
      method: request.method ?? '',
      url: request.url ?? '',
      authorization: request.headers.authorization,
    })
    request
      .resume()
      .on('end', () => response.writeHead(answer.status, answer.headers).end(answer.body))
  }).listen(0, '127.0.0.1', () => {
    url = `http://ann:s%40t@127.0.0.1:${(server.address() as AddressInfo).port}`
    done()
  })
})
beforeEach(() => (asked = []))
afterAll((done) => {
  server.closeAllConnections()
  server.close(() => done())
})

const version = (source: string) => ({ version: '1', runId: 'r', source, tags: {} })

test('an MLflow that is away is a coded error that may be tried again', async () => {
  await expect(openMlflow('http://127.0.0.1:1').version()).rejects.toMatchObject({
    code: 'MLFLOW_UNREACHABLE',
  })
})

test('user and password travel as a header and never in an address', async () => {
  answer = { status: 200, body: '3.17' }
  await openMlflow(url).version()
  expect(asked).toEqual([
    {
      method: 'GET',
      url: '/version',
      authorization: `Basic ${Buffer.from('ann:s@t').toString('base64')}`,
    },
  ])
})

test.each(['RESOURCE_DOES_NOT_EXIST', 'INVALID_PARAMETER_VALUE'])(
  'an alias that is not there (%s) is none',
  async (error_code) => {
    answer = { status: 404, body: JSON.stringify({ error_code, message: 'no' }) }
    expect(await openMlflow(url).aliasOf('errata-receipt', 'champion')).toBeNull()
  },
)

test('an error names its code and not what the server said at length', async () => {
  answer = {
    status: 500,
    body: JSON.stringify({ error_code: 'INTERNAL_ERROR', message: 'secret' }),
  }
  const error = await openMlflow(url)
    .versionsOf('x')
    .then(
      () => null,
      (caught: Error) => caught,
    )
  expect(error).toMatchObject({
    code: 'MLFLOW_UNREACHABLE',
    facts: { status: 500, error: 'INTERNAL_ERROR' },
  })
  expect(error?.message).not.toContain('secret')
})

test.each([
  's3://bucket/model',
  'file:///etc',
  '/etc/passwd',
  'http://127.0.0.1/x',
  'mlflow-artifacts:/1/../../etc',
  'mlflow-artifacts:/1/r?x=1',
  'mlflow-artifacts:/%2e%2e/x',
  'models:/errata-receipt/1',
  'models:/m-1/../2',
])('a version whose artifacts are said to be at %s is not fetched', async (source) => {
  await expect(openMlflow(url).download(version(source))).rejects.toMatchObject({
    code: 'MODEL_UNUSABLE',
  })
  expect(asked).toEqual([])
})

test("a version that names a logged model of MLflow's is fetched from where that lies, if it is behind the proxy", async () => {
  answer = {
    status: 200,
    body: JSON.stringify({
      model: { info: { artifact_uri: 'mlflow-artifacts:/3/models/m-1f/artifacts' } },
    }),
  }
  await openMlflow(url).download(version('models:/m-1f'))
  expect(asked.map(({ url: path }) => path)).toEqual([
    '/api/2.0/mlflow/logged-models/m-1f',
    '/api/2.0/mlflow-artifacts/artifacts/3/models/m-1f/artifacts/model.onnx',
  ])
  answer = {
    status: 200,
    body: JSON.stringify({ model: { info: { artifact_uri: 's3://bucket/model' } } }),
  }
  await expect(openMlflow(url).download(version('models:/m-1f'))).rejects.toMatchObject({
    code: 'MODEL_UNUSABLE',
  })
})

test('a version without model.onnx can not be used, which is no reason to try again', async () => {
  answer = { status: 404, body: '' }
  await expect(
    openMlflow(url).download(version('mlflow-artifacts:/1/r/artifacts/model')),
  ).rejects.toMatchObject({ code: 'MODEL_UNUSABLE' })
})

test('the server can not send the download elsewhere', async () => {
  answer = { status: 302, body: '', headers: { location: 'http://127.0.0.1:1/' } }
  await expect(
    openMlflow(url).download(version('mlflow-artifacts:/1/r/artifacts/model')),
  ).rejects.toMatchObject({ code: 'MLFLOW_UNREACHABLE' })
  expect(asked).toHaveLength(1)
})
