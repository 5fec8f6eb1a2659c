/**
 * Bad records of all kinds on every topic that somebody follows, on the real broker: everybody who
 * follows it goes on, before and after a restart, and says which records were passed over and why.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBlobs } from '../../connectors/blobs/blobs.ts'
import { openProducer, type Log, type Producer } from '../../connectors/kafka/kafka.ts'
import { followClaims, type ClaimsInUse } from '../../deploy/services/follow-claims.ts'
import { connect, type Connection } from '../../operations/connect.ts'
import { eraseCommand } from '../../cli/erase.ts'
import { followModels, type ModelsInUse } from '../../deploy/services/follow-models.ts'
import { listModels, showModel } from '../../cli/models.ts'
import type { ServiceContext, Part } from '../../deploy/services/service.ts'
import { openAccounts, type AccountsPart } from '../../deploy/services/accounts.ts'
import { openOperate, type OperatePart } from '../../deploy/services/operate.ts'
import { startStage } from '../../deploy/services/stages.ts'
import { startTrainer } from '../../deploy/services/trainer.ts'
import { startWatch } from '../../deploy/services/watch.ts'
import { startWeb } from '../../deploy/services/web.ts'
import { readPast } from '../../operations/past-documents.ts'
import { listRules } from '../../cli/rules.ts'
import { readVerdicts } from '../../operations/rules-at.ts'
import { followPayees, type PayeesInUse } from '../../deploy/services/follow-payees.ts'
import { followProfiles, type FollowedProfiles } from '../../deploy/services/follow-profiles.ts'
import { followRules, type RulesInUse } from '../../deploy/services/follow-rules.ts'
import { readStatus } from '../../operations/status.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { readSnapshot } from '../../operations/read-snapshot.ts'
import { auditCommand, listUsers } from '../../cli/users.ts'
import { topicName } from '../../topology.ts'
import { badRecords, followed, good, type Bad, type Followed } from '../bad-records.ts'
import { openPort } from '../ports.ts'
import { testConfig } from '../stack.ts'
import { call } from './call.ts'
import { until } from '../toys.ts'

jest.setTimeout(240_000) // ms; only a defect takes so long

interface Passed {
  readonly topic: string
  readonly place: string
  readonly code: string
}

const home = mkdtempSync(join(tmpdir(), 'errata-followers-'))
let config = testConfig({
  home,
  trainCron: '',
  trainCount: 0,
  token: 'a-token',
  clickhouseUrl: 'http://127.0.0.1:9/none',
})
const passed: Passed[] = []
const said: object[] = []
const note = (facts: object): void => {
  const { topic, partition, offset, code } = facts as Record<string, string>
  said.push(facts)
  if (offset !== undefined && code !== undefined)
    passed.push({ topic: topic ?? '', place: `${topic}/${partition}/${offset}`, code })
}
const log: Log = { debug() {}, info() {}, warn: note, error: note }
const bad = new Map<string, Bad & { readonly topic: Followed }>() // by place
let connection: Connection
let producer: Producer
let life: Life

const fullName = (topic: Followed): string => topicName(topic, config.topicPrefix)

async function sendGood(id: string): Promise<void> {
  for (const topic of followed) {
    const { key, value } = good[topic](id)
    await producer.send(fullName(topic), {
      key,
      value: connection.registry.codec.encode(topic, value as never),
    })
  }
}

async function sendBad(from: number): Promise<void> {
  for (const topic of followed) {
    for (const record of badRecords(topic, connection.registry.codec, from)) {
      const { partition, offset } = await producer.send(fullName(topic), {
        ...record,
        partition: 0,
      })
      bad.set(`${fullName(topic)}/${partition}/${offset}`, { ...record, topic })
    }
  }
}

/** Everybody who follows something, as `errata run` would have them. */
interface Life {
  readonly profiles: FollowedProfiles
  readonly operating: OperatePart
  readonly accounts: AccountsPart
  readonly rules: RulesInUse
  readonly claims: ClaimsInUse
  readonly payees: PayeesInUse
  readonly models: ModelsInUse
  readonly parts: readonly Part[]
  readonly failures: unknown[]
  stop(): Promise<void>
}

async function begin(): Promise<Life> {
  config = { ...config, httpPort: await openPort(), trainerPort: await openPort() }
  const profiles = followProfiles({ config, connection, log }, join(home, 'profiles'))
  await profiles.ready
  const context: ServiceContext = {
    config,
    home,
    connection,
    blobs: openBlobs(join(home, 'blobs')),
    profiles,
    log,
  }
  const [operating, accounts, rules, claims, payees, models] = [
    openOperate(context),
    openAccounts(context),
    followRules(context),
    followClaims(context),
    followPayees(context),
    followModels(context),
  ]
  const parts = await Promise.all([
    startTrainer(context),
    startWatch(context),
    startWeb(context),
    startStage(context, 'learn'),
    startStage(context, 'teach'),
  ])
  const failures: unknown[] = []
  for (const { failed } of [profiles, operating, accounts, rules, claims, payees, models, ...parts])
    failed.catch((error: unknown) => failures.push(error))
  await Promise.all([accounts, rules, claims, payees, models].map(({ ready }) => ready))
  return {
    profiles,
    operating,
    accounts,
    rules,
    claims,
    payees,
    models,
    parts,
    failures,
    async stop() {
      await Promise.all(
        [profiles, operating, accounts, rules, claims, payees, models, ...parts].map((one) =>
          one.stop(),
        ),
      )
    },
  }
}

const ask = async (path: string, port = config.httpPort): Promise<unknown> =>
  (
    await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: 'Bearer a-token' } })
  ).json()

