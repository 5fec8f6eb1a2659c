/**
 * Rules on the real broker: verdicts teach through the running stages, people decide by the command
 * line, and taking back what a reviewer taught takes rules and training with it.
 */

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { join } from 'node:path'
import { openProducer } from '../../connectors/kafka/kafka.ts'
import type { ServiceContext, Part } from '../../deploy/services/service.ts'
import { startStage } from '../../deploy/services/stages.ts'
import {
  addRules,
  disableRule,
  enableRule,
  explainRule,
  listRules,
  revertReviewer,
  showRule,
  verifyCommand,
} from '../../cli/rules.ts'
import { followRules, type RulesInUse } from '../../deploy/services/follow-rules.ts'
import { verdictSender } from '../../operations/publish.ts'
import { readSnapshot } from '../../operations/read-snapshot.ts'
import type { Verdict } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { fieldOf, printOf, taskFor, verdictOf } from '../documents.ts'
import { openContext } from './context.ts'
import { testConfig } from '../stack.ts'
import { call } from './call.ts'
import { readRules } from '../../operations/read-rules.ts'

const home = mkdtempSync(join(tmpdir(), 'errata-rules-'))
// no store: hits are unknown
const config = testConfig({ home, clickhouseUrl: 'http://127.0.0.1:9/none' })
const vendor = 'vat:DE136695976'
const name = `${vendor}/grand_total`
let context: ServiceContext
let parts: Part[] = []
let rules: RulesInUse
let say: (verdict: Verdict) => Promise<unknown>
let closeProducer: () => Promise<void>

const corrected = (
  id: string,
  subtotal: string,
  total: string,
  change: Partial<Verdict> = {},
): Verdict => {
  const print = printOf(
    'Corner Shop Ltd',
    'VAT DE136695976',
    `Subtotal ${subtotal}`,
    `Total Due ${total}`,
  )
  return verdictOf(
    id,
    print,
    [fieldOf(print, 'grand_total', total)],
    [fieldOf(print, 'grand_total', subtotal)],
    { vendor: { id: vendor, name: null, evidence: 'vat' }, ...change },
  )
}

async function until<T>(find: () => T | undefined, what: string): Promise<T> {
  for (
    const end = performance.now() + 30_000;
    performance.now() < end;
    await new Promise((resolve) => setTimeout(resolve, 20))
  ) {
    const found = find()
    if (found !== undefined) return found
  }
  throw new Error(`${what} did not come`)
}

const holding = (): string | undefined => {
  const rule = rules.rulesOf(vendor).get('grand_total')
  return rule === undefined ? undefined : `${rule.kind} ${rule.state}`
}

beforeAll(async () => {
  context = await openContext(config)
  const { connection } = context
  rules = followRules(context)
  const producer = openProducer(connection.cluster)
  const sendVerdict = verdictSender(config, connection, producer, () => undefined)
  say = async (verdict) => {
    await producer.send(topicName('needs-review', config.topicPrefix), {
      key: verdict.documentId,
      value: connection.registry.codec.encode('needs-review', taskFor(verdict)),
    })
    return sendVerdict(verdict)
  }
  closeProducer = () => producer.close()
  const names = ['judge', 'learn', 'teach'] as const
  parts = await Promise.all(names.map((stage) => startStage(context, stage)))
  await rules.ready
  await until(
    () => (parts.every((part) => part.problems().length === 0) ? true : undefined),
    'readiness',
  )
}, 120_000)

afterAll(async () => {
  await Promise.all([...parts.map((part) => part.stop()), rules.stop(), closeProducer()])
  await context.connection.close()
  rmSync(home, { recursive: true, force: true })
}, 60_000)

test('a verdict teaches, and the rule is listed, shown with its history and explained', async () => {
  await say(corrected('d1', '10.00', '12.00'))
  await until(() => (holding() === 'anchor active' ? true : undefined), 'the rule')
  await say(corrected('d2', '20.00', '22.00', { decidedAt: 20 }))
  await until(
    () => (rules.rulesOf(vendor).get('grand_total')?.taughtBy.length === 2 ? true : undefined),
    'the second verdict',
  )
  const listed = await call(() => listRules(config, { vendor: null, json: false }))
  expect(listed.out).toMatch(
    /DE136695976\/grand_total +anchor +active +- +1970-01-01 00:00 +2 verdicts, d1@1/,
  )
  const shown = JSON.parse((await call(() => showRule(config, name))).out) as {
    history: { verdict: string; kind: string }[]
    hits: null
  }
  expect(shown.history.map(({ verdict, kind }) => [verdict, kind])).toEqual([
    ['d1@1', 'anchor'],
    ['d2@1', 'anchor'],
  ])
  expect(shown.hits).toBeNull()
  expect((await call(() => explainRule(config, name))).out).toContain('  d2@1: right, by rule')
}, 60_000)

