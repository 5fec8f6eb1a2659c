/**
 * Which model reads, on the real broker: a champion that can't be used gives way to the last one
 * that can, for whoever runs and for whoever starts; where none can, nothing is read and the reason
 * is said; nobody promotes or rolls back to one.
 */

import { generateKeyPairSync } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { openBlobs, sha256Of, type Blobs } from '../../connectors/blobs/blobs.ts'
import { openProducer, type Producer } from '../../connectors/kafka/kafka.ts'
import { connect, type Connection } from '../../operations/connect.ts'
import { followModels, type ModelsInUse } from '../../deploy/services/follow-models.ts'
import { listModels, promoteModel, rollbackModel } from '../../cli/models.ts'
import { decideOnModels, readCatalogue } from '../../operations/models.ts'
import { signed } from '../../operations/model-signatures.ts'
import { readStatus } from '../../operations/status.ts'
import { fixedProfiles, type ServiceContext } from '../../deploy/services/service.ts'
import { startStage } from '../../deploy/services/stages.ts'
import { ensureTopics } from '../../operations/topics.ts'
import {
  championOf,
  modelKey,
  promotion,
  modelReadersOf,
} from '../../processors/model/model-registry.ts'
import { featureVersion } from '../../processors/model/features.ts'
import { loadProfiles } from '../../schemas/profiles.ts'
import type { Model, Ocr } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { bundleHeads, bundleOf } from '../bundles.ts'
import { ocrOf, printOf } from '../documents.ts'
import { modelOf } from '../records.ts'
import { testConfig } from '../stack.ts'
import { call } from './call.ts'
import { until } from '../toys.ts'

jest.setTimeout(120_000) // ms; only a defect takes so long

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const profiles = fixedProfiles(loadProfiles())
const home = mkdtempSync(join(tmpdir(), 'errata-models-'))
const config = testConfig({ home, sampleShare: 0 })
const blobs = openBlobs(join(home, 'blobs'))
const again = 200 // ms between two looks for bytes that were missing
let connection: Connection
let producer: Producer
let running: ModelsInUse

/** One of its weights, all of them halves that mean 1, as the half that means "not a number". */
function withNan(bundle: Buffer): Buffer {
  const at = bundle.indexOf(Buffer.from('003c003c003c003c', 'hex'))
  expect(at).toBeGreaterThan(0)
  bundle.writeUInt16LE(0x7e00, at)
  return bundle
}

const recordOf = (version: number, bundle: Buffer, change: Partial<Model> = {}): Model =>
  modelOf(version, {
    sha256: sha256Of(bundle),
    bytes: bundle.length,
    manifest: JSON.stringify({ features: featureVersion }),
    ...change,
  })

async function makeChampion(own: Connection, topicPrefix: string, model: Model): Promise<void> {
  await decideOnModels({ ...config, topicPrefix }, own, (present) => ({
    records: promotion(present, model, 'ann', Date.now(), 'a test'),
    result: null,
  }))
}

const follow = (own: Connection, topicPrefix: string, its: Blobs = blobs): ModelsInUse =>
  followModels(
    { config: { ...config, topicPrefix }, connection: own, blobs: its, profiles, log: silent },
    modelReadersOf,
    again,
  )

const readerIn = (models: ModelsInUse): string => {
  try {
    const reader = models.readerOf('invoice')
    return reader === null ? 'none' : modelKey(reader.ref)
  } catch (error) {
    return (error as { code: string }).code
  }
}

const saidBy = (models: ModelsInUse): readonly string[] => [
  ...models.problems().map(({ why }) => why),
  ...models.notes(),
]

/** What somebody reads with who starts now, and what they say about it. */
async function afterStart(): Promise<{
  readonly reader: string
  readonly notes: readonly string[]
}> {
  const fresh = follow(connection, config.topicPrefix)
  await fresh.ready
  const found = { reader: readerIn(fresh), notes: saidBy(fresh) }
  await fresh.stop()
  return found
}

beforeAll(async () => {
  connection = await connect(config, silent)
  await ensureTopics(connection.cluster, config)
  producer = openProducer(connection.cluster)
  const bundle = bundleOf(1)
  await blobs.put(bundle)
  await makeChampion(connection, config.topicPrefix, recordOf(1, bundle))
  running = follow(connection, config.topicPrefix)
  await running.ready
}, 120_000)

afterAll(async () => {
  await running?.stop()
  await producer?.close()
  await connection?.close()
  rmSync(home, { recursive: true, force: true })
})

