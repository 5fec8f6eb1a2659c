/** The rows: what is broken, and how it is repaired. */

import { setTimeout as sleep } from 'node:timers/promises'
import { deadTopicName } from '../../../topology.ts'
import { startStore } from '../../connectors/clickhouse/store.ts'
import type { ProxyAnswer } from './http-proxy.ts'

import { machineRows } from './machine-rows.ts'
import { modelRows } from './model-rows.ts'
import { outageRows } from './outage-rows.ts'
import { ownerRows } from './owner-rows.ts'
import { releaseRows } from './release-rows.ts'
import type { FaultRow } from './row.ts'
import {
  allowWriting,
  analyticsWaits,
  denyWriting,
  errata,
  limitMessages,
  metBy,
  notPassed,
  redisCommand,
  saidBy,
  unseenSchema,
} from './row-actions.ts'
import { stalledRows } from './stalled-rows.ts'

const json = (status: number, body: object): ProxyAnswer => ({ status, body: JSON.stringify(body) })

/** As ClickHouse refuses: its code is in a header and in the text. */
const refusal = (code: number, type: string): ProxyAnswer => ({
  status: 500,
  headers: { 'x-clickhouse-exception-code': String(code), 'content-type': 'text/plain' },
  body: `Code: ${code}. DB::Exception: refused by the test. (${type})`,
})
const isInsert = ({ url, body }: { url: string; body: string }): boolean =>
  /^INSERT/i.test(body) || /query=INSERT/i.test(url)

const registryRows: readonly FaultRow[] = [
  {
    name: 'registry away, and a schema that was never seen',
    inject: async (system) => {
      system.registry.cut()
      await unseenSchema(system, 'output')
      await sleep(15_000)
    },
    heal: ({ registry }) => registry.heal(),
  },
  {
    name: 'registry answers after 5 s',
    inject: async (system) => {
      system.registry.break({ delayMs: 5_000 })
      await unseenSchema(system, 'output')
      await sleep(15_000)
    },
    heal: ({ registry }) => registry.heal(),
  },
  {
    name: 'registry answers 500',
    inject: async (system) => {
      system.registry.break({ answer: json(500, { error_code: 50001, message: 'broken' }) })
      await unseenSchema(system, 'output')
      await sleep(15_000)
    },
    heal: ({ registry }) => registry.heal(),
  },
  {
    name: 'registry gives another type’s schema for an id',
    inject: async (system) => {
      const schema = '{"type":"record","name":"Other","fields":[{"name":"a","type":"int"}]}'
      const matches = ({ url }: { url: string }): boolean => url.includes('/schemas/ids/')
      system.registry.break({ matches, answer: json(200, { schema }) })
      const before = system.registry.met()
      // It can't be told from a foreign schema, and is set aside whole
      await unseenSchema(system, 'dead')
      const wrong = await metBy(system.registry, before, 60_000)
      await sleep(5_000)
      return wrong
    },
    heal: ({ registry }) => registry.heal(),
  },
]

const redisRows: readonly FaultRow[] = [
  {
    name: 'Redis away',
    inject: async ({ redis }) => {
      redis.cut()
      await sleep(6_000)
    },
    heal: ({ redis }) => redis.heal(),
  },
  {
    name: 'Redis answers after 3 s',
    documents: 20, // each waits for its reading to be found or not, a second at most
    inject: async ({ redis }) => {
      redis.delay(3_000)
      await sleep(15_000)
    },
    heal: ({ redis }) => redis.heal(),
  },
  {
    name: 'Redis has rubbish under every key',
    inject: async (system, random) => {
      for (let i = 0; i < 10; i++) {
        for (const key of (await redisCommand(system, 'KEYS', '*')) as string[]) {
          await redisCommand(
            system,
            'SET',
            key,
            random.pick(['', 'rubbish', '\u001f\u008b\u0000half', '{"pages":[]}']),
          )
        }
        await sleep(300)
      }
    },
  },
  {
    name: 'Redis evicts everything',
    inject: async (system) => {
      await redisCommand(system, 'CONFIG', 'SET', 'maxmemory-policy', 'allkeys-lru')
      await redisCommand(system, 'CONFIG', 'SET', 'maxmemory', '1mb')
      await sleep(4_000)
    },
    heal: async (system) => void (await redisCommand(system, 'CONFIG', 'SET', 'maxmemory', '0')),
  },
]

const storeRows: readonly FaultRow[] = [
  {
    name: 'store away for longer than every retry',
    inject: async ({ clickhouse }) => {
      clickhouse.cut()
      await sleep(40_000)
    },
    heal: ({ clickhouse }) => clickhouse.heal(),
  },
  {
    name: 'store is read-only',
    inject: async (system) => {
      system.clickhouse.break({ matches: isInsert, answer: refusal(164, 'READONLY') })
      return analyticsWaits(system, 10_000)
    },
    heal: ({ clickhouse }) => clickhouse.heal(),
  },
  {
    name: 'store has too many parts',
    inject: async (system) => {
      system.clickhouse.break({ matches: isInsert, answer: refusal(252, 'TOO_MANY_PARTS') })
      return analyticsWaits(system, 10_000)
    },
    heal: ({ clickhouse }) => clickhouse.heal(),
  },
  {
    name: 'acknowledgement lost after an insert, ten times',
    inject: async (system) => {
      system.clickhouse.break({ matches: isInsert, isLost: true, times: 10 })
      return analyticsWaits(system, 8_000)
    },
    heal: ({ clickhouse }) => clickhouse.heal(),
  },
  {
    name: 'chDB killed in the middle of an insert, and back',
    inject: async (system, random) => {
      const port = Number(new URL(system.store.url).port)
      for (let i = 0; i < 3; i++) {
        await sleep(500 + random.number(1_500))
        await system.store.end('SIGKILL')
        system.store = await startStore(system.store.folder, port)
      }
    },
  },
]

