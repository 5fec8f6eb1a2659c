/**
 * Drift on the real broker: readings and verdicts in, a caution that every extractor follows out,
 * and the same after a new start.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { openProducer, type Producer } from '../../connectors/kafka/kafka.ts'
import type { ServiceContext, Part } from '../../deploy/services/service.ts'
import { startWatch } from '../../deploy/services/watch.ts'
import { disableRule } from '../../cli/rules.ts'
import { followRules, type RulesInUse } from '../../deploy/services/follow-rules.ts'
import { strictnessOf } from '../../processors/routing/drift.ts'
import type { Rule, Topics } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { extracted, field, verdict } from '../connectors/clickhouse/records.ts'
import { openContext } from './context.ts'
import { testConfig } from '../stack.ts'

const home = mkdtempSync(join(tmpdir(), 'errata-drift-'))
const config = testConfig({ home, clickhouseUrl: 'http://127.0.0.1:9/none' })
const vendor = 'vat:DE1'
let context: ServiceContext
let rules: RulesInUse
let watch: Part
let producer: Producer

const send = async <T extends 'extracted' | 'training'>(
  topic: T,
  key: string,
  value: Topics[T],
): Promise<unknown> =>
  producer.send(topicName(topic, config.topicPrefix), {
    key,
    value: context.connection.registry.codec.encode(topic, value),
  })
const reading = (i: number, layout: number) =>
  extracted(`d${i}`, [field('grand_total', '10.00', 0.99)], {
    receivedAt: 1000 * i,
    layout: Array.from({ length: 32 }, (_, k) => (k % 4 === i % 4 ? i : layout + k)),
  })
const standing = (name: string): Rule | undefined => rules.rulesOf(vendor).get(name)

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

const started = async (): Promise<Part> => {
  const part = await startWatch(context)
  await until(() => (part.problems().length === 0 ? true : undefined), 'readiness')
  return part
}

beforeAll(async () => {
  context = await openContext(config)
  const { connection } = context
  producer = openProducer(connection.cluster)
  rules = followRules(context)
  await rules.ready
}, 120_000)

afterAll(async () => {
  await Promise.all([watch.stop(), rules.stop(), producer.close()])
  await context.connection.close()
  rmSync(home, { recursive: true, force: true })
}, 60_000)

test('another layout makes every extractor stricter, a person may lift it, and it ends when people agree again; who starts anew publishes nothing again', async () => {
  await Promise.all(
    Array.from({ length: 52 }, (_, i) =>
      send('extracted', `d${i}`, reading(i, i < 40 ? 1000 : 9000)),
    ),
  )
  watch = await started()
  const caution = await until(() => standing('drift_layout'), 'the caution')
  expect(caution).toMatchObject({ state: 'active', kind: 'caution', tighten: 5, until: null })
  expect(caution.from as number).toBeGreaterThanOrEqual(35_000)
  expect(strictnessOf(rules.rulesOf(vendor))).toEqual({ strictness: 5, asks: [] })

  expect(await disableRule(config, `${vendor}/drift_layout`, 'known')).toBe(0)
  await until(
    () => (standing('drift_layout')?.state === 'disabled' ? true : undefined),
    'the decision',
  )
  expect(strictnessOf(rules.rulesOf(vendor)).strictness).toBe(1)

  await watch.stop()
  const before = rules.version()
  watch = await started()
  await send('extracted', 'd52', reading(52, 9000))
  for (let i = 47; i < 52; i++)
    await send(
      'training',
      `d${i}`,
      verdict(`d${i}`, [field('grand_total', '10.00', 0.99)], [field('grand_total', '10.00', 1)], {
        decidedAt: 60_000 + i,
        decision: 'confirmed',
      }),
    )
  await until(() => (rules.version() === before ? undefined : true), 'the end')
  const ends = (version: string): bigint =>
    version
      .split(' ')
      .filter((part) => part !== '')
      .reduce((sum, part) => sum + BigInt(part.split(':')[1] as string), 0n)
  // the end alone: what stood was not published again
  expect(ends(rules.version()) - ends(before)).toBe(1n)
}, 60_000)
