/**
 * Which model an extractor reads with when the store is to blame, on the fake cluster: two
 * containers share the topics, and not the disk.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openBlobs, sha256Of, type Blobs } from '../../../connectors/blobs/blobs.ts'
import { createTopics, openProducer } from '../../../connectors/kafka/kafka.ts'
import { followModels, type ModelsInUse } from '../../../deploy/services/follow-models.ts'
import { codeOf } from '../../../errors.ts'
import { featureVersion } from '../../../processors/model/features.ts'
import { modelKey, modelReadersOf } from '../../../processors/model/model-registry.ts'
import { fixedProfiles } from '../../../deploy/services/service.ts'
import { loadProfiles } from '../../../schemas/profiles.ts'
import { topicName } from '../../../topology.ts'
import { readConfig } from '../../../config.ts'
import { bundleOf } from '../../bundles.ts'
import { openFakeGround, type FakeGround } from '../../promises/fake-ground.ts'
import { modelOf } from '../../records.ts'
import { quiet, until } from '../../toys.ts'

const folder = mkdtempSync(join(tmpdir(), 'errata-follow-models-'))
const profiles = fixedProfiles(loadProfiles())
let ground: FakeGround
let running: ModelsInUse[] = []
beforeEach(async () => {
  ground = await openFakeGround(1)
  const name = topicName('models', ground.toys.prefix)
  await createTopics(ground.toys.cluster, [{ name, partitions: 1, replication: 1, settings: {} }])
})
afterEach(async () => {
  await Promise.all(running.map((models) => models.stop()))
  running = []
  await ground.close()
})
afterAll(() => rmSync(folder, { recursive: true }))

const publish = async (version: number, bundle: Buffer): Promise<void> => {
  const { cluster, registry, prefix } = ground.toys
  const producer = openProducer(cluster)
  const model = modelOf(version, {
    state: 'champion',
    championSince: version,
    sha256: sha256Of(bundle),
    bytes: bundle.length,
    manifest: JSON.stringify({ features: featureVersion }),
  })
  await producer.send(topicName('models', prefix), {
    key: modelKey(model),
    value: registry.codec.encode('models', model),
  })
  await producer.close()
}
/** An extractor with a disk of its own. */
const start = async (blobs: Blobs): Promise<ModelsInUse> => {
  const { cluster, registry, prefix: topicPrefix } = ground.toys
  const config = { ...readConfig({}), topicPrefix }
  const use = { config, connection: { cluster, registry }, blobs, profiles, log: quiet }
  const models = followModels(use, modelReadersOf, 20)
  running.push(models)
  await models.ready
  return models
}
const readerOf = (models: ModelsInUse): string => {
  try {
    const reader = models.readerOf('invoice')
    return reader === null ? 'none' : modelKey(reader.ref)
  } catch (error) {
    return codeOf(error)
  }
}
const codesOf = (models: ModelsInUse): string[] => models.problems().map(({ code }) => code)

test('an extractor that never had a model reads without one, and is ready', async () => {
  const models = await start(openBlobs(join(folder, 'never')))
  expect([readerOf(models), codesOf(models), models.notes()]).toEqual(['none', [], []])
})

test('in a container whose disk lacks the champion nothing is read, it is not ready, and the bytes end that', async () => {
  const bundle = bundleOf(1)
  const blobs = openBlobs(join(folder, 'second'))
  await publish(1, bundle)
  const models = await start(blobs)
  expect([readerOf(models), models.problems()]).toEqual([
    'MODEL_UNUSABLE',
    [
      {
        code: 'BLOB_MISSING',
        why: "invoice/1 (BLOB_MISSING) can't be used: documents of invoice wait for a version that can",
      },
    ],
  ])
  const inUse = (): unknown => models.inUse().find(({ profile }) => profile === 'invoice')
  expect(inUse()).toEqual({ profile: 'invoice', version: null, refused: 1 })
  await blobs.put(bundle)
  await until(() => readerOf(models) === 'invoice/1', 'the champion reads')
  expect(codesOf(models)).toEqual([])
  expect(inUse()).toEqual({ profile: 'invoice', version: 1, refused: 0 })
})

test('a store that can not be read is told apart from one that lacks the bytes', async () => {
  const bundle = bundleOf(2)
  const blobs = openBlobs(join(folder, 'file'))
  await blobs.put(bundle)
  await publish(1, bundle)
  const unreadable = {
    ...blobs,
    get: (): Promise<Buffer> => openBlobs('/dev/null').get(sha256Of(bundle)),
  }
  const models = await start(unreadable)
  expect([readerOf(models), codesOf(models)]).toEqual(['MODEL_UNUSABLE', ['STORE_UNREACHABLE']])
})

test('a newer champion whose bytes are not there yet leaves the one that reads, and is a problem until they are', async () => {
  const [first, second] = [bundleOf(3), bundleOf(4)]
  const blobs = openBlobs(join(folder, 'late'))
  await blobs.put(first)
  await publish(1, first)
  const models = await start(blobs)
  expect(readerOf(models)).toBe('invoice/1')
  await publish(2, second)
  await until(() => codesOf(models).length > 0, 'the newer one is missing')
  expect([readerOf(models), codesOf(models)]).toEqual(['invoice/1', ['BLOB_MISSING']])
  await blobs.put(second)
  await until(() => readerOf(models) === 'invoice/2', 'the newer one reads')
  expect(codesOf(models)).toEqual([])
})
