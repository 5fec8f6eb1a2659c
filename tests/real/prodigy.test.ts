/** Answers given in Prodigy, over the real log: taken once, and only what is sure. */

import { openProducer, type Producer } from '../../connectors/kafka/kafka.ts'
import type { ProdigyLine } from '../../connectors/prodigy/prodigy.ts'
import { connect, type Connection } from '../../operations/connect.ts'
import { lineOfTask, lineOfVerdict } from '../../cli/export.ts'
import { importLines, type Imported } from '../../cli/import.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { follow, type Following } from '../../runtime/follow.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import type { Task, Verdict } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { testConfig } from '../stack.ts'
import { generatedVerdicts } from '../verdicts.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const config = testConfig()
const profiles = loadProfiles()
const truths = generatedVerdicts(profileOf(profiles, 'receipt'), 3)
const tasks = truths.map((truth): Task => ({
  ...truth,
  revision: 0,
  priority: 0,
  reasons: [],
  fields: truth.fields
    .filter(({ name }) => name !== 'seller_name')
    .map((field) => ({ ...field, confidence: 0.5, origin: 'model' as const })),
  candidates: [],
  checks: [],
}))
const verdicts: Verdict[] = []
let connection: Connection
let producer: Producer
let corrected: Following

beforeAll(async () => {
  connection = await connect(config, silent)
  await ensureTopics(connection.cluster, config)
  producer = openProducer(connection.cluster)
  for (const task of tasks)
    await producer.send(topicName('needs-review', config.topicPrefix), {
      key: task.documentId,
      value: connection.registry.codec.encode('needs-review', task),
    })
  corrected = follow({
    ...connection,
    topic: 'corrected',
    name: topicName('corrected', config.topicPrefix),
    log: silent,
    apply: (_, verdict) => void (verdict !== null && verdicts.push(verdict)),
  })
  await corrected.ready
}, 120_000)

afterAll(async () => {
  await corrected?.stop()
  await producer?.close()
  await connection?.close()
})

async function take(...lines: readonly (ProdigyLine | string)[]): Promise<Imported[]> {
  const imported = await importLines(
    config,
    connection,
    profiles,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))),
    { reviewer: null },
  )
  await corrected.caughtUp()
  return imported
}

/** A task as somebody answers it: with the spans of the truth. */
const answered = (index: number): ProdigyLine => ({
  ...lineOfTask(tasks[index] as Task),
  spans: lineOfVerdict(truths[index] as Verdict).spans,
  answer: 'accept',
})

test('an accepted line is a verdict like any other, and the same line again is nothing', async () => {
  const line = { ...answered(0), _session_id: 'receipts-grace' }
  expect((await take(line)).map(({ outcome }) => outcome)).toEqual(['imported'])
  expect(verdicts).toHaveLength(1)
  expect(verdicts[0]).toMatchObject({
    documentId: truths[0]?.documentId,
    revision: 1,
    reviewer: 'receipts-grace',
    decision: 'corrected',
    basis: 'review',
  })
  expect(verdicts[0]?.fields.map(({ name, value }) => [name, value])).toEqual(
    truths[0]?.fields.map(({ name, value }) => [name, value]),
  )
  expect((await take(line)).map(({ outcome }) => outcome)).toEqual(['unchanged'])
  expect(
    (await take({ ...line, spans: line.spans.slice(1) })).map(({ outcome, reason }) => [
      outcome,
      reason,
    ]),
  ).toEqual([['refused', 'somebody has decided since: revision 1']])
  expect(verdicts).toHaveLength(1)
})

test('what is not sure is refused by itself, with the reason', async () => {
  const imported = await take(
    'no JSON',
    { ...answered(1), answer: 'ignore' },
    { ...answered(1), text: 'another' },
    { ...answered(1), errata: { ...answered(1).errata, documentId: 'unknown' } },
    answered(2),
  )
  expect(imported.map(({ line, outcome, reason }) => [line, outcome, reason])).toEqual([
    [1, 'refused', 'it is not a line that Errata exported'],
    [2, 'not accepted', 'ignore'],
    [3, 'refused', 'its text is not that of the document'],
    [4, 'refused', 'no task and no verdict of this document is known'],
    [5, 'imported', null],
  ])
  expect(verdicts.at(-1)).toMatchObject({ documentId: truths[2]?.documentId, reviewer: 'prodigy' })
})
