/**
 * Checks for known problems and returns remedies. It changes nothing and starts nothing. Each check
 * is a function of the settings that returns its findings; checks run in order of dependency.
 */

import { totalmem } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Config } from '../config.ts'
import { partitionCounts, type Cluster } from '../connectors/kafka/kafka.ts'
import { openRegistry } from '../connectors/registry/registry.ts'
import { codeOf } from '../errors.ts'
import { allTopics } from '../runtime/existing-topics.ts'
import { groupName, requiredStages } from '../topology.ts'
import { clusterAt, findAddresses, reachedBy } from './connect.ts'
import { checkAnalytics } from './doctor-analytics.ts'
import { checkOffsetRetention } from './doctor-brokers.ts'
import { checkServers } from './doctor-servers.ts'
import {
  availableMemory,
  checkDisk,
  checkJava,
  checkMemory,
  checkNode,
  checkPorts,
  spaceAt,
} from './doctor-machine.ts'
import { isSupervised, readInstance, type Instance } from '../deploy/instance/instance.ts'
import { registryAnswers } from '../deploy/stack/registry.ts'
import { checkExternal } from '../deploy/stack/external.ts'
import { homeOf } from '../deploy/stack/home.ts'
import { ocrChoice } from './ocr-models.ts'
import { endsNote, stageProgress, readStages } from './status.ts'
import { askReady } from '../deploy/instance/supervise.ts'
import type { Finding } from './finding.ts'

const looksMs = 5_000 // between two measurements of a stage's progress

/** All findings; it never throws. */
export async function examine(config: Config): Promise<readonly Finding[]> {
  const home = homeOf(config)
  const found = readInstance(home)
  const instance = found !== null && isSupervised(found) ? found : null
  return [
    checkNode(process.versions.node),
    checkDisk(home, spaceAt(home)),
    checkMemory(availableMemory(), totalmem()),
    ...(config.brokers === null ? [checkJava(config)] : []),
    ...(instance === null ? await checkPorts(config) : await checkProcesses(instance)),
    await checkOcr(config),
    ...(await checkServers(config)),
    ...(await checkDeployment(config, instance)),
  ]
}

async function checkOcr(config: Config): Promise<Finding> {
  const { why, state } = await ocrChoice(config)
  const what = 'OCR'
  if (state === 'chosen') return { what, grade: 'fine', found: why }
  return {
    what,
    grade: state === 'unusable' ? 'wrong' : 'note',
    found: why,
    remedy:
      '`errata ocr install` fetches the models (27 MB), or takes them from a file: `errata ocr install rapidocr-….whl`. Then start again.',
  }
}

async function checkProcesses({ processes }: Instance): Promise<readonly Finding[]> {
  return await Promise.all(
    processes.map(async (process): Promise<Finding> => {
      const { name, metrics, pid, restarts } = process
      const what = `process ${name}`
      const answer = pid === null ? null : await askReady(`${metrics}/ready`)
      const ends = endsNote(process, answer?.ready === true, Date.now())
      const why = [...(ends === null ? [] : [ends]), ...(answer?.notes ?? [])].join('; ')
      if (answer?.ready !== true)
        return {
          what,
          grade: 'wrong',
          found:
            pid === null
              ? `not running, ${ends ?? `ended ${restarts} times`}`
              : `runs, but is not ready${why === '' ? '' : `: ${why}`}`,
          remedy: `See logs/${name}.log; its last error names the code and what it needs.`,
        }
      if (ends !== null)
        return {
          what,
          grade: 'note',
          found: `ready, but ${why}`,
          remedy: `It goes on where the log is. The code says what it needs, and logs/${name}.log the rest.`,
        }
      if (why !== '')
        return {
          what,
          grade: 'note',
          found: `ready, but ${why}`,
          remedy: `See logs/${name}.log: it has the place of each record that was passed over, and why a model was refused. \`errata models list\` shows what can be used; \`models rollback\` makes that the champion.`,
        }
      return restarts < 3
        ? { what, grade: 'fine', found: `ready, pid ${pid}` }
        : {
            what,
            grade: 'note',
            found: `ready, but started ${restarts + 1} times`,
            remedy: `See logs/${name}.log for why it ended.`,
          }
    }),
  )
}

