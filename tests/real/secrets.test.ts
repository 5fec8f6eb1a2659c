/**
 * Every secret is planted, and everything that could say one is made to fail: servers that refuse
 * whoever asks and repeat what they were shown. None is in what commands print, in logs or on the
 * pages of a process.
 */

import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { createServer as createPlainServer, type AddressInfo, type Server as Plain } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { settings } from '../../config.ts'
import type { Setting } from '../../config/setting.ts'
import { makeAuthority } from '../certificates.ts'
import { openPort } from '../ports.ts'
import { testStack, uniquePrefix } from '../stack.ts'

jest.setTimeout(180_000) // ms; commands start on a busy machine

const folder = mkdtempSync(join(tmpdir(), 'errata-secrets-'))
const mark = 'planted-secret'
let refusing: Server
let redis: Plain
let broker: Plain

const portOf = (server: Server | Plain): number => (server.address() as AddressInfo).port

beforeAll(async () => {
  refusing = createServer((request, response) => {
    const said = JSON.stringify({
      message: `refused: ${request.url} ${JSON.stringify(request.headers)}`,
    })
    response.writeHead(401, { 'content-type': 'application/json' }).end(said)
  }).listen(0, '127.0.0.1')
  redis = createPlainServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', () => socket.write('-WRONGPASS invalid username-password pair\r\n'))
  }).listen(0, '127.0.0.1')
  broker = createPlainServer((socket) => {
    socket.on('error', () => {})
    socket.on('data', () => socket.destroy())
  }).listen(0, '127.0.0.1')
  await Promise.all([refusing, redis, broker].map((server) => once(server, 'listening')))
})

afterAll(() => {
  refusing.closeAllConnections()
  for (const server of [refusing, redis, broker]) server.close()
  rmSync(folder, { recursive: true, force: true })
})

type Environment = Readonly<Record<string, string>>

/** What stores, logins and models need, all of it wrong. */
const others = (): Environment => {
  const place = `127.0.0.1:${portOf(refusing)}`
  return {
    CLICKHOUSE_URL: `http://who:${mark}@${place}/db`,
    REDIS_URL: `redis://who:${mark}@127.0.0.1:${portOf(redis)}`,
    ERRATA_MLFLOW_URL: `http://who:${mark}@${place}`,
    ERRATA_BLOBS: 's3://documents/prefix',
    AWS_ENDPOINT_URL_S3: `http://${place}`,
    AWS_REGION: 'eu-central-1',
    AWS_ACCESS_KEY_ID: `${mark}-id`,
    AWS_SECRET_ACCESS_KEY: mark,
    AWS_SESSION_TOKEN: mark,
    ERRATA_TOKEN: `${mark}-token`,
    ERRATA_OIDC_ISSUER: `http://${place}`,
    ERRATA_OIDC_CLIENT_ID: 'errata',
    ERRATA_OIDC_CLIENT_SECRET: mark,
    ERRATA_PUBLIC_URL: 'http://127.0.0.1:1',
    OTEL_EXPORTER_OTLP_ENDPOINT: `http://${place}`,
    OTEL_EXPORTER_OTLP_HEADERS: `authorization=${mark}`,
    ERRATA_MODEL_SIGNING_KEY: `-----BEGIN PRIVATE KEY-----${mark}-----END PRIVATE KEY-----`,
  }
}

const base = (): Environment => ({
  PATH: process.env['PATH'] ?? '',
  HOME: process.env['HOME'] ?? '',
  ERRATA_HOME: join(folder, 'home'),
  ERRATA_LOG_LEVEL: 'trace',
  ERRATA_TOPIC_PREFIX: uniquePrefix(),
  ERRATA_PARTITIONS: '1',
  ERRATA_OCR_ENGINE: 'tesseract',
  ERRATA_OCR_LANGUAGES: 'eng',
})

