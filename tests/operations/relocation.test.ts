import { partitionOf, type KafkaRecord } from '../../connectors/kafka/kafka.ts'
import { openPlaces } from '../../operations/generation/places.ts'
import { openRelocation, type Relocate } from '../../operations/generation/relocation.ts'
import type { TopicName } from '../../processors/processor.ts'
import { createLocalCodec } from '../../schemas/codec.ts'
import type { Topics } from '../../schemas/types.ts'
import { deadOf } from '../outcomes.ts'
import { claimBy, ruleOf, taskOf, verdictFor } from '../records.ts'

const codec = createLocalCodec()
const [former, next] = [4, 6]
let places = openPlaces()
let relocate: Relocate

beforeEach(() => {
  places = openPlaces()
  relocate = openRelocation(
    { prefix: 'a.', partitions: former, codec },
    { prefix: 'b.', partitions: next, codec, reframe: (value) => value },
    places,
  )
})

function recordOf<T extends TopicName>(
  topic: T,
  key: string | null,
  value: Topics[T] | Buffer | null,
  change: Partial<KafkaRecord> = {},
): KafkaRecord {
  return {
    topic: `a.${topic}`,
    partition: 1,
    offset: 40n,
    key: key === null ? null : Buffer.from(key),
    value:
      value === null || Buffer.isBuffer(value) ? value : codec.encode(topic, value as Topics[T]),
    headers: {},
    timestamp: 1_700_000_000_000,
    ...change,
  }
}

async function valueOf<T extends TopicName>(topic: T, record: KafkaRecord): Promise<Topics[T]> {
  const moved = await relocate(record)
  return codec.decode(topic, moved?.value as Buffer)
}

test('key, bytes, time and headers stay; where it lay is added, and the key says where it lies', async () => {
  const headers = { traceparent: Buffer.from('00-1'), 'errata-origin': Buffer.from('a.raw/1/2') }
  const value = Buffer.from('whatever')
  const moved = await relocate(recordOf('raw', 'd-1', value, { headers }))
  expect(moved).toEqual({
    topic: 'b.raw',
    partition: partitionOf('d-1', next),
    key: Buffer.from('d-1'),
    value,
    headers: { ...headers, 'errata-copied-from': Buffer.from('a.raw/1/40') },
    timestamp: 1_700_000_000_000,
  })
  expect(await relocate(recordOf('raw', null, value, { partition: 3 }))).toMatchObject({
    partition: 3,
  })
  expect(await relocate(recordOf('models', 'invoice/1', value))).toMatchObject({ partition: 0 })
})

test('a claim goes to its invoice, its tombstone after it, and it names the reading where that lies now', async () => {
  places.add('a.ocr', { partition: 2, offset: 7 }, { partition: 5, offset: 12 })
  const claim = claimBy({ documentId: 'd-1', outcome: 'review' })
  const source = { topic: 'ocr', partition: 2, offset: 7 }
  const decided = { ...claim, sequence: 7, decision: { ...claim.decision!, source } }
  const moved = await relocate(recordOf('claims', 'd-1', decided))
  expect(moved?.partition).toBe(partitionOf(claim.identity, next))
  expect(await codec.decode('claims', moved?.value as Buffer)).toMatchObject({
    sequence: 12,
    decision: { source: { topic: 'ocr', partition: 5, offset: 12 } },
  })
  const ended = await relocate(recordOf('claims', 'd-1', null))
  expect(ended?.partition).toBe(partitionOf(claim.identity, next))

  const gone = {
    ...decided,
    sequence: 6,
    decision: { ...decided.decision, source: { ...source, offset: 6 } },
  }
  expect(await valueOf('claims', recordOf('claims', 'd-1', gone))).toMatchObject({
    sequence: 0,
    decision: { source: { partition: partitionOf('d-1', next), offset: 0 } },
  })
})

test('a task names the reading of its own partition', async () => {
  places.add('a.ocr', { partition: 1, offset: 7 }, { partition: 0, offset: 3 })
  const task = (sequence: number) => recordOf('needs-review', 'd-1', taskOf('d-1', { sequence }))
  expect((await valueOf('needs-review', task(7))).sequence).toBe(3)
  expect((await valueOf('needs-review', task(-1))).sequence).toBe(-1)
})

test('an example goes to its vendor; where it became another vendor’s, the one that stands is kept', async () => {
  const of = (vendor: string, revision: number) => {
    const verdict = verdictFor('d-1')
    return { ...verdict, revision, vendor: { ...verdict.vendor, id: vendor } }
  }
  const vendors = Array.from({ length: 50 }, (_, nth) => `vat:${nth}`)
  const [one = ''] = vendors
  const alike =
    vendors.find(
      (vendor) => vendor !== one && partitionOf(vendor, next) === partitionOf(one, next),
    ) ?? ''
  expect(await relocate(recordOf('training', 'd-1', of(one, 1)))).toMatchObject({
    partition: partitionOf(one, next),
  })
  const later = recordOf('training', 'd-1', of(alike, 2), { partition: 3 })
  expect(await relocate(later)).toMatchObject({ partition: partitionOf(one, next) })
  expect(await relocate(recordOf('training', 'd-1', null))).toBeNull()
  expect(await relocate(recordOf('training', 'd-1', null, { partition: 3 }))).not.toBeNull()
})

test('a rule that a stage wrote stays beside its vendor’s answers, one of a person with its key', async () => {
  const key = 'vat:1/grand_total'
  const headers = { 'errata-origin': Buffer.from('a.training/0/1') }
  const value = codec.encode('rules', ruleOf('vat:1'))
  expect((await relocate(recordOf('rules', key, value, { headers })))?.partition).toBe(
    partitionOf('vat:1', next),
  )
  expect((await relocate(recordOf('rules', key, value)))?.partition).toBe(partitionOf(key, next))
})

test('a dead letter and the mark that it was replayed go where its record went, and name it there', async () => {
  places.add('a.raw', { partition: 1, offset: 9 }, { partition: 4, offset: 2 })
  places.add('a.ocr.dead', { partition: 1, offset: 40 }, { partition: 4, offset: 5 })
  const headers = { 'errata-first-origin': Buffer.from('a.raw/1/9') }
  const letter = { ...deadOf('a.raw', 'd-1', 1, 9), headers }
  const at = { topic: 'a.ocr.dead' }
  const moved = await relocate(recordOf('dead', 'd-1', letter, at))
  expect(moved).toMatchObject({
    topic: 'b.ocr.dead',
    partition: 4,
    headers: {
      '__connect.errors.topic': Buffer.from('b.raw'),
      '__connect.errors.partition': Buffer.from('4'),
      '__connect.errors.offset': Buffer.from('2'),
    },
  })
  expect(await codec.decode('dead', moved?.value as Buffer)).toMatchObject({
    topic: 'b.raw',
    partition: 4,
    offset: 2,
    headers: { 'errata-first-origin': Buffer.from('b.raw/4/2') },
  })
  const mark = { headers: { 'errata-replayed': Buffer.from('40') }, offset: 41n }
  expect(await relocate(recordOf('dead', 'd-1', null, { ...at, ...mark }))).toMatchObject({
    partition: 4,
    headers: { 'errata-replayed': Buffer.from('5') },
  })
})

test('a letter whose record has left the log goes where that record would come to now', async () => {
  const letter = deadOf('a.raw', 'd-1', 1, 3)
  expect(
    await valueOf('dead', recordOf('dead', 'd-1', letter, { topic: 'a.ocr.dead' })),
  ).toMatchObject({ topic: 'b.raw', partition: partitionOf('d-1', next), offset: 0 })
})