async function checkDeployment(
  config: Config,
  instance: Instance | null,
): Promise<readonly Finding[]> {
  let addresses
  try {
    addresses = findAddresses(config)
  } catch (error) {
    if (codeOf(error) === 'STACK_UNAVAILABLE')
      return [
        {
          what: 'stack',
          grade: 'note',
          found: 'nothing runs in this folder',
          remedy: '`npx errata up` starts it.',
        },
      ]
    return [
      {
        what: 'stack',
        grade: 'wrong',
        found: textOf(error),
        remedy: 'Correct the settings that it names.',
      },
    ]
  }
  const reached = reachedBy(config, addresses)
  const mayBeStopped = config.brokers === null && instance === null
  const stack = await checkStack(reached, addresses.clientFile, mayBeStopped)
  if (stack.some(({ grade }) => grade !== 'fine')) return stack
  const cluster = clusterAt(reached, addresses.brokers)
  try {
    const topics = await checkTopics(reached, cluster)
    if (topics.some(({ grade }) => grade !== 'fine')) return [...stack, ...topics]
    const registry = await openRegistry(
      reached,
      addresses.registryUrl,
      allTopics(reached.topicPrefix),
    )
    const stages = await checkStages(reached, cluster)
    const brokers = await checkOffsetRetention(cluster)
    return [
      ...stack,
      ...brokers,
      ...topics,
      ...stages,
      await checkAnalytics(reached, { cluster, registry }),
    ]
  } catch (error) {
    return [
      ...stack,
      {
        what: 'broker',
        grade: 'wrong',
        found: textOf(error),
        remedy:
          'It accepts connections but does not answer: see its log, and the KAFKA_* settings for TLS and SASL. A local one learns its password at each start.',
      },
    ]
  } finally {
    await cluster.close()
  }
}

async function checkStack(
  config: Config,
  clientFile: string | null,
  mayBeStopped: boolean,
): Promise<readonly Finding[]> {
  try {
    const { brokers, registryUrl } = await checkExternal(config)
    const credentials = clientFile === null ? '' : `, with the credentials in ${clientFile}`
    return [
      { what: 'broker', grade: 'fine', found: `${brokers}${credentials}` },
      { what: 'registry', grade: 'fine', found: registryUrl },
    ]
  } catch (error) {
    if (mayBeStopped && !(await registryAnswers(config.registryUrl ?? '')))
      return [
        { what: 'stack', grade: 'note', found: 'stopped', remedy: '`npx errata up` starts it.' },
      ]
    const what = textOf(error).includes('SCHEMA_REGISTRY_') ? 'registry' : 'broker'
    return [
      {
        what,
        grade: 'wrong',
        found: textOf(error),
        remedy: `A local one: \`errata down\`, then \`npm start\`; its log is logs/${what === 'broker' ? 'kafka' : 'registry'}.log. Another: see that it runs and that this machine reaches it.`,
      },
    ]
  }
}

async function checkTopics(config: Config, cluster: Cluster): Promise<readonly Finding[]> {
  const wanted = allTopics(config.topicPrefix)
  const counts = await partitionCounts(
    cluster,
    wanted.map(({ name }) => name),
  )
  const missing = wanted.filter(({ name }) => !counts.has(name))
  if (missing.length > 0)
    return [
      {
        what: 'topics',
        grade: 'wrong',
        found: `missing: ${missing.map(({ name }) => name).join(', ')}`,
        remedy: '`errata topics` makes them; `npm start` does too.',
      },
    ]
  const other = wanted.filter(
    ({ name, settings }) =>
      counts.get(name) !== (settings.partitions === 'P' ? config.partitions : settings.partitions),
  )
  if (other.length === 0)
    return [
      {
        what: 'topics',
        grade: 'fine',
        found: `${wanted.length}, with ${config.partitions} partitions`,
      },
    ]
  const actual = counts.get(other[0]?.name ?? '') ?? 0
  return [
    {
      what: 'topics',
      grade: 'wrong',
      found: `${other.map(({ name }) => `${name} has ${counts.get(name)} partitions`).join(', ')}, not ${config.partitions}`,
      remedy: `Set ERRATA_PARTITIONS=${actual}, or begin topics of a new generation with ERRATA_TOPIC_PREFIX.`,
    },
  ]
}

/** A stage with lag and a member, but no progress between two measurements, is stuck. */
async function checkStages(config: Config, cluster: Cluster): Promise<readonly Finding[]> {
  const look = async (): Promise<readonly bigint[]> =>
    await Promise.all(requiredStages.map((name) => stageProgress(config, cluster, name)))
  const before = await look()
  const stages = await readStages(config, cluster)
  const busy = requiredStages.some((name) => (stages[name]?.lag ?? 0) > 0)
  if (busy) await sleep(looksMs)
  const after = busy ? await look() : before
  return requiredStages.map((name, index): Finding => {
    const { lag, running } = stages[name] ?? { lag: 0, running: false }
    const what = `stage ${name}`
    if (!running)
      return {
        what,
        grade: lag > 0 ? 'wrong' : 'note',
        found: `not running, ${lag} behind`,
        remedy: `\`npm start\`, or \`errata run ${name}\`.`,
      }
    if (lag === 0) return { what, grade: 'fine', found: 'up to date' }
    if (after[index] !== before[index])
      return { what, grade: 'fine', found: `${lag} behind, working` }
    return {
      what,
      grade: 'wrong',
      found: `${lag} behind, and no progress in ${looksMs / 1_000} s`,
      remedy: `See its log for a code that is tried again (errata_retries_total counts them): a store or the registry may be away. A single document may also take long; group ${groupName(name, config.topicPrefix)}.`,
    }
  })
}

function textOf(error: unknown): string {
  return error instanceof Error ? `${codeOf(error)}: ${error.message}` : String(error)
}
