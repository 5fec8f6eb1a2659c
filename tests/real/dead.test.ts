/**
 * Dead letters: seen, filtered, sent back once, and the way of a record that is repaired or fails
 * again.
 */

import { committedOffsets, openProducer } from '../../connectors/kafka/kafka.ts'
import { readLetters, replayLetters, type StoredLetter } from '../../operations/dead-letters.ts'
import type { RunningStage } from '../../runtime/run-stage.ts'
import { testStack, uniquePrefix } from '../stack.ts'
import { copying, openToys, refusal, toyNames, toyRaw, until, type Toys } from '../toys.ts'

jest.setTimeout(180_000) // ms; only a defect takes so long

let toys: Toys
let stage: RunningStage
let broken = true
beforeEach(async () => {
  broken = true
  toys = await openToys({ ...testStack(), prefix: uniquePrefix(), partitions: 2 })
  stage = await toys.run('first', {
    stage: copying('first', ({ key }) => {
      if (broken && key.startsWith('bad')) throw refusal()
    }),
  })
})
afterEach(async () => {
  await stage.stop()
  await toys.close()
})

const send = async (key: string, value: Buffer, partition: number): Promise<void> => {
  const producer = openProducer(toys.cluster)
  await producer.send(`${toys.prefix}one`, { key, value, partition, headers: { 'x-sender': 'me' } })
  await producer.close()
}
const drained = async (): Promise<boolean> => {
  const { group, input } = toyNames('first', toys.prefix)
  const [committed, ends] = await Promise.all([
    committedOffsets(toys.cluster, group, input),
    toys.cluster.ask((admin) => admin.fetchTopicOffsets(input)),
  ])
  return ends.every(
    ({ partition, high }) => BigInt(high) === (committed.get(partition)?.position ?? 0n),
  )
}
const deadTopics = (): string[] => [toyNames('first', toys.prefix).dead]
const letters = (): Promise<StoredLetter[]> =>
  readLetters(toys.cluster, toys.registry.codec, deadTopics(), toys.prefix)
const sendBack = async (
  isWanted: (letter: StoredLetter) => boolean = () => true,
  dryRun = false,
): Promise<string[]> => {
  const told: string[] = []
  await replayLetters(
    toys.cluster,
    toys.registry.codec,
    deadTopics(),
    toys.prefix,
    isWanted,
    dryRun,
    ({ dead }, outcome) => void told.push(`${dead.documentId} ${outcome}`),
  )
  return told
}
const encoded = (key: string): Buffer => toys.registry.codec.encode('raw', toyRaw(key))

describe('a dead letter', () => {
  beforeEach(async () => {
    await send('good', encoded('good'), 0)
    await send('bad1', encoded('bad1'), 0)
    await send('bad2', encoded('bad2'), 1)
    await until(drained, 'all is processed')
  })

  test('is sent back once, whole, and passes once the fault is repaired', async () => {
    broken = false
    expect(await sendBack(undefined, true)).toEqual(['bad1 would send', 'bad2 would send'])
    expect(await sendBack(({ dead }) => dead.documentId === 'bad1')).toEqual(['bad1 sent'])
    expect(await sendBack()).toEqual(['bad1 already sent', 'bad2 sent'])
    await until(drained, 'all is processed')
    expect(
      (await toys.read('two', 'raw')).map(({ key, partition }) => `${key}/${partition}`),
    ).toEqual(['good/0', 'bad1/0', 'bad2/1'])
    const back = (await toys.read('one', 'raw')).filter(
      ({ headers }) => headers['errata-replay'] !== undefined,
    )
    expect(
      back.map(({ headers }) => [
        headers['errata-replay']?.toString(),
        headers['x-sender']?.toString(),
      ]),
    ).toEqual([
      ['1', 'me'],
      ['1', 'me'],
    ])
    expect((await letters()).map(({ replayedAt }) => replayedAt !== null)).toEqual([true, true])
  })

  test('whose record fails again leaves a letter of its own that counts', async () => {
    await sendBack(({ dead }) => dead.documentId === 'bad1')
    await until(drained, 'all is processed')
    const mine = (await letters()).filter(({ dead }) => dead.documentId === 'bad1')
    expect(
      mine.map(({ dead, replayedAt }) => [
        dead.headers['errata-replay']?.toString() ?? '0',
        replayedAt !== null,
      ]),
    ).toEqual([
      ['0', true],
      ['1', false],
    ])
    expect(await sendBack(({ dead }) => dead.documentId === 'bad1')).toEqual([
      'bad1 already sent',
      'bad1 sent',
    ])
    const back = (await toys.read('one', 'raw')).filter(
      ({ headers }) => headers['errata-replay'] !== undefined,
    )
    expect(back.map(({ headers }) => headers['errata-first-origin']?.toString())).toEqual([
      `${toys.prefix}one/0/1`,
      `${toys.prefix}one/0/1`,
    ])
  })

  test('is sent back once when two people try at the same time', async () => {
    const outcomes = await Promise.allSettled([sendBack(), sendBack(), sendBack()])
    expect(outcomes.some(({ status }) => status === 'fulfilled')).toBe(true)
    const back = (await toys.read('one', 'raw')).flatMap(
      ({ headers }) => headers['errata-replay-of']?.toString() ?? [],
    )
    expect(back.length).toBe(new Set(back).size)
    await sendBack()
    const after = (await toys.read('one', 'raw')).flatMap(
      ({ headers }) => headers['errata-replay-of']?.toString() ?? [],
    )
    expect(new Set(after.map((place) => place.split('/').slice(0, 2).join('/'))).size).toBe(2)
    expect(after.length).toBe(new Set(after).size)
  })

  test('that was cut is sent back from its origin, or said to be gone', async () => {
    const large = Buffer.concat([encoded('large').subarray(0, 5), Buffer.alloc(9_000_000, 1)])
    await send('large', large, 0)
    await until(drained, 'all is processed')
    expect(await sendBack(({ dead }) => dead.documentId === 'large')).toEqual(['large sent'])
    await until(drained, 'all is processed')
    const again = (await letters()).filter(({ dead }) => dead.documentId === 'large')
    expect(again.map(({ record }) => record.headers['errata-truncated']?.toString())).toEqual([
      String(large.length),
      String(large.length),
    ])
    const end = again[1]?.dead.offset ?? 0
    await toys.cluster.ask((admin) =>
      admin.deleteTopicRecords({
        topic: `${toys.prefix}one`,
        partitions: [{ partition: 0, offset: String(end + 1) }],
      }),
    )
    expect(await sendBack(({ dead }) => dead.documentId === 'large')).toEqual([
      'large already sent',
      'large gone',
    ])
  })
})