const networkRows: readonly FaultRow[] = [
  {
    name: 'broker 500 ms away',
    inject: async ({ broker }) => {
      broker.delay(500)
      await sleep(20_000)
    },
    heal: ({ broker }) => broker.heal(),
  },
  {
    name: 'half-open connections to the broker for 20 s',
    inject: async ({ broker }) => {
      broker.silence()
      await sleep(20_000)
    },
    heal: ({ broker }) => broker.heal(),
  },
  {
    name: 'connections to the broker close slowly',
    inject: async ({ broker }) => {
      for (let i = 0; i < 3; i++) {
        broker.closeSlowly(5_000)
        await sleep(2_500)
      }
    },
  },
  {
    name: 'reset in the middle of the response of a commit, eight times',
    inject: async ({ broker }) => {
      const before = broker.lost()
      broker.tear('endTransaction', 8)
      await sleep(6_000)
      return broker.lost() - before > 0 ? [] : ['no response was torn']
    },
  },
  {
    name: 'responses of offsets in a transaction are lost, eight times',
    inject: async ({ broker }) => {
      const before = broker.lost()
      broker.lose('offsetCommit', 8)
      await sleep(6_000)
      return broker.lost() - before > 0 ? [] : ['no response was lost']
    },
  },
  {
    name: 'broker frozen for 40 s',
    inject: async ({ brokers }, random) => {
      const node = random.pick(brokers.nodes)
      brokers.signal(node, 'SIGSTOP')
      await sleep(40_000)
      brokers.signal(node, 'SIGCONT')
    },
  },
  {
    name: 'broker killed, and back after 15 s',
    inject: async ({ brokers }, random) => {
      const node = random.pick(brokers.nodes)
      brokers.signal(node, 'SIGKILL')
      await sleep(15_000)
      await brokers.start(node)
    },
  },
  {
    name: 'two of three brokers killed, and back after 15 s',
    lacks: ({ nodes }) => (nodes.length < 3 ? 'takes --brokers 3' : null),
    inject: async ({ brokers }, random) => {
      const spared = random.pick(brokers.nodes)
      const killed = brokers.nodes.filter((node) => node !== spared)
      for (const node of killed) brokers.signal(node, 'SIGKILL')
      await sleep(15_000)
      for (const node of killed) await brokers.start(node)
    },
  },
]

const letterRows: readonly FaultRow[] = [
  {
    name: 'a dead letter that can’t be written',
    mayEnd: ['ocr'],
    inject: async (system) => {
      const topic = deadTopicName('ocr', system.config.topicPrefix)
      await limitMessages(system, topic, 200)
      const broken = Buffer.from('%PDF-1.7 broken')
      const poison = await system.stream.sendDocument('letter-too-large', broken, 'dead')
      system.sent.push(poison)
      const wrong = await saidBy(system, '"code":"DEAD_LETTER_FAILED"', 120_000)
      await sleep(10_000) // it ends, starts again and meets the record again
      wrong.push(...(await notPassed(system, 'ocr', poison)))
      await limitMessages(system, topic, 10_485_760)
      return wrong
    },
  },
  {
    name: 'a dead letter that an ACL forbids',
    lacks: ({ nodes }) => (nodes.length < 3 ? 'takes --brokers 3: they have an authorizer' : null),
    mayEnd: ['ocr'],
    inject: async (system) => {
      const topic = deadTopicName('ocr', system.config.topicPrefix)
      await denyWriting(system, topic)
      const broken = Buffer.from('%PDF-1.7 broken')
      const poison = await system.stream.sendDocument('letter-forbidden', broken, 'dead')
      system.sent.push(poison)
      const wrong = await saidBy(system, '"code":"DEAD_LETTER_FAILED"', 120_000)
      await sleep(10_000)
      wrong.push(...(await notPassed(system, 'ocr', poison)))
      await allowWriting(system, topic)
      return wrong
    },
  },
  {
    name: 'dead letters replayed while documents come in',
    inject: async (system) => {
      const said = await errata(system, 'dead', 'replay', '--stage', 'ocr')
      await errata(system, 'dead', 'replay', '--stage', 'ocr') // what came since, and nothing twice
      return said.includes('"outcome":"sent"') ? [] : ['no letter was sent back']
    },
  },
]

export const rows: readonly FaultRow[] = [
  ...registryRows,
  ...redisRows,
  ...storeRows,
  ...networkRows,
  ...letterRows,
  ...ownerRows,
  ...stalledRows,
  ...releaseRows,
  ...outageRows,
  ...modelRows,
  ...machineRows,
]
