/** What rows do to the system, where it takes more than a line. */

import { execFile } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { Redis } from 'ioredis'
import { committedOffsets, openProducer } from '../../../connectors/kafka/kafka.ts'
import { crashPoints, type CrashPoint } from '../../../runtime/crash-points.ts'
import { schemaOf } from '../../../schemas/schemas.ts'
import { groupName, topicName, type StageName } from '../../../topology.ts'
import type { FaultRandom } from './random.ts'
import type { HttpProxy } from './http-proxy.ts'
import { rawOf, type Sent } from './stream.ts'
import type { System } from './system.ts'

export const commitPoints: readonly CrashPoint[] = crashPoints
let made = 0
// Numbers of the protocol
const topicResource = 2
const literalPattern = 3
const operations = { all: 2, write: 4 } as const
const deny = 2
const allow = 3
const killMs = 300_000 // until each process has started, joined and met its point

/** A document under a schema that no process has asked the registry for. */
export async function unseenSchema(system: System, outcome: Sent['outcome']): Promise<void> {
  const { config, connection, stream } = system
  const name = `${config.topicPrefix}unseen-${++made}`
  const own = schemaOf('raw') as { readonly fields: readonly object[] }
  const extra = { name: `extra${Date.now()}`, type: 'null' } // no bytes, and another schema
  const schema = { ...own, fields: [...own.fields, extra] }
  const answer = await fetch(`${config.registryUrl}/subjects/${name}/versions`, {
    method: 'POST',
    headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    body: JSON.stringify({ schema: JSON.stringify(schema) }),
  })
  const { id } = (await answer.json()) as { id: number }
  const key = `unseen-${made}`
  const value = connection.registry.codec.encode('raw', rawOf(key, stream.bytes.xml[0] as Buffer))
  value.writeInt32BE(id, 1)
  const producer = openProducer(connection.cluster)
  const topic = topicName('raw', config.topicPrefix)
  const { partition, offset } = await producer.send(topic, { key, value })
  await producer.close()
  system.sent.push({ topic: 'raw', key, place: `${topic}/${partition}/${offset}`, outcome })
}

/** Asks the server itself, past the proxy, and as patiently as a busy machine needs. */
export async function redisCommand(
  { redisPort }: System,
  command: string,
  ...words: readonly string[]
): Promise<unknown> {
  const client = new Redis(redisPort, '127.0.0.1')
  try {
    return await client.call(command, ...words)
  } finally {
    client.disconnect()
  }
}

/** Waits until a request has met the fault. */
export async function metBy(
  { met }: Pick<HttpProxy, 'met'>,
  before: number,
  ms: number,
): Promise<string[]> {
  for (const end = performance.now() + ms; performance.now() < end; await sleep(100)) {
    if (met() > before) return []
  }
  return [`no request met the fault within ${ms} ms`]
}

/** That the fault was met, and that no offset was committed past what the store has. */
export async function analyticsWaits(system: System, ms: number): Promise<string[]> {
  const before = system.clickhouse.met()
  await sleep(ms)
  return system.clickhouse.met() > before ? [] : ['no insert met the fault']
}

/** Each of these processes kills itself where its stage passes the point; waits until all have. */
export async function killAtPoint(
  system: System,
  names: readonly string[],
  point: CrashPoint,
  random: FaultRandom,
): Promise<string[]> {
  const { children, stream } = system
  await Promise.all(
    names.map((name) => {
      const [stage = name] = name.split('-')
      const passes = ['joined', 'fenced', 'read', 'seeked'].includes(point)
        ? 1
        : 1 + random.number(2)
      return children.restart(name, {
        environment: { ERRATA_CRASH_AT: `${stage}:${point}:${passes}` },
      })
    }),
  )
  const victims = names.map((name) => children.get(name).process)
  for (const end = performance.now() + killMs; performance.now() < end;) {
    const left = victims.filter(
      ({ signalCode, exitCode }) => signalCode === null && exitCode === null,
    )
    if (left.length === 0) break
    system.sent.push(...(await stream.send(5, random)))
  }
  const wrong = victims.filter(({ signalCode }) => signalCode !== 'SIGKILL')
  return wrong.length === 0
    ? []
    : [`${wrong.length} of ${victims.length} processes were not killed at ${point}`]
}

/** The largest message that a topic takes. */
export async function limitMessages(
  { connection }: System,
  topic: string,
  bytes: number,
): Promise<void> {
  const configEntries = [{ name: 'max.message.bytes', value: String(bytes) }]
  const resources = [{ type: topicResource, name: topic, configEntries }]
  await connection.cluster.ask((admin) => admin.alterConfigs({ validateOnly: false, resources }))
}

/** Nobody may write into the topic; everything else is allowed as before. */
export async function denyWriting({ connection }: System, topic: string): Promise<void> {
  // Whoever an ACL of the topic says nothing about may do nothing with it
  const acl = [aclOf(topic, operations.all, allow), aclOf(topic, operations.write, deny)]
  await connection.cluster.ask((admin) => admin.createAcls({ acl }))
}

export async function allowWriting({ connection }: System, topic: string): Promise<void> {
  const filters = [aclOf(topic, operations.all, allow), aclOf(topic, operations.write, deny)]
  await connection.cluster.ask((admin) => admin.deleteAcls({ filters }))
}

/** Of everybody, from everywhere. */
function aclOf<O extends number, P extends number>(topic: string, operation: O, permissionType: P) {
  return {
    resourceType: topicResource,
    resourceName: topic,
    resourcePatternType: literalPattern,
    principal: 'User:*',
    host: '*',
    operation,
    permissionType,
  }
}

/** That the stage's group has not committed an offset beyond this record. */
export async function notPassed(
  { config, connection }: System,
  stage: StageName,
  { topic, place }: Sent,
): Promise<string[]> {
  const [partition, offset] = place.split('/').slice(1).map(Number) as [number, number]
  const group = groupName(stage, config.topicPrefix)
  const name = topicName(topic, config.topicPrefix)
  const committed = await committedOffsets(connection.cluster, group, name)
  const position = committed.get(partition)?.position ?? 0n
  return position <= BigInt(offset) ? [] : [`${stage} is at ${position}, past ${place}`]
}

/** Waits until a process has said this. */
export async function saidBy(system: System, words: string, ms: number): Promise<string[]> {
  for (const end = performance.now() + ms; performance.now() < end; await sleep(200)) {
    if (system.children.heard(words)) return []
  }
  return [`nobody said ${words} within ${ms} ms`]
}

/** Commands of the command line beside the running system. */
export async function errata(system: System, ...words: readonly string[]): Promise<string> {
  const all = ['--import', 'tsx/esm', 'cli/cli.ts', ...words]
  const env = { PATH: process.env['PATH'], ...system.environment }
  return (await promisify(execFile)(process.execPath, all, { env })).stdout
}
