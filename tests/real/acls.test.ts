/**
 * Every process with a user of its own, on a broker that allows only what `errata topics --acls`
 * prints: the main job passes from a document to a rule and to the rows of analytics, and nobody
 * may do more than that.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../../config.ts'
import { openBlobs } from '../../connectors/blobs/blobs.ts'
import {
  committedOffsets,
  createAcls,
  missingAcls,
  openProducer,
  openTransactions,
  topicOffsets,
  type AccessRight,
} from '../../connectors/kafka/kafka.ts'
import { startAnalyticsPart } from '../../deploy/services/analytics.ts'
import { followProfiles } from '../../deploy/services/follow-profiles.ts'
import type { Part, ServiceContext } from '../../deploy/services/service.ts'
import { startStage } from '../../deploy/services/stages.ts'
import { startTrainer } from '../../deploy/services/trainer.ts'
import { startWatch } from '../../deploy/services/watch.ts'
import { startWeb } from '../../deploy/services/web.ts'
import { codeOf } from '../../errors.ts'
import { accessRights } from '../../operations/acls.ts'
import { connect, type Connection } from '../../operations/connect.ts'
import { decideOnModels } from '../../operations/models.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { decisionId } from '../../runtime/names.ts'
import { allTopics } from '../../runtime/existing-topics.ts'
import {
  deadTopicName,
  groupName,
  services,
  stageNames,
  stages,
  topicName,
  transactionalId,
  type ServiceName,
} from '../../topology.ts'
import { ublOf } from '../../trainer/samples/ubl.ts'
import { drawSample } from '../../trainer/samples/sample.ts'
import { readDocumentStatus } from '../../operations/document-status.ts'
import { pdfOf } from '../papers.ts'
import { openPort } from '../ports.ts'
import { testConfig } from '../stack.ts'
import { quiet } from '../toys.ts'
import { startAclBroker, type AclBroker } from './acl-broker.ts'

jest.setTimeout(300_000) // ms; a broker and twelve processes' work start on a busy machine

const home = mkdtempSync(join(tmpdir(), 'errata-acl-home-'))
const starters: Readonly<Record<ServiceName, (context: ServiceContext) => Promise<Part>>> = {
  watch: startWatch,
  web: startWeb,
  analytics: startAnalyticsPart,
  trainer: startTrainer,
}
const serviceNames = Object.keys(services) as ServiceName[]
const principals = [...new Set(accessRights('').map(({ principal }) => principal))]
let config: Config
let broker: AclBroker
let admin: Connection
const connections: Connection[] = []
const parts = new Map<string, Part>()
const failures: string[] = []

async function connectAs(name: string): Promise<Connection> {
  const connection = await connect({ ...config, ...broker.access(`errata-${name}`) }, quiet)
  connections.push(connection)
  return connection
}

beforeAll(async () => {
  broker = await startAclBroker(principals)
  config = {
    ...testConfig({ home, sampleShare: 0, trainCron: '', trainCount: 0 }),
    ...broker.access('admin'),
    ocrEngine: 'tesseract',
    ocrLanguages: 'eng',
    httpPort: await openPort(),
    trainerPort: await openPort(),
    clickhousePort: await openPort(),
  }
  admin = await connect(config, quiet)
  await ensureTopics(admin.cluster, config)
  await broker.grant(accessRights(config.topicPrefix))
  const begin = async (name: string, start: (context: ServiceContext) => Promise<Part>) => {
    const connection = await connectAs(name)
    const own = { ...config, ...broker.access(`errata-${name}`) }
    const blobs = openBlobs(join(home, 'blobs'))
    const profiles = followProfiles({ config: own, connection, log: quiet }, join(home, 'profiles'))
    parts.set(`profiles of ${name}`, profiles)
    await profiles.ready
    const part = await start({ config: own, home, connection, blobs, profiles, log: quiet })
    part.failed.catch((error: Error) => failures.push(`${name}: ${error.message}`))
    parts.set(name, part)
  }
  for (const name of stageNames) await begin(name, (context) => startStage(context, name))
  for (const name of serviceNames) await begin(name, starters[name])
  await until('everybody is ready', () => problems().length === 0)
})

afterAll(async () => {
  await Promise.all([...parts.values()].map((part) => part.stop()))
  await Promise.all([admin, ...connections].map((connection) => connection?.close()))
  await broker?.stop()
  rmSync(home, { recursive: true, force: true })
})

const problems = (): string[] =>
  [...parts].flatMap(([name, part]) =>
    part.problems().map(({ code, why }) => `${name}: ${code}: ${why}`),
  )

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = performance.now() + 120_000
  for (; !(await holds()); await sleep(200)) {
    if (failures.length > 0) throw new Error(failures.join())
    if (performance.now() > end) throw new Error(`${what}: ${problems().join('; ')}`)
  }
}

const site = (): string => `http://127.0.0.1:${config.httpPort}`

async function upload(name: string, type: string, bytes: Buffer): Promise<void> {
  const body = new FormData()
  body.set('file', new Blob([new Uint8Array(bytes)], { type }), name)
  const answer = await fetch(`${site()}/documents`, { method: 'POST', body })
  expect([answer.status, answer.ok ? '' : await answer.text()]).toEqual([202, ''])
}

interface ListedTask {
  readonly documentId: string
  readonly nextRevision: number
}

async function asked(method: 'GET' | 'POST', path: string, body?: object): Promise<unknown> {
  const answer = await fetch(`${site()}${path}`, {
    method,
    headers: { 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text}`)
  return JSON.parse(text)
}

async function countOf(topic: string): Promise<number> {
  const offsets = await topicOffsets(admin.cluster, topic)
  return [...offsets.values()].reduce((sum, { high }) => sum + Number(high), 0)
}

describe('with its own rights alone', () => {
  test('documents are read, accepted, put to a person and counted', async () => {
    const { invoice, issuer } = drawSample(5, 0)
    if (invoice === null) throw new Error('the sample is no invoice')
    // Two files of one invoice: settle looks up what is printed on the second for its task
    const xml = ublOf(issuer, invoice)
    await upload('one.xml', 'application/xml', Buffer.from(xml))
    await upload('two.xml', 'application/xml', Buffer.from(`${xml}<!-- again -->`))
    await upload(
      'receipt.pdf',
      'application/pdf',
      await pdfOf([{ text: 'Tea 3.00', x: 60, y: 780 }]),
    )
    const status = async () => readDocumentStatus(config, admin)
    await until('all are decided on', async () => {
      const { raw, inFlight } = await status()
      return raw === 3 && inFlight === 0
    })
    expect(await status()).toMatchObject({ raw: 3, dead: 0 })
    expect((await status()).review).toBeGreaterThan(0)
  })

  test('a verdict is taken by the pages, learned and taught', async () => {
    const before = await countOf(topicName('training', config.topicPrefix))
    const { tasks } = (await asked('GET', '/api/tasks')) as { tasks: ListedTask[] }
    const [task] = tasks
    if (task === undefined) throw new Error('no task is open')
    const { documentId, nextRevision: revision } = task
    await asked('POST', `/api/tasks/${encodeURIComponent(documentId)}/verdict`, {
      revision,
      reviewer: 'ann',
      decision: 'confirmed',
    })
    await until('the verdict is learned', async () => {
      return (await countOf(topicName('training', config.topicPrefix))) > before
    })
  })

  test('a record that nobody can read becomes a dead letter, and an operator sends it back', async () => {
    const intake = await connectAs('intake')
    const producer = openProducer(intake.cluster)
    await producer.send(topicName('raw', config.topicPrefix), {
      key: 'poison',
      value: Buffer.from('no record'),
    })
    await producer.close()
    const dead = deadTopicName('ocr', config.topicPrefix)
    await until('the dead letter', async () => (await countOf(dead)) > 0)
    const { letters } = (await asked('GET', '/api/dead')) as { letters: { at: string }[] }
    expect(letters).toHaveLength(1)
    expect(await asked('POST', '/api/dead/replay', { at: letters.map(({ at }) => at) })).toEqual({
      letters: [{ at: letters[0]?.at, outcome: 'sent' }],
    })
    await until('it dies again', async () => (await countOf(dead)) > 1)
  })

  test('decisions on models are made by the trainer and by operators', async () => {
    for (const name of ['trainer', 'operator']) {
      const connection = await connectAs(name)
      const decided = decideOnModels(config, connection, (catalogue) => ({
        records: [...catalogue.versions.values()].map(({ model }) => model).slice(0, 1),
        result: 'decided',
      }))
      expect(await decided).toBe('decided')
    }
  })

  test('every record of the topics of analytics is stored', async () => {
    const query = async (sql: string): Promise<string> => {
      const address = `http://127.0.0.1:${config.clickhousePort}/?query=${encodeURIComponent(sql)}`
      return (await (await fetch(address)).text()).trim()
    }
    await until('the rows', async () => (await query('SELECT count() FROM documents_raw')) === '3')
  })

  test('nobody has failed, and everybody is ready', () =>
    expect([failures, problems()]).toEqual([[], []]))
})

test('rights that are there are not made again', async () => {
  const rights = accessRights(config.topicPrefix)
  expect(await missingAcls(admin.cluster, rights)).toEqual([])
  expect(await createAcls(admin.cluster, rights)).toBe(0)
})

describe('nobody may do more', () => {
  const rightsOf = (principal: string): readonly AccessRight[] =>
    accessRights(config.topicPrefix).filter((right) => right.principal === principal)
  // The library forgets why no broker named a coordinator, so that a group or a transactional id
  // that isn't allowed looks like one whose coordinator is away
  const refused = /^CONFIG_INVALID: .*authoriz|Failed to find group coordinator/i
  const outcome = (attempt: Promise<unknown>): Promise<string> =>
    attempt.then(
      () => 'allowed',
      (error: unknown) => `${codeOf(error)}: ${(error as Error).message}`,
    )

  test.each(principals)('than %s needs', async (principal) => {
    const { cluster } = await connectAs(principal.slice('errata-'.length))
    const rights = rightsOf(principal)
    const has = (
      resource: AccessRight['resource'],
      name: string,
      ...operations: AccessRight['operations']
    ): boolean =>
      rights.some(
        (right) =>
          right.resource === resource &&
          operations.some((operation) => right.operations.includes(operation)) &&
          (right.pattern === 'literal' ? right.name === name : name.startsWith(right.name)),
      )
    const wrong: string[] = []
    const expectRefused = async (what: string, attempt: Promise<unknown>): Promise<void> => {
      const said = await outcome(attempt)
      if (!refused.test(said)) wrong.push(`${what}: ${said}`)
    }
    const producer = openProducer(cluster)
    for (const { name } of allTopics(config.topicPrefix)) {
      if (!has('topic', name, 'Write')) {
        const record = { key: 'k', value: Buffer.from('v'), partition: 0 }
        await expectRefused(`writes ${name}`, producer.send(name, record))
      }
    }
    await producer.close()
    for (const stage of stageNames) {
      const group = groupName(stage, config.topicPrefix)
      const asked = committedOffsets(
        cluster,
        group,
        topicName(stages[stage].reads, config.topicPrefix),
      )
      if (has('group', group, 'Read', 'Describe')) await asked
      else await expectRefused(`sees the group of ${stage}`, asked)
    }
    const ids = [
      ...stageNames.map((stage) => transactionalId(stage, 0, config.topicPrefix)),
      decisionId('models', config.topicPrefix),
      decisionId('replay', config.topicPrefix),
    ]
    for (const id of ids.filter((one) => !has('transactional-id', one, 'Write'))) {
      const fenced = openTransactions(cluster, id).then(async (transactions) => {
        try {
          await transactions.fence()
        } finally {
          transactions.discard()
        }
      })
      await expectRefused(`fences ${id}`, fenced)
    }
    expect(wrong).toEqual([])
  })
})
