/** A broker of a test's own: a Java process, broker and controller in one, with the local stack's jars. */

import { randomBytes } from 'node:crypto'
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { readConfig } from '../../config.ts'
import { fetchArtifacts } from '../../deploy/stack/artifacts.ts'
import { findJava } from '../../deploy/stack/java.ts'
import { mavenRepository } from '../../deploy/stack/mirror.ts'
import { propertiesText } from '../../deploy/stack/sasl.ts'
import { cacheOf } from '../../deploy/stack/home.ts'

export interface BrokerPlan {
  /** Folder of what it keeps. */
  readonly home: string
  readonly settings: Readonly<Record<string, string | number | boolean>>
  /** SCRAM-SHA-512, by user. */
  readonly passwords?: Readonly<Record<string, string>>
  readonly javaOptions?: readonly string[]
  readonly isReady: () => Promise<boolean>
}

const readyMs = 120_000

/** Settings of a broker of little work, beside those of its listeners. */
export const smallBroker = {
  'process.roles': 'broker,controller',
  'node.id': 1,
  'controller.listener.names': 'CONTROLLER',
  'auto.create.topics.enable': false,
  'offsets.topic.replication.factor': 1,
  'offsets.topic.num.partitions': 4,
  'transaction.state.log.replication.factor': 1,
  'transaction.state.log.min.isr': 1,
  'transaction.state.log.num.partitions': 4,
  'group.initial.rebalance.delay.ms': 0,
  'group.min.session.timeout.ms': 1_000,
  'message.max.bytes': 10 * 2 ** 20,
  'log.cleaner.dedupe.buffer.size': 4 * 2 ** 20,
} as const

/** Ready when it returns; the function ends it. */
export async function startOneBroker(plan: BrokerPlan): Promise<() => Promise<void>> {
  const { home, settings, passwords = {}, javaOptions = [], isReady } = plan
  const config = readConfig({})
  const say = (line: string): void => void process.stderr.write(`broker: ${line}\n`)
  const { java } = await findJava(config.javaHome, cacheOf(config), say)
  if (java === null) throw new Error('no Java for a broker')
  const { kafka } = await fetchArtifacts(cacheOf(config), mavenRepository(config.mavenUrl), say)
  const file = join(home, 'server.properties')
  const data = { 'log.dirs': join(home, 'data').replaceAll('\\', '/') }
  writeFileSync(file, propertiesText({ ...smallBroker, ...data, ...settings }))
  const quick = ['-XX:+UseSerialGC', '-XX:TieredStopAtLevel=1', '-cp', kafka.join(delimiter)]
  const known = Object.entries(passwords).flatMap(([name, password]) => [
    '--add-scram',
    `SCRAM-SHA-512=[name=${name},password=${password}]`,
  ])
  const clusterId = `E${randomBytes(16).toString('base64url').slice(1)}`
  const format = ['kafka.tools.StorageTool', 'format', '-t', clusterId, '-c', file, ...known]
  const { status, stderr } = spawnSync(java.path, ['-Xmx128m', ...quick, ...format], {
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the storage was not formatted: ${stderr}`)
  const logFile = join(home, 'broker.log')
  const log = openSync(logFile, 'a')
  const words = ['-Xmx384m', ...javaOptions, ...quick, 'kafka.Kafka', file]
  const child = spawn(java.path, words, { stdio: ['ignore', log, log] })
  closeSync(log)
  try {
    for (const began = Date.now(); !(await isReady()); await sleep(300)) {
      const hasEnded = child.exitCode !== null || child.signalCode !== null
      if (hasEnded || Date.now() - began > readyMs)
        throw new Error(`no broker: ${readFileSync(logFile, 'utf8').slice(-3_000)}`)
    }
  } catch (error) {
    await end(child)
    throw error
  }
  return () => end(child)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = once(child, 'exit')
  child.kill('SIGKILL')
  await gone
}