describe('a champion that can not be used gives way to the one before it, before a restart as after it', () => {
  const put = async (bundle: Buffer): Promise<Buffer> => {
    await blobs.put(bundle)
    return bundle
  }
  const damaged = async (bundle: Buffer): Promise<Buffer> => {
    const sha256 = sha256Of(bundle)
    const path = join(home, 'blobs', sha256.slice(0, 2), sha256.slice(2, 4), sha256)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, Buffer.concat([bundle.subarray(1), Buffer.from('x')]))
    return bundle
  }
  const cases: readonly (readonly [
    what: string,
    version: number,
    make: () => Promise<Buffer>,
    change: Partial<Model>,
    code: string,
  ])[] = [
    ['its bytes are nowhere', 2, async () => bundleOf(2), {}, 'BLOB_MISSING'],
    ['its bytes have rotted', 3, () => damaged(bundleOf(3)), {}, 'BLOB_DAMAGED'],
    ['its bytes are no model', 4, () => put(Buffer.from('no model at all')), {}, 'MODEL_UNUSABLE'],
    ['its scores are no numbers', 5, () => put(withNan(bundleOf(5))), {}, 'MODEL_UNUSABLE'],
    [
      'its scores have another shape',
      6,
      () => put(bundleOf(6, {}, bundleHeads.outputs + 2)),
      {},
      'MODEL_UNUSABLE',
    ],
    [
      'it says that it has 500 MB',
      7,
      () => put(bundleOf(7)),
      { bytes: 500_000_000 },
      'MODEL_UNUSABLE',
    ],
    ['it has more bytes than it says', 8, () => put(bundleOf(8)), { bytes: 7 }, 'MODEL_UNUSABLE'],
    [
      'it reads another profile',
      9,
      () => put(bundleOf(9, { profile: 'receipt' })),
      {},
      'MODEL_UNUSABLE',
    ],
    [
      'it wants other features',
      10,
      () => put(bundleOf(10)),
      { manifest: '{"features": "of another release"}' },
      'MODEL_UNUSABLE',
    ],
    [
      'it would accept everything',
      11,
      () => put(bundleOf(11, { strata: { 'new text': [[-1, 1, [0], [], 1]] } })),
      {},
      'MODEL_UNUSABLE',
    ],
  ]
  test.each(cases)('%s', async (_what, version, make, change, code) => {
    await makeChampion(connection, config.topicPrefix, recordOf(version, await make(), change))
    const wanted = `invoice/${version} (${code})`
    await until(
      () => saidBy(running).some((note) => note.startsWith(wanted)),
      'the champion is refused',
      20_000,
    )
    // What the store lacks keeps the stage from being ready: from version 3 on also the bytes of 3
    expect([readerIn(running), running.problems().map((problem) => problem.code)]).toEqual([
      'invoice/1',
      [version === 2 ? 'BLOB_MISSING' : 'BLOB_DAMAGED'],
    ])
    expect(saidBy(running)[0]).toMatch(/can't be used: invoice\/1 reads instead$/)
    expect(await afterStart()).toEqual({ reader: 'invoice/1', notes: saidBy(running) })
  })

  test('the status says so where no process can be asked, and the list has why', async () => {
    expect((await readStatus(config)).notes[0]).toMatch(
      /^invoice\/11 \(MODEL_UNUSABLE\), .* can't be used here: invoice\/1 would read instead$/,
    )
    const { out } = await call(() => listModels(config))
    for (const [, version, , , code] of cases)
      expect(out).toMatch(new RegExp(`^invoice/${version} +(champion|retired) +${code} `, 'm'))
    expect(out).toMatch(/^invoice\/1 +retired +usable /m)
  })
})

describe('nobody decides for a version that can not be used', () => {
  const champion = async (): Promise<string> =>
    modelKey(championOf(await readCatalogue(config, connection), 'invoice') as Model)

  test('a promotion is refused', async () => {
    await expect(promoteModel(config, 'invoice/4', 'a try')).rejects.toMatchObject({
      code: 'MODEL_UNUSABLE',
    })
    expect(await champion()).toBe('invoice/11')
  })

  test('a rollback goes to the last champion that can be used, and says which could not', async () => {
    const { err, code } = await call(() => rollbackModel(config, 'invoice', 'it fails'))
    expect(code).toBe(0)
    expect(err).toContain("passed over, since they can't be used: invoice/10 (MODEL_UNUSABLE)")
    expect(err).toContain('invoice/1 is the champion again')
    expect(await champion()).toBe('invoice/1')
    await until(() => saidBy(running).length === 0, 'all is as decided')
    expect(await afterStart()).toEqual({ reader: 'invoice/1', notes: [] })
  })
})

test('an older version that is published anew dethrones nobody, and none can be given other bytes', async () => {
  const present = (await readCatalogue(config, connection)).versions.get('invoice/1')
    ?.model as Model
  const bundle = bundleOf(12)
  await blobs.put(bundle)
  await makeChampion(connection, config.topicPrefix, recordOf(12, bundle))
  await until(() => readerIn(running) === 'invoice/12', 'the new one reads')
  const forged = bundleOf(99)
  await blobs.put(forged)
  for (const old of [
    present,
    {
      ...present,
      sha256: sha256Of(forged),
      bytes: forged.length,
      championSince: Date.now() + 1_000,
    },
  ]) {
    await producer.send(topicName('models', config.topicPrefix), {
      key: modelKey(old),
      value: connection.registry.codec.encode('models', old),
    })
  }
  expect(await afterStart()).toEqual({ reader: 'invoice/12', notes: [] })
  expect(readerIn(running)).toBe('invoice/12')
})