/** All that a command says, until it ends or for so long. */
async function said(
  words: readonly string[],
  environment: Environment,
  { forMs = 40_000, meanwhile = async (): Promise<string> => sleep(forMs, '') } = {},
): Promise<string> {
  const child = spawn(process.execPath, ['cli/errata.mjs', ...words], {
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (part) => (text += String(part)))
  const ended = once(child, 'exit')
  const seen = await Promise.race([ended.then(() => ''), meanwhile()])
  child.kill('SIGKILL')
  await ended
  return `${text}${seen}`
}

test('of brokers and a registry that refuse us', async () => {
  const authority = makeAuthority(folder, 'authority')
  const client = authority.sign('client', mark)
  const place = `http://127.0.0.1:${portOf(refusing)}`
  const cluster = {
    ...base(),
    KAFKA_BROKERS: `127.0.0.1:${portOf(broker)}`,
    SCHEMA_REGISTRY_URL: place,
  }
  const ways: readonly Environment[] = [
    {
      KAFKA_USERNAME: 'who',
      KAFKA_PASSWORD: mark,
      SCHEMA_REGISTRY_USERNAME: 'who',
      SCHEMA_REGISTRY_PASSWORD: mark,
    },
    {
      KAFKA_SASL_MECHANISM: 'oauthbearer',
      KAFKA_OAUTH_TOKEN_URL: place,
      KAFKA_OAUTH_CLIENT_ID: 'who',
      KAFKA_OAUTH_CLIENT_SECRET: mark,
      SCHEMA_REGISTRY_TOKEN: mark,
      KAFKA_CA_FILE: authority.file,
      KAFKA_CERT_FILE: client.certFile,
      KAFKA_KEY_FILE: client.keyFile,
      KAFKA_KEY_PASSWORD: mark,
    },
    {
      SCHEMA_REGISTRY_OAUTH_TOKEN_URL: place,
      SCHEMA_REGISTRY_OAUTH_CLIENT_ID: 'who',
      SCHEMA_REGISTRY_OAUTH_CLIENT_SECRET: mark,
      CLICKHOUSE_URL: place,
      CLICKHOUSE_USER: 'who',
      CLICKHOUSE_PASSWORD: mark,
      REDIS_URL: `redis://127.0.0.1:${portOf(redis)}`,
      REDIS_PASSWORD: mark,
    },
    {
      SCHEMA_REGISTRY_URL: place.replace('http', 'https'),
      SCHEMA_REGISTRY_CERT_FILE: client.certFile,
      SCHEMA_REGISTRY_KEY_FILE: client.keyFile,
      SCHEMA_REGISTRY_KEY_PASSWORD: mark,
    },
  ]
  const every = [['doctor'], ['status'], ['topics'], ['run', 'ocr']]
  const texts = await Promise.all(
    ways.flatMap((way, at) =>
      // the first way by every command, the others by those that say most
      every
        .filter(([word]) => at === 0 || word === 'doctor' || word === 'run')
        .map((words) => said(words, { ...cluster, ...others(), ...way })),
    ),
  )
  for (const text of texts) expect(text).not.toContain(mark)
  const codes = texts.filter((text) => /CONFIG_INVALID|_UNREACHABLE/.test(text))
  expect(codes.length).toBeGreaterThan(texts.length / 2)
})

test('of stores, providers and trackers that refuse us', async () => {
  const { brokers, registryUrl } = testStack()
  const [web, metrics, trainer] = [await openPort(), await openPort(), await openPort()]
  const elsewhere = { ERRATA_METRICS_PORT: String(await openPort()) }
  const environment = {
    ...base(),
    ...others(),
    KAFKA_BROKERS: brokers,
    SCHEMA_REGISTRY_URL: registryUrl,
    ERRATA_HTTP_PORT: String(web),
    ERRATA_METRICS_PORT: String(metrics),
    ERRATA_TRAINER_PORT: String(trainer),
  }
  const page = async (url: string): Promise<string> =>
    fetch(url, { redirect: 'manual' })
      .then(async (answer) => `${url} ${answer.status} ${await answer.text()}`)
      .catch(() => '')
  await said(['topics'], environment)
  const meanwhile = async (): Promise<string> => {
    for (const end = Date.now() + 40_000; Date.now() < end; await sleep(200))
      if ((await page(`http://127.0.0.1:${metrics}/metrics`)) !== '') break
    await sleep(8_000)
    const own = ['live', 'ready', 'metrics'].map((path) => `http://127.0.0.1:${metrics}/${path}`)
    const pages = ['', 'auth/login', 'api/tasks'].map((path) => `http://127.0.0.1:${web}/${path}`)
    const body = JSON.stringify({ name: `${mark}-name`, password: mark })
    const login = await fetch(`http://127.0.0.1:${web}/api/login`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', cookie: `errata_session=${mark}` },
      body,
    })
      .then(async (answer) => answer.text())
      .catch(() => '')
    return [login, ...(await Promise.all([...own, ...pages].map(page)))].join('\n')
  }
  const startable = { ERRATA_BLOBS: join(folder, 'blobs'), ERRATA_MODEL_SIGNING_KEY: '' }
  const parts = ['run', 'ocr', 'web', 'analytics', 'trainer']
  const [running, ...texts] = await Promise.all([
    // without what ends a process at its start
    said(parts, { ...environment, ...startable }, { meanwhile }),
    said(['run', 'trainer'], { ...environment, ...elsewhere, ERRATA_BLOBS: join(folder, 'b') }),
    said(['doctor'], environment),
    said(['status'], environment),
    said(['sql', 'SELECT 1'], environment),
  ])
  for (const text of [running, ...texts]) expect(text).not.toContain(mark)
  expect(running).toContain('/ready 503')
})

test('no secret is left out', () => {
  const planted = readFileSync(__filename, 'utf8')
  const secrets = (Object.values(settings) as Setting[]).filter(({ secret }) => secret)
  const missing = secrets.map(({ env }) => env).filter((env) => !planted.includes(env))
  expect(missing).toEqual([])
})