/** Whether everybody knows the good record of this number. */
async function known(id: string): Promise<Record<Followed, boolean>> {
  const tasks = (await ask('/api/tasks?state=closed')) as { tasks: { documentId: string }[] }
  return {
    models: life.operating.operate.models().some(({ version }) => version === Number(id)),
    rules: life.rules.rulesOf(`vat:${id}`).get('grand_total')?.value === '12.00',
    payees: life.payees.accountsBy(`phone:${id}`)?.length === 1,
    profiles: life.profiles.now().has(`profile_${id}`),
    'training-runs': 'key' in ((await ask(`/trainings/${id}`, config.trainerPort)) as object),
    trainers: life.operating.operate.trainer().reachable, // by the beat of its own trainer
    users: life.accounts.accounts.people.list().some(({ name }) => name === id),
    credentials: life.accounts.accounts.credentials.get(`token ${id}`) !== null,
    audit: life.accounts.auditLog().some(({ actor }) => actor === id),
    training: (await readSnapshot(config, connection, 'receipt')).verdicts.some(
      ({ documentId }) => documentId === id,
    ),
    verdicts: tasks.tasks.some(({ documentId }) => documentId === id),
    'needs-review': tasks.tasks.some(({ documentId }) => documentId === id),
    extracted: life.claims.documentsOf(`vat:${id}`) === 1,
  }
}

async function everybodyKnows(id: string): Promise<void> {
  let now: Partial<Record<Followed, boolean>> = {}
  const all = async (): Promise<boolean> =>
    followed.every((topic) => now[topic] === true) ||
    !Object.values((now = await known(id))).includes(false)
  await until(all, `everybody knows ${id}`, 30_000).catch((error: unknown) => {
    throw new Error(
      `${String(error)}: ${JSON.stringify(now)}, failed: ${life.failures.map(String).join()}`,
    )
  })
}

beforeAll(async () => {
  connection = await connect(config, log)
  await ensureTopics(connection.cluster, config)
  producer = openProducer(connection.cluster)
  await sendGood('1')
  await sendBad(1_000)
  await sendGood('2')
}, 120_000)

afterAll(async () => {
  await life?.stop()
  await producer?.close()
  await connection?.close()
  rmSync(home, { recursive: true, force: true })
})

test('whoever starts where bad records lie is ready, and knows what lies before and after them', async () => {
  life = await begin()
  await until(() => life.parts.every((part) => part.problems().length === 0), 'all are ready')
  for (const id of ['1', '2']) await everybodyKnows(id)
  expect(life.failures).toEqual([])
})

test('whoever runs while bad records come goes on', async () => {
  await sendBad(2_000)
  await sendGood('3')
  await everybodyKnows('3')
  expect([life.failures, life.parts.map((part) => part.problems().length === 0)]).toEqual([
    [],
    [true, true, true, true, true],
  ])
})

test('none of them counts, each is said by its place and code, and nothing of what it says is in the log', async () => {
  expect(
    life.operating.operate
      .models()
      .map(({ name, version }) => `${name}/${version}`)
      .filter((key) => key !== 'invoice/4')
      .sort(),
  ).toEqual(['invoice/1', 'invoice/2', 'invoice/3', 'receipt/1'])
  expect(life.accounts.accounts.people.list().map(({ name }) => name)).toEqual(['1', '2', '3'])
  const codes = new Map(passed.map(({ place, code }) => [place, code]))
  expect(
    [...bad].map(
      ([place, { topic, what }]) => `${topic}, ${what}: ${codes.get(place) ?? 'in silence'}`,
    ),
  ).toEqual([...bad.values()].map(({ topic, what, code }) => `${topic}, ${what}: ${code}`))
  expect([...codes.keys()].filter((place) => !bad.has(place))).toEqual([])
  expect(JSON.stringify(said)).not.toMatch(/Corner Shop|passwd|trainedOn|secret/)
})

test('a restart changes nothing of that', async () => {
  await life.stop()
  passed.length = 0
  life = await begin()
  await until(() => life.parts.every((part) => part.problems().length === 0), 'all are ready')
  for (const id of ['1', '2', '3']) await everybodyKnows(id)
  const codes = new Set(passed.map(({ place }) => place))
  expect([...bad.keys()].filter((place) => !codes.has(place))).toEqual([])
})

test('commands that read topics go on too, and the status says what was passed over', async () => {
  expect((await call(() => listModels(config))).out).toMatch(/invoice\/3/)
  expect(
    (await call(() => showModel(config, 'invoice/1', { json: true, document: null }))).out,
  ).toContain('"d1"')
  expect((await call(() => listRules(config, { vendor: null, json: false }))).out).toContain(
    'vat:3/grand_total',
  )
  expect((await call(() => listUsers(config))).out).toMatch(/^1 +reviewer/)
  expect(
    (
      await call(() =>
        auditCommand(config, { actor: '3', action: null, target: null, json: false }),
      )
    ).out,
  ).toContain('answered')
  expect((await readVerdicts(config.topicPrefix, connection)).map(({ key }) => key).sort()).toEqual(
    ['1', '2', '3'],
  )
  expect(
    (
      await readPast(config.topicPrefix, connection, { from: 0, to: Date.now(), documents: [] })
    ).map(({ document }) => document.documentId),
  ).toEqual(['1', '2', '3'])
  expect(
    (await call(() => eraseCommand(config, '1', { why: 'a test', dryRun: true }))).out,
  ).toContain('extracted')
  const { notes } = await readStatus(config)
  for (const wanted of [
    /^models: \d+ records passed over \(RECORD_INVALID\)$/,
    /^verdicts: \d+ records passed over \(KEY_INVALID\)$/,
    /^extracted: \d+ records passed over \(SCHEMA_FOREIGN\)$/,
  ])
    expect(notes.filter((line) => wanted.test(line))).toHaveLength(1)
})
