/**
 * Training on the real log: one publication however often and by however many it is tried, whole
 * snapshots while the log is being compacted, a document that was erased is out of the next model,
 * with a record of which versions ever saw it, and no champion is replaced by a trainer that can't
 * see it.
 */

import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { openBlobs } from '../../connectors/blobs/blobs.ts'
import { openProducer, topicOffsets, type Producer } from '../../connectors/kafka/kafka.ts'
import { connect, type Connection } from '../../operations/connect.ts'
import { describeModel, sawDocument } from '../../cli/models-show.ts'
import { readCatalogue } from '../../operations/models.ts'
import { startTrainer } from '../../deploy/services/trainer.ts'
import { scan } from '../../runtime/read-topics.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { trainFromTopic, type Trained } from '../../operations/train.ts'
import { readSnapshot } from '../../operations/read-snapshot.ts'
import { championOf } from '../../processors/model/model-registry.ts'
import { packWords } from '../../processors/document/words.ts'
import { fixedProfiles } from '../../deploy/services/service.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import type { Model, Verdict } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { openPort } from '../ports.ts'
import { testConfig } from '../stack.ts'
import { generatedVerdicts } from '../verdicts.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const home = mkdtempSync(join(tmpdir(), 'errata-training-'))
const config = testConfig({ home })
const profiles = loadProfiles()
const verdicts = generatedVerdicts(profileOf(profiles, 'receipt'), 32, { vendors: 8 })
const name = topicName('training', config.topicPrefix)
const environment = {
  PATH: process.env['PATH'],
  KAFKA_BROKERS: config.brokers ?? '',
  SCHEMA_REGISTRY_URL: config.registryUrl ?? '',
  ERRATA_HOME: home,
  ERRATA_TOPIC_PREFIX: config.topicPrefix,
  ERRATA_PARTITIONS: '2',
  ERRATA_LOG_LEVEL: 'error',
}
let connection: Connection
let producer: Producer

beforeAll(async () => {
  connection = await connect(config, silent)
  await ensureTopics(connection.cluster, config)
  producer = openProducer(connection.cluster)
  for (const verdict of verdicts) await keep(verdict.documentId, verdict)
}, 120_000)

afterAll(async () => {
  await producer?.close()
  await connection?.close()
  rmSync(home, { recursive: true, force: true })
})

async function keep(
  documentId: string,
  verdict: Verdict | null,
  partition = Number(documentId.split('-').at(-1)) % 2,
): Promise<void> {
  await producer.send(name, {
    key: documentId,
    partition,
    value: verdict === null ? null : connection.registry.codec.encode('training', verdict),
  })
}

/** All records of the models topic, the replaced ones too. */
async function published(): Promise<Model[]> {
  const models = topicName('models', config.topicPrefix)
  const [at] = [...(await topicOffsets(connection.cluster, models)).values()]
  const found: Model[] = []
  await scan(
    connection.cluster,
    [{ topic: models, partition: 0, from: at?.low ?? 0n, to: at?.high ?? 0n }],
    config.topicPrefix,
    async ({ value }) => {
      if (value !== null) found.push(await connection.registry.codec.decode('models', value))
    },
  )
  return found
}

const train = (own: Connection): Promise<Trained> =>
  trainFromTopic(config, own, openBlobs(join(home, 'blobs')), profiles, 'receipt', 13, () => {})

test('a trainer that is killed, and two that try at once after it, end with one publication', async () => {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx/esm', 'cli/cli.ts', 'train', '--profile', 'receipt'],
    {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: environment,
    },
  )
  await new Promise<void>((resolve) =>
    child.stderr.on('data', (text: Buffer) => (text.includes('held out') ? resolve() : undefined)),
  )
  child.kill('SIGKILL')
  await once(child, 'exit')
  expect(await published()).toEqual([])

  const others = await Promise.all([connect(config, silent), connect(config, silent)])
  const trained = await Promise.all(others.map(train))
  await Promise.all(others.map((other) => other.close()))
  expect(trained.map(({ outcome }) => outcome).sort()).toEqual(['known', 'promoted'])
  expect((await published()).map(({ version, state }) => [version, state])).toEqual([
    [1, 'champion'],
  ])
}, 180_000)

test('the manifest says what the model is a function of', async () => {
  const champion = championOf(await readCatalogue(config, connection), 'receipt')
  const manifest = JSON.parse(champion?.manifest ?? '{}') as Record<string, unknown>
  const ends = Object.fromEntries(
    [...(await topicOffsets(connection.cluster, name))].map(([partition, { high }]) => [
      String(partition),
      String(high),
    ]),
  )
  expect(manifest).toMatchObject({
    verdicts: 32,
    seed: 13,
    parent: null,
    topic: name,
    offsets: ends,
    generated: 0,
    leftOut: {},
  })
  for (const key of ['software', 'code', 'features', 'split', 'snapshot', 'settings', 'dataset'])
    expect(manifest[key]).toBeTruthy()
  expect([
    ...(manifest['trainedOn'] as string[]),
    ...(manifest['heldOut'] as string[]),
  ]).toHaveLength(32)
})

test('a version in words: where it comes from, what the gate saw, what its thresholds rest on', async () => {
  const champion = championOf(await readCatalogue(config, connection), 'receipt') as Model
  const text = describeModel(
    champion,
    await openBlobs(join(home, 'blobs')).get(champion.sha256),
    0.01,
  )
  for (const part of [
    'receipt/1  champion',
    'first champion',
    `${name} up to 0:`,
    'held out: all documents of one vendor in 5',
    'judged on',
    'corrections read rightly',
    'never accepted',
    'Target 1.00 % wrong, 90 times in 100, for each kind of document by itself.',
    'known text: nothing is accepted: of the surest',
  ])
    expect(text).toContain(part)
  expect(
    describeModel(champion, await openBlobs(join(home, 'blobs')).get(champion.sha256), 0.2),
  ).toMatch(/known text: at most \d+\.\d\d % of the accepted values are wrong/)
})

