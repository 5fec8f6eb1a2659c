/**
 * The rebalance storm: two to four processes with all three toy stages, killed at named points of a
 * transaction, killed from outside, and frozen past their session timeout, in a random but seeded
 * order; then the pipeline drains and the history is checked.
 */

import type { ChildProcess } from 'node:child_process'
import { crashPoints } from '../../runtime/crash-points.ts'
import { checkHistory, type Verdict } from '../history.ts'
import { numbersOf, openToys, toyStages } from '../toys.ts'
import { fill, lagOf, settle, startInstance } from './processes.ts'

export interface StormReport extends Record<keyof Verdict, number> {
  readonly seed: number
  readonly seconds: number
  readonly records: number
  readonly kills: number
  readonly freezes: number
  readonly left: number
  /** Longest time without any stage committing anything. */
  readonly stillMs: number
  /** Records that the stage with state gave another number than their place. */
  readonly misnumbered: number
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

export async function storm(options: {
  brokers: string
  registryUrl: string
  replication?: number
  seed: number
  records: number
  seconds: number
  delayMs?: number
  loud?: boolean
}): Promise<StormReport> {
  const {
    brokers,
    registryUrl,
    replication = 1,
    seed,
    records,
    seconds,
    delayMs = 10,
    loud = false,
  } = options
  const random = generator(seed)
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T
  const prefix = `storm${Date.now().toString(36)}.`
  const partitions = 4
  const toys = await openToys({ brokers, registryUrl, replication, prefix, partitions })
  const inputs = await fill(toys, records)

  const children = new Set<ChildProcess>()
  const frozen = new Set<ChildProcess>()
  let kills = 0
  let freezes = 0
  const start = (crashAt: string | null = null): void => {
    const child = startInstance({
      brokers,
      registryUrl,
      replication,
      prefix,
      partitions,
      crashAt,
      delayMs,
      loud,
    })
    children.add(child)
    child.once('exit', (_, signal) => {
      children.delete(child)
      frozen.delete(child)
      if (signal === 'SIGKILL') kills++
    })
  }
  const awake = (): ChildProcess[] => [...children].filter((child) => !frozen.has(child))
  const freeze = (child: ChildProcess): void => {
    freezes++
    frozen.add(child)
    child.kill('SIGSTOP')
    setTimeout(() => {
      child.kill('SIGCONT')
      setTimeout(() => frozen.delete(child), 2_000)
    }, 7_500)
  }

  const began = Date.now()
  start()
  start()
  let lastLag = -1
  let stillMs = 0
  let moved = Date.now()
  for (let next = Date.now() + 4_000; Date.now() - began < seconds * 1000;) {
    const lag = await lagOf(toys)
    if (lag === 0) break
    if (lag !== lastLag) moved = Date.now()
    lastLag = lag
    stillMs = Math.max(stillMs, Date.now() - moved)
    if (Date.now() > next && lag > records * 0.15) {
      const what = random()
      if (what < 0.5)
        start(`${pick(toyStages)}:${pick(crashPoints)}:${1 + Math.floor(random() * 4)}`)
      else if (what < 0.75) {
        const victim = awake()[0]
        start()
        setTimeout(() => victim?.kill('SIGKILL'), 700 + random() * 1500)
      } else if (awake().length > 0) {
        freeze(awake()[0] as ChildProcess)
        start()
      }
      next = Date.now() + 1_500 + random() * 3_000
    }
    while (awake().length < 2) start()
    while (awake().length > 4) {
      const victim = pick(awake())
      victim.kill('SIGKILL')
      children.delete(victim)
    }
    await sleep(250)
  }
  const left = await lagOf(toys)
  for (const child of children) {
    child.kill('SIGCONT')
    child.kill('SIGKILL')
  }
  await settle(toys)
  const outputs = await toys.read('four', 'raw')
  const misnumbered = numbersOf(outputs).flatMap((numbers) =>
    numbers.filter((number, i) => number !== i),
  ).length
  const verdict = checkHistory(
    inputs,
    outputs,
    (await Promise.all(toyStages.map((name) => toys.read(`${name}.dead`, 'dead')))).flat(),
  )
  await toys.close()
  const counts = Object.fromEntries(
    Object.entries(verdict).map(([kind, keys]) => [kind, keys.length]),
  ) as Record<keyof Verdict, number>
  return {
    seed,
    seconds: Math.round((Date.now() - began) / 1000),
    records,
    kills,
    freezes,
    left,
    stillMs,
    misnumbered,
    ...counts,
  }
}

function generator(seed: number): () => number {
  let state = seed * 7919 + 1
  return () => {
    state = (Math.imul(state, 1103515245) + 12345) & 0x7fffffff
    return state / 0x7fffffff
  }
}
