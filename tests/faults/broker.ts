/**
 * The broker killed with SIGKILL and started again, and then frozen for longer than every timeout
 * of a request, under two processes with all three toy stages, on a stack of its own: no process
 * may end, and every record must come out once.
 */

import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../config.ts'
import { readState } from '../../deploy/stack/local.ts'
import { startStack } from '../../deploy/stack/stack.ts'
import { checkHistory, type Verdict } from '../history.ts'
import { numbersOf, openToys, until } from '../toys.ts'
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

export async function breakBroker(port: number): Promise<BrokerReport> {
  const began = Date.now()
  const home = mkdtempSync(join(tmpdir(), 'errata-broken-broker-'))
  const config = { ...readConfig({}), home, kafkaPort: port, registryPort: port + 10_000 }
  const start = () => startStack(config, () => {})
  const stack = await start()
  const children: ReturnType<typeof startInstance>[] = []
  let ended = 0
  let kept = false
  try {
    const settings = {
      brokers: stack.brokers,
      registryUrl: stack.registryUrl,
      prefix: 'broken.',
      partitions: 3,
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
    const brokerPid = (): number => readState(home)?.kafka?.pid as number
    const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

    await sleep(2_500)
    process.kill(brokerPid(), 'SIGKILL')
    await sleep(6_000)
    await start() // starts what doesn't run
    const before = await lag()
    await until(
      async () => (await lag()) < Math.min(before, 1.5 * records) * 0.9,
      'progress after the kill',
      deadlineMs,
    )
    const pid = brokerPid()
    process.kill(pid, 'SIGSTOP')
    await sleep(frozenMs)
    process.kill(pid, 'SIGCONT')
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
    kept = misnumbered > 0 || Object.values(counts).some((count) => count > 0)
    if (kept) console.log(`something is wrong: the broker's log is kept in ${home}`)
    return {
      seconds: Math.round((Date.now() - began) / 1000),
      records,
      misnumbered,
      ended: endedBefore,
      ...counts,
    }
  } finally {
    for (const child of children) child.kill('SIGKILL')
    await stack.stop()
    if (!kept) rmSync(home, { recursive: true, force: true })
  }
}