test('an erased document is out of the next model, and it is known which versions saw it', async () => {
  const [first] = await published()
  const { trainedOn } = JSON.parse(first?.manifest ?? '{}') as { trainedOn: string[] }
  const erased = trainedOn[0] as string
  await keep(erased, null)
  const trained = await train(connection)
  expect(['promoted', 'refused']).toContain(trained.outcome)
  const { versions } = await readCatalogue(config, connection)
  const saw = (key: string): string | null => sawDocument(versions.get(key)?.model as Model, erased)
  expect([saw('receipt/1'), saw(trained.key as string)]).toEqual(['trained on', null])
  expect(
    (
      JSON.parse(versions.get(trained.key as string)?.model.manifest ?? '{}') as {
        verdicts: number
      }
    ).verdicts,
  ).toBe(31)
}, 180_000)

test('a document taken back is news to the trainer where the champion was trained on it', async () => {
  const trainerPort = await openPort()
  const part = await startTrainer({
    config: { ...config, trainCron: '', trainCount: 0, trainerPort },
    home,
    connection,
    blobs: openBlobs(join(home, 'blobs')),
    profiles: fixedProfiles(profiles),
    log: silent,
  })
  const waiting = async (): Promise<number> =>
    (
      (await (await fetch(`http://127.0.0.1:${trainerPort}/trainings`)).json()) as {
        next: { waiting: { receipt: number } }
      }
    ).next.waiting.receipt
  try {
    while (part.problems().length > 0) await sleep(50)
    expect(await waiting()).toBe(0)
    const { trainedOn } = JSON.parse(
      championOf(await readCatalogue(config, connection), 'receipt')?.manifest ?? '{}',
    ) as { trainedOn: string[] }
    await keep('nobody-0', null) // what no model was trained on is no news
    await keep(trainedOn.at(-1) as string, null)
    while ((await waiting()) === 0) await sleep(50)
    expect(await waiting()).toBe(1)
  } finally {
    await part.stop()
  }
}, 60_000)

test('two versions are compared on the verdicts of now, and a champion whose bytes are missing here is not replaced unseen', async () => {
  const { stdout } = await promisify(execFile)(
    process.execPath,
    ['--import', 'tsx/esm', 'cli/cli.ts', 'models', 'compare', 'receipt/1', 'receipt/1'],
    { env: environment },
  )
  expect(stdout).toMatch(/judged on +documents +receipt\/1 +receipt\/1 +difference/)
  expect(stdout).toMatch(/The gate would (let receipt\/1 take over from|keep) receipt\/1: /)

  const elsewhere = mkdtempSync(join(tmpdir(), 'errata-elsewhere-'))
  const trained = await trainFromTopic(
    config,
    connection,
    openBlobs(elsewhere),
    profiles,
    'receipt',
    14,
    () => {},
  )
  rmSync(elsewhere, { recursive: true })
  expect(trained.outcome).toBe('refused')
  expect(trained.reasons.join()).toContain('is not in the blob store here (BLOB_MISSING)')
}, 180_000)

test('a snapshot that is taken while the log is written to and compacted misses no document and takes none back', async () => {
  await connection.cluster.ask((admin) =>
    admin.alterConfigs({
      validateOnly: false,
      resources: [
        {
          type: 2,
          name,
          configEntries: [
            { name: 'cleanup.policy', value: 'compact' },
            { name: 'segment.ms', value: '50' },
            { name: 'min.cleanable.dirty.ratio', value: '0.001' },
            { name: 'max.compaction.lag.ms', value: '1' },
          ],
        },
      ],
    }),
  )
  const small = verdicts.slice(0, 24).map((verdict): Verdict => ({
    ...verdict,
    profile: 'invoice',
    fields: [],
    words: packWords([]),
  }))
  const kept = new Map<string, number>() // latest revision that the broker has acknowledged
  let writing = true
  const write = async (): Promise<void> => {
    for (let revision = 1; writing; revision++) {
      for (const verdict of small) {
        await keep(verdict.documentId, { ...verdict, revision })
        kept.set(verdict.documentId, revision)
      }
    }
  }
  const written = write()
  let last: readonly Verdict[] = []
  for (let round = 0; round < 6; round++) {
    while (kept.size < small.length) await sleep(20)
    const before = new Map(kept)
    last = (await readSnapshot(config, connection, 'invoice')).verdicts
    expect(last.map(({ documentId }) => documentId)).toEqual([...before.keys()].sort())
    for (const { documentId, revision } of last)
      expect(revision).toBeGreaterThanOrEqual(before.get(documentId) as number)
    await sleep(400)
  }
  writing = false
  await written
  const records = async (): Promise<number> => {
    let count = 0
    const ranges = [...(await topicOffsets(connection.cluster, name))].map(
      ([partition, { low, high }]) => ({ topic: name, partition, from: low, to: high }),
    )
    await scan(connection.cluster, ranges, config.topicPrefix, () => void count++)
    return count
  }
  const settled = await readSnapshot(config, connection, 'invoice')
  const wrote = [...kept.values()].reduce((sum, revision) => sum + revision, 0)
  for (
    const end = performance.now() + 40_000;
    (await records()) >= wrote && performance.now() < end;
    await sleep(300)
  );
  expect(await records()).toBeLessThan(wrote) // so it was compacted indeed
  expect((await readSnapshot(config, connection, 'invoice')).fingerprint).toBe(settled.fingerprint)
}, 180_000)
