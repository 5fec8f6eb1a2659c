/**
 * Rows about an event loop that stands still, as in a long garbage collection or a computation that
 * does not yield: no heartbeats and no answers, while the kernel keeps the connections. Unlike a
 * process that is stopped, it goes on in the middle of a transaction, at a point that is named.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { CrashPoint } from '../../../runtime/crash-points.ts'
import { namesOf } from '../../../runtime/names.ts'
import { groupName, requiredStages, type EdgeName, type StageName } from '../../../topology.ts'
import { openTransactionsOf } from './open-transactions.ts'
import type { FaultRandom } from './random.ts'
import type { FaultRow } from './row.ts'
import { stalledWords } from './stall.ts'
import { sessionMs, type System } from './system.ts'

const preload = ['--import', 'tsx/esm', '--import', './tests/faults/real/stall.ts']
const pastSessionMs = 2 * sessionMs + 3_000
const transactionMs = 30_000 // after which a broker ends a transaction of ours
const sweepMs = 10_000 // how often a broker looks for those that are over it
const pastTransactionMs = transactionMs + sweepMs + 8_000
const meetMs = 360_000 // starts on a busy machine, and one stage's silence after another's
const feedMs = 200 // between documents, so that what waits is worked off soon after

/** Starts each again, to stand still once where its stage passes the point. */
async function stallAt(
  system: System,
  names: readonly StageName[],
  point: CrashPoint,
  ms: number,
): Promise<void> {
  const restarts = names.map((name) =>
    system.children.restart(name, {
      node: preload,
      environment: { ERRATA_CRASH_AT: `${name}:${point}:1`, FAULTS_STALL_MS: String(ms) },
    }),
  )
  await Promise.all(restarts)
}

/**
 * Feeds the system until each has stood still and gone on; who has not, and whom nobody shut out
 * meanwhile: then it would not have stood still for long enough.
 */
async function meet<N extends string>(
  system: System,
  names: readonly N[],
  random: FaultRandom,
  isShutOut: (name: N) => Promise<boolean>,
): Promise<string[]> {
  const end = performance.now() + meetMs
  let isOver = false
  const feed = async (): Promise<void> => {
    while (!isOver) system.sent.push(...(await system.stream.send(5, random, feedMs)))
  }
  const watch = async (name: N): Promise<string[]> => {
    const has = (words: string): boolean => system.children.heard(`${name}: ${words}`)
    while (!has(stalledWords.begin)) {
      if (performance.now() > end) return [`${name} did not stand still within ${meetMs} ms`]
      await sleep(100)
    }
    let isOut = false
    while (!has(stalledWords.end)) {
      if (performance.now() > end) return [`${name} did not go on within ${meetMs} ms`]
      isOut ||= (await isShutOut(name)) && !has(stalledWords.end)
      await sleep(300)
    }
    return isOut ? [] : [`${name} was not shut out while it stood still`]
  }
  const feeding = feed()
  const wrong = await Promise.all(names.map(watch))
  isOver = true
  await feeding
  return wrong.flat()
}

async function members(
  { config, connection }: System,
  name: StageName | EdgeName,
): Promise<number> {
  const group = groupName(name, config.topicPrefix)
  const { groups } = await connection.cluster.ask((admin) => admin.describeGroups([group]))
  return groups[0]?.members.length ?? 0
}

async function hasOpenTransaction({ config }: System, name: StageName): Promise<boolean> {
  const names = namesOf(name, config.topicPrefix)
  const ids = Array.from({ length: config.partitions }, (_, i) => names.transactionalId(i))
  const open = await openTransactionsOf(config.brokers as string, config.topicPrefix)
  return open.some((id) => ids.includes(id))
}

const points: readonly CrashPoint[] = ['processed', 'begun', 'sent', 'offsets', 'committed']

const pastSession = points.map((point): FaultRow => {
  const names = ['ocr', 'extract'] as const
  return {
    name: `event loops stand still at ${point} past the session, with owners beside them`,
    inject: async (system, random) => {
      for (const part of names) {
        await system.children.start(`${part}-2`, { parts: [part], environment: system.environment })
      }
      await stallAt(system, names, point, pastSessionMs)
      return meet(system, names, random, async (name) => (await members(system, name)) === 1)
    },
    heal: async ({ children }) => {
      for (const part of names) await children.stop(`${part}-2`)
    },
  }
})

const pastTransaction = (['sent', 'offsets'] as const).map((point): FaultRow => {
  const names = requiredStages
  return {
    name: `every event loop stands still at ${point} past its transaction`,
    inject: async (system, random) => {
      await stallAt(system, names, point, pastTransactionMs)
      const wasOpen = new Set<StageName>()
      return meet(system, names, random, async (name) => {
        const isOpen = await hasOpenTransaction(system, name)
        if (isOpen) wasOpen.add(name)
        return wasOpen.has(name) && !isOpen
      })
    },
  }
})

const sink: FaultRow = {
  name: 'the sink’s event loop stands still past the session, with one beside it',
  inject: async (system, random) => {
    const { children, environment } = system
    await children.start('analytics-2', { parts: ['analytics'], environment })
    await children.restart('analytics', {
      node: preload,
      environment: { FAULTS_STALL_MS: String(pastSessionMs) },
    })
    await children.ready()
    setTimeout(() => children.get('analytics').process.kill('SIGUSR2'), random.number(3_000))
    const isAlone = async (): Promise<boolean> => (await members(system, 'analytics')) === 1
    return meet(system, ['analytics'], random, isAlone)
  },
  heal: ({ children }) => children.stop('analytics-2'),
}

export const stalledRows: readonly FaultRow[] = [...pastSession, ...pastTransaction, sink]
