/** Answers given in Prodigy, over the real log: taken once, and only what is sure. */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openProducer, type Producer } from '../../connectors/kafka/kafka.ts'
import type { ProdigyLine } from '../../connectors/prodigy/prodigy.ts'
import type { Part } from '../../deploy/services/service.ts'
import { startStage } from '../../deploy/services/stages.ts'
import type { Connection } from '../../operations/connect.ts'
import { lineOfTask, lineOfVerdict } from '../../cli/export.ts'
import { importLines, type Imported } from '../../cli/import.ts'
import { follow, type Following } from '../../runtime/follow.ts'
import { loadProfiles, profileOf } from '../../schemas/profiles.ts'
import type { Task, Verdict } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { testConfig } from '../stack.ts'
import { openContext } from './context.ts'
import { generatedVerdicts } from '../verdicts.ts'

const silent = { debug() {}, info() {}, warn() {}, error() {} }
const home = mkdtempSync(join(tmpdir(), 'errata-prodigy-'))
const config = testConfig({ home })
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
let counted: Following
let part: Part

beforeAll(async () => {
  const context = await openContext(config)
  connection = context.connection
  part = await startStage(context, 'judge')
  producer = openProducer(connection.cluster)
  for (const task of tasks)
    await producer.send(topicName('needs-review', config.topicPrefix), {
      key: task.documentId,
      value: connection.registry.codec.encode('needs-review', task),
    })
  counted = follow({
    ...connection,
    topic: 'verdicts',
    name: topicName('verdicts', config.topicPrefix),
    log: silent,
    apply: (_, verdict) => void (verdict !== null && verdicts.push(verdict)),
  })
  await counted.ready
}, 120_000)

afterAll(async () => {
  await part?.stop()
  await counted?.stop()
  await producer?.close()
  await connection?.close()
  rmSync(home, { recursive: true, force: true })
})

async function take(...lines: readonly (ProdigyLine | string)[]): Promise<Imported[]> {
  const imported = await importLines(
    config,
    connection,
    profiles,
    lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))),
    { reviewer: null },
  )
  await counted.caughtUp()
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

test('a line that judge refuses is reported with its reason, and can be taken again', async () => {
  const receipt = profileOf(profiles, 'receipt')
  const colour = {
    name: 'colour',
    type: 'text',
    label: '',
    required: false,
    perVendor: false,
  } as const
  const richer = { ...receipt, fields: [...receipt.fields, colour] } // than judge has it
  const line = answered(1)
  const spans = line.spans.map((span, k) => (k === 0 ? { ...span, label: 'colour' } : span))
  const lines = [JSON.stringify({ ...line, spans })]
  expect(
    await importLines(config, connection, new Map([['receipt', richer]]), lines, {
      reviewer: null,
    }),
  ).toMatchObject([{ outcome: 'refused', reason: 'colour: the profile receipt has no such field' }])
  expect((await take(line)).map(({ outcome }) => outcome)).toEqual(['imported'])
  expect(verdicts.at(-1)).toMatchObject({ documentId: truths[1]?.documentId, revision: 1 })
})
