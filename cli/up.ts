/**
 * `errata up`: starts everything on one machine, and stops it in reverse order.
 *
 *   broker and registry ─► topics ─► schemas ─► own profiles ─► processes ─► ready ─► samples, where nothing was ever sent
 *
 * The models of PP-OCR are fetched beside that, once. If they take longer than all else, scans are
 * read by Tesseract until they are there.
 *
 * It runs in the foreground until Ctrl-C, SIGTERM or `errata down`. Processes that die meanwhile
 * are restarted, including the local broker and registry. If this process itself is killed, its
 * children end by themselves, the broker and the registry stay, and the next `up` takes them over,
 * on the same ports, after waiting for the children to end.
 */

import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config.ts'
import { isTraced } from '../config/tracing.ts'
import { blobsOf } from '../connectors/blobs/configured.ts'
import { committedOffsets, topicOffsets } from '../connectors/kafka/kafka.ts'
import { fateOf } from '../errors.ts'
import { groupName, topicName } from '../topology.ts'
import { connect, reachedBy } from '../operations/connect.ts'
import {
  isSupervised,
  pathIn,
  readInstance,
  writeInstance,
  type Instance,
} from '../deploy/instance/instance.ts'
import { releaseLock, takeLock } from '../connectors/files/file-lock.ts'
import { openLog } from '../deploy/instance/log.ts'
import { endOrphans } from '../deploy/instance/orphans.ts'
import { openPrivateHome } from '../deploy/stack/private-home.ts'
import { planProcesses, type ProcessPlan } from '../deploy/instance/processes.ts'
import { localRuns } from '../deploy/stack/local.ts'
import { homeOf } from '../deploy/stack/home.ts'
import { startStack, type Stack } from '../deploy/stack/stack.ts'
import { supervise, type SupervisedProcess } from '../deploy/instance/supervise.ts'
import { fetchForStart, type ModelsOnTheirWay } from '../operations/ocr-models.ts'
import { publishFolder } from '../operations/profiles.ts'
import { ensureTopics } from '../operations/topics.ts'
import { welcome } from './startup-message.ts'

const modelsMs = 30_000 // to wait for the models of PP-OCR when all else can start
const graceMs = 13_000 // a process gives its parts 12 s to finish their transactions
const watchMs = 5_000 // interval of checking broker and registry
const patienceMs = 60_000 // after this, reports which processes are not ready

/** Returns when it was told to stop: 0; 1 where another `up` runs on the same home. */
export async function up(config: Config): Promise<number> {
  const home = homeOf(config)
  // settings that contradict each other are refused before anything starts
  blobsOf(config)
  isTraced(config)
  openPrivateHome(home, say)
  const lock = join(home, 'up.lock')
  if (takeLock(lock) !== null) {
    const other = readInstance(home)
    say(
      other !== null && isSupervised(other)
        ? `already running here (pid ${other.pid}): ${other.urls.review}. Stop it with Ctrl-C there or \`errata down\`.`
        : 'another `up` is starting in this folder',
    )
    return 1
  }
  // Output may go to a file on a full disk: that is no reason to end
  for (const stream of [process.stdout, process.stderr])
    stream.removeAllListeners('error').on('error', () => {})
  const stop = new AbortController()
  const onSignal = (): void => stop.abort()
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal)
  try {
    return await run(config, home, stop.signal)
  } finally {
    process.off('SIGINT', onSignal).off('SIGTERM', onSignal)
    releaseLock(lock)
  }
}

async function run(config: Config, home: string, stop: AbortSignal): Promise<number> {
  const models = fetchForStart(config, say, stop)
  const stack = await startStack(config, say)
  let children: readonly SupervisedProcess[] = []
  try {
    const reached = reachedBy(config, stack)
    const isNew = await untilDone(() => prepare(reached), stop)
    if (stop.aborted) return 0

    await endOrphans(home, say, stop)
    if (stop.aborted) return 0
    const areLate = await models.areLate(modelsMs)
    if (stop.aborted) return 0
    const { plans, urls } = await planProcesses(config, home, stack, say)
    let isNoted = true
    const instance = (): Instance => ({
      pid: process.pid,
      startedAt,
      stack: { kind: stack.kind, why: stack.why },
      brokers: stack.brokers,
      registryUrl: stack.registryUrl,
      topicPrefix: config.topicPrefix,
      partitions: config.partitions,
      urls,
      processes: plans.map(({ name, stages, metrics }) => {
        const child = children.find((one) => one.name === name)
        return {
          name,
          stages,
          metrics,
          pid: child?.pid() ?? null,
          restarts: child?.restarts() ?? 0,
          lastEnd: child?.lastEnd() ?? null,
        }
      }),
    })
    const note = (): void => {
      try {
        writeInstance(home, instance())
        isNoted = true
      } catch (error) {
        if (isNoted)
          say(
            `${pathIn(home)} could not be written and is tried again: ${error instanceof Error ? error.message : 'unknown error'}`,
          )
        isNoted = false
      }
    }
    const noteLate = (): void => {
      if (!isNoted) note()
    }
    const startedAt = new Date().toISOString()
    const changed = (): void => queueMicrotask(note) // once `children` is set
    children = plans.map((plan) => supervise(home, plan, say, changed))
    note()
    if (areLate) void restartWithModels(models, children)
    say(`starting ${plans.map(({ name }) => name).join(', ')}`)
    if (await allReady(children, plans, home, stop)) {
      process.stdout.write(welcome(config, stack, urls, home))
      if (isNew && config.samples > 0) await greet(reached)
    }
    await watch(config, stack, home, stop, noteLate)
    return 0
  } finally {
    await end(children, stack, home)
  }
}

