/**
 * A broker killed with SIGKILL and started again, and then one frozen for longer than every timeout
 * of a request, under two processes with all three toy stages: no process may end, and every record
 * must come out once.
 */

import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { checkHistory, type Verdict } from '../history.ts'
import { numbersOf, openToys, until } from '../toys.ts'
import { uniquePrefix } from '../stack.ts'
import type { Brokers } from './brokers.ts'
import { fill, lagOf, settle, startInstance } from './processes.ts'

export interface BrokerReport extends Record<keyof Verdict, number> {
  readonly seconds: number
  readonly records: number
  readonly misnumbered: number
  /** Processes that ended by themselves. */
  readonly ended: number
}

const records = 1_500
const frozenMs = 35_000 // the library's request timeout is 30 s
const deadlineMs = 300_000

export async function breakBroker(brokers: Brokers, registryUrl: string): Promise<BrokerReport> {
  const began = Date.now()
  const children: ReturnType<typeof startInstance>[] = []
  let ended = 0
  try {
    const settings = {
      brokers: brokers.addresses,
      registryUrl,
      prefix: uniquePrefix(),
      partitions: 3,
      replication: brokers.replication,
      delayMs: 30,
    }
    const toys = await openToys(settings)
    const inputs = await fill(toys, records)
    for (let i = 0; i < 2; i++) children.push(startInstance(settings))
    const running = children.map(
      (child) => new Promise((resolve) => child.once('message', resolve)),
    )
    for (const child of children) child.once('exit', () => ended++)
    await Promise.all(running)
    const lag = (): Promise<number> => lagOf(toys).catch(() => Number.POSITIVE_INFINITY)
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
    const [first, ...others] = brokers.nodes
    if (first === undefined) throw new Error('no broker to break')

    await sleep(2_500)
    brokers.signal(first, 'SIGKILL')
    await sleep(6_000)
    await brokers.start(first)
    const before = await lag()
    await until(
      async () => (await lag()) < Math.min(before, 1.5 * records) * 0.9,
      'progress after the kill',
      deadlineMs,
    )
    const frozen = others[0] ?? first
    brokers.signal(frozen, 'SIGSTOP')
    await sleep(frozenMs)
    brokers.signal(frozen, 'SIGCONT')
    await until(async () => (await lag()) === 0, 'everything is processed', deadlineMs)

    const endedBefore = ended
    for (const child of children) child.kill('SIGKILL')
    await settle(toys)
    const outputs = await toys.read('four', 'raw')
    await toys.close()
    const counts = Object.fromEntries(
      Object.entries(checkHistory(inputs, outputs)).map(([kind, keys]) => [kind, keys.length]),
    ) as Record<keyof Verdict, number>
    const misnumbered = numbersOf(outputs).flatMap((numbers) =>
      numbers.filter((number, i) => number !== i),
    ).length
    // The log tells whether two transactions were committed or an aborted one was read.
    if (misnumbered > 0 || Object.values(counts).some((count) => count > 0)) {
      const folder = mkdtempSync(join(tmpdir(), 'errata-broken-broker-'))
      brokers.keep(folder)
      console.log(`something is wrong: what the brokers had on disk is kept in ${folder}`)
    }
    return {
      seconds: Math.round((Date.now() - began) / 1000),
      records,
      misnumbered,
      ended: endedBefore,
      ...counts,
    }
  } finally {
    for (const child of children) child.kill('SIGKILL')
  }
}