describe('where the only champion can not be used', () => {
  const own = testConfig({ home, sampleShare: 0 })
  const bundle = bundleOf(50)
  const empty = openBlobs(join(home, 'elsewhere'))
  const ocr = (documentId: string): Ocr =>
    ocrOf(documentId, printOf('Invoice 17', 'Total 12.00'), { profile: 'invoice' })
  let its: Connection
  beforeAll(async () => {
    its = await connect(own, silent)
    await ensureTopics(its.cluster, own)
    await makeChampion(its, own.topicPrefix, recordOf(1, bundle))
  }, 60_000)
  afterAll(async () => its?.close())

  test('nothing is read, the stage is not ready and says why; a version that can be used ends that', async () => {
    const context: ServiceContext = {
      config: own,
      home,
      connection: its,
      blobs: empty,
      profiles,
      log: silent,
    }
    const extracted = async (): Promise<bigint> =>
      [
        ...(await its.cluster.ask((admin) =>
          admin.fetchTopicOffsets(topicName('extracted', own.topicPrefix)),
        )),
      ].reduce((sum, { high }) => sum + BigInt(high), 0n)
    const part = await startStage(context, 'extract')
    let failure: unknown = null
    part.failed.catch((error: unknown) => (failure = error))
    try {
      const sender = openProducer(its.cluster)
      await sender.send(topicName('ocr', own.topicPrefix), {
        key: 'd1',
        value: its.registry.codec.encode('ocr', ocr('d1')),
      })
      await sender.close()
      const reason =
        "invoice/1 (BLOB_MISSING) can't be used: documents of invoice wait for a version that can"
      const said = (): readonly string[] =>
        part.problems().map(({ code, why }) => `${code}: ${why}`)
      await until(() => said().includes(`BLOB_MISSING: ${reason}`), 'the reason is known')
      await new Promise((resolve) => setTimeout(resolve, 4_000))
      expect([said(), await extracted(), failure]).toEqual([[`BLOB_MISSING: ${reason}`], 0n, null])

      const better = bundleOf(51)
      await empty.put(better)
      await makeChampion(its, own.topicPrefix, recordOf(2, better))
      await until(
        async () => (await extracted()) > 0n && part.problems().length === 0,
        'the document is read',
      )
      expect(part.notes?.()).toEqual([])
    } finally {
      await part.stop()
    }
  })

  test('bytes that come late are found', async () => {
    const late = openBlobs(join(home, 'late'))
    await late.put(bundleOf(51))
    await makeChampion(its, own.topicPrefix, recordOf(3, bundle))
    const models = follow(its, own.topicPrefix, late)
    await models.ready
    expect([readerIn(models), models.problems().map(({ code }) => code)]).toEqual([
      'invoice/2',
      ['BLOB_MISSING'],
    ])
    await late.put(bundle)
    await until(() => readerIn(models) === 'invoice/3', 'the champion reads', 20_000)
    expect(saidBy(models)).toEqual([])
    await models.stop()
  })
})

test('with a public key, a version that nobody signed never reads, until it is promoted with the key', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519')
  const signing = {
    modelSigningKey: privateKey.export({ format: 'pem', type: 'pkcs8' }) as string,
    modelPublicKey: publicKey.export({ format: 'pem', type: 'spki' }) as string,
  }
  const own = { ...config, ...testConfig({ home }), modelPublicKey: signing.modelPublicKey }
  await ensureTopics(connection.cluster, own)
  const [first, second] = [bundleOf(71), bundleOf(72)]
  for (const bundle of [first, second]) await blobs.put(bundle)
  await makeChampion(connection, own.topicPrefix, signed(recordOf(1, first), signing))
  await makeChampion(connection, own.topicPrefix, recordOf(2, second))
  const models = followModels(
    { config: own, connection, blobs, profiles, log: silent },
    modelReadersOf,
    again,
  )
  await models.ready
  expect(readerIn(models)).toBe('invoice/1')
  expect(models.problems()).toEqual([]) // the version is to blame, not the store
  expect(models.notes().join()).toContain('invoice/2 (MODEL_UNUSABLE)')
  expect((await readStatus(own)).notes.join()).toContain('invoice/2 (MODEL_UNUSABLE)')
  const listed = (await call(() => listModels(own))).out
  expect(listed).toMatch(/invoice\/2 +champion +MODEL_UNUSABLE +unsigned/)
  expect(listed).toMatch(/invoice\/1 +retired +usable +signed/)

  const promoted = promoteModel(own, 'invoice/2', 'no key')
  await expect(promoted).rejects.toMatchObject({ code: 'MODEL_UNUSABLE' })
  const signer = { ...own, ...signing }
  expect((await call(() => promoteModel(signer, 'invoice/2', 'looked at it'))).code).toBe(0)
  await until(() => readerIn(models) === 'invoice/2', 'the version that is signed')
  expect(models.notes()).toEqual([])
  await models.stop()
})