/** Once the models are there, what reads scans begins again with them. */
async function restartWithModels(
  models: ModelsOnTheirWay,
  children: readonly SupervisedProcess[],
): Promise<void> {
  if (!(await models.arrived)) return
  say('the models of PP-OCR are installed: ocr starts again and reads scans by it')
  children.find(({ name }) => name === 'ocr')?.restart()
}

/** Topics, schemas and profiles of the folder; returns whether no document was ever sent. */
async function prepare(config: Config): Promise<boolean> {
  const connection = await connect(config, openLog({ logLevel: 'error' }, 'up'))
  try {
    const made = (await ensureTopics(connection.cluster, config)).filter((report) => report.made)
    if (made.length > 0)
      say(
        `${made.length} topics made, named ${config.topicPrefix}…, with ${config.partitions} partitions`,
      )
    for (const { name, version } of await publishFolder(config, connection))
      say(`profile ${name} is published as version ${version}`)
    const raw = topicName('raw', config.topicPrefix)
    // The first question about a group makes a new broker set up its coordinator; processes that
    // start before that grumble.
    await committedOffsets(connection.cluster, groupName('ocr', config.topicPrefix), raw)
    const offsets = await topicOffsets(connection.cluster, raw)
    return [...offsets.values()].every(({ high }) => high === 0n)
  } finally {
    await connection.close()
  }
}

/**
 * A broker that has just begun may refuse for a moment what it will do: leaders are still being
 * chosen.
 */
async function untilDone<T>(act: () => Promise<T>, stop: AbortSignal): Promise<T> {
  for (
    const end = performance.now() + patienceMs;
    ;
    await sleep(500, undefined, { signal: stop })
  ) {
    try {
      return await act()
    } catch (error) {
      if (fateOf(error) !== 'retry' || performance.now() > end) throw error
    }
  }
}

async function allReady(
  children: readonly SupervisedProcess[],
  plans: readonly ProcessPlan[],
  home: string,
  stop: AbortSignal,
): Promise<boolean> {
  let nextWord = performance.now() + patienceMs
  while (!stop.aborted) {
    const ready = await Promise.all(children.map((child) => child.isReady()))
    if (!ready.includes(false)) return true
    if (performance.now() > nextWord) {
      say(
        `still waiting for ${plans
          .filter((_, index) => ready[index] === false)
          .map(({ name }) => `${name} (${join(home, 'logs', `${name}.log`)})`)
          .join(', ')}`,
      )
      nextWord += patienceMs
    }
    await sleep(200, undefined, { signal: stop }).catch(() => {})
  }
  return false
}

/** Sample documents; a failure is no reason to stop. */
async function greet(config: Config): Promise<void> {
  try {
    const { sendSamples } = await import('../operations/send-samples.ts')
    await sendSamples(config, say)
  } catch (error) {
    say(
      `the sample invoices could not be sent: ${error instanceof Error ? error.message : 'unknown error'}`,
    )
  }
}

/**
 * Until told to stop: starts the local broker and registry again when they are gone; `look` is
 * called now and then.
 */
async function watch(
  config: Config,
  stack: Stack,
  home: string,
  stop: AbortSignal,
  look: () => void,
): Promise<void> {
  while (!stop.aborted) {
    await sleep(watchMs, undefined, { signal: stop }).catch(() => {})
    look()
    if (stop.aborted || stack.kind !== 'java' || localRuns(home)) continue
    say('the local broker or registry is gone; starting it again')
    await startStack(config, say).catch((error: unknown) =>
      say(`that failed: ${error instanceof Error ? error.message : 'unknown error'}`),
    )
  }
}

async function end(
  children: readonly SupervisedProcess[],
  stack: Stack,
  home: string,
): Promise<void> {
  say('stopping')
  const hurry = (): void => void Promise.all(children.map((child) => child.stop(0)))
  process.on('SIGINT', hurry)
  try {
    await Promise.all(children.map((child) => child.stop(graceMs)))
    await stack.stop()
    rmSync(pathIn(home), { force: true })
    say(stack.kind === 'external' ? 'stopped' : `stopped; the data is kept in ${home}`)
  } finally {
    process.off('SIGINT', hurry)
  }
}

function say(line: string): void {
  process.stderr.write(`errata: ${line}\n`)
}