test('every correction is verified; a rule by hand that contradicts them is switched off, and found out where somebody switches it on', async () => {
  expect(await call(() => verifyCommand(config, false))).toMatchObject({
    code: 0,
    err: expect.stringContaining('2 corrections: 2 read right now') as string,
  })
  const [file, before] = [join(home, 'rules.json'), rules.version()]
  writeFileSync(
    file,
    JSON.stringify([{ field: 'grand_total', vendor, kind: 'constant', value: '7.00' }]),
  )
  const added = await call(() => addRules(config, file, { profile: 'receipt', vendor: null }))
  expect(added).toMatchObject({
    code: 1,
    err: expect.stringContaining(
      'is switched off: contradicts 2 confirmed documents: d1@1, d2@1',
    ) as string,
  })
  await until(() => (rules.version() !== before ? true : undefined), 'the written rule')
  expect(holding()).toBe('anchor active')
  await call(() => enableRule(config, name))
  await until(() => (holding() === 'constant active' ? true : undefined), 'the written rule')
  const verified = await call(() => verifyCommand(config, true))
  expect(verified.out).not.toContain('"outcome":"right"')
  expect((await call(() => disableRule(config, name, 'it was a test'))).code).toBe(0)
  await until(() => (holding() === 'anchor active' ? true : undefined), 'the taught rule')
}, 60_000)

test('a disabled rule stays disabled while verdicts confirm it, and is enabled again', async () => {
  await call(() => disableRule(config, name, 'not sure'))
  await until(() => (holding() === 'anchor disabled' ? true : undefined), 'the decision')
  const table = await readRules(config, context.connection)
  expect(table.records().get(`${name}/hand`)).toMatchObject({
    state: 'disabled',
    decidedBy: userInfo().username,
    why: 'not sure',
  })
  await call(() => enableRule(config, name))
  await until(() => (holding() === 'anchor active' ? true : undefined), 'the rule')
}, 60_000)

test('what a reviewer taught since a date is taken back, from rules and from training', async () => {
  await say(
    corrected('d3', '30.00', '99.00', {
      reviewer: 'mallory',
      decidedAt: Date.UTC(2024, 5, 1),
      vendor: { id: 'vat:B', name: null, evidence: 'vat' },
    }),
  )
  await say(
    corrected('d1', '10.00', '10.00', {
      reviewer: 'mallory',
      revision: 2,
      decidedAt: Date.UTC(2024, 5, 2),
    }),
  )
  await until(() => rules.rulesOf('vat:B').get('grand_total'), 'the wrong rule')
  const options = { reviewer: 'mallory', since: '2024-06-01', why: 'guesses' }
  expect((await call(() => revertReviewer(config, { ...options, dryRun: true }))).out).toMatch(
    /d1@3 as ann said\n/,
  )
  expect((await call(() => revertReviewer(config, { ...options, dryRun: false }))).err).toContain(
    'takes back 2 verdicts of mallory: 1 withdrawn and open for another person, 1 again what was said before',
  )
  await until(
    () => (rules.rulesOf('vat:B').size === 0 ? true : undefined),
    'the end of the wrong rule',
  )
  await until(
    () =>
      rules.rulesOf(vendor).get('grand_total')?.taughtBy.includes('d1@3') === true
        ? true
        : undefined,
    'what was said before',
  )
  const { verdicts } = await readSnapshot(config, context.connection, 'receipt')
  expect(verdicts.map(({ documentId, reviewer }) => [documentId, reviewer])).toEqual([
    ['d1', 'ann'],
    ['d2', 'ann'],
  ])
  expect((await call(() => revertReviewer(config, { ...options, dryRun: true }))).err).toContain(
    'would take back 0 verdicts',
  )
}, 60_000)
