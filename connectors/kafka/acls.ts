/**
 * Access rights at the brokers. Adding one that is there changes nothing; none is ever taken away.
 * BROKER_UNREACHABLE, CONFIG_INVALID where this user may not.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import type { AclEntry } from 'kafkajs'
import { ErrataError } from '../../errors.ts'
import type { Cluster } from './cluster.ts'
import { kafkajs } from './read-committed.ts'

const { AclOperationTypes, AclPermissionTypes, AclResourceTypes, ResourcePatternTypes } = kafkajs

export interface AccessRight {
  /** `errata-ocr`; the user `User:errata-ocr` in Kafka's terms */
  readonly principal: string
  readonly resource: 'topic' | 'group' | 'transactional-id'
  readonly name: string
  readonly pattern: 'literal' | 'prefixed'
  readonly operations: readonly ('Read' | 'Write' | 'Describe')[]
}

const patienceMs = 30_000

const resourceTypes = {
  topic: AclResourceTypes.TOPIC,
  group: AclResourceTypes.GROUP,
  'transactional-id': AclResourceTypes.TRANSACTIONAL_ID,
}
const operationTypes = {
  Read: AclOperationTypes.READ,
  Write: AclOperationTypes.WRITE,
  Describe: AclOperationTypes.DESCRIBE,
}

/** Those that the brokers don't have yet, an operation each. */
export async function missingAcls(
  cluster: Cluster,
  rights: readonly AccessRight[],
): Promise<readonly AclEntry[]> {
  const existing = await existingAcls(cluster)
  return entriesOf(rights).filter((entry) => !existing.has(keyOf(entry)))
}

/** Adds what is missing, waits until the broker goes by it, and returns how many there were. */
export async function createAcls(
  cluster: Cluster,
  rights: readonly AccessRight[],
): Promise<number> {
  const acl = [...(await missingAcls(cluster, rights))]
  if (acl.length === 0) return 0
  await cluster.ask((admin) => admin.createAcls({ acl }))
  for (const end = performance.now() + patienceMs; ; await sleep(100)) {
    const left = (await missingAcls(cluster, rights)).length
    if (left === 0) return acl.length
    if (performance.now() > end)
      throw new ErrataError('BROKER_UNREACHABLE', 'the broker has not heard of all rights', {
        left,
      })
  }
}

async function existingAcls(cluster: Cluster): Promise<ReadonlySet<string>> {
  const { resources } = await cluster.ask((admin) =>
    admin.describeAcls({
      resourceType: AclResourceTypes.ANY,
      resourcePatternType: ResourcePatternTypes.ANY,
      operation: AclOperationTypes.ANY,
      permissionType: AclPermissionTypes.ANY,
    }),
  )
  return new Set(
    resources.flatMap(({ acls, resourceType, resourceName, resourcePatternType }) =>
      acls.map((acl) => keyOf({ ...acl, resourceType, resourceName, resourcePatternType })),
    ),
  )
}

function keyOf(entry: AclEntry): string {
  const { principal, host, operation, permissionType } = entry
  const { resourceType, resourceName, resourcePatternType } = entry
  const right = [principal, host, operation, permissionType]
  return JSON.stringify([...right, resourceType, resourceName, resourcePatternType])
}

/** A topic that is read and written may be described by either right: each entry is there once. */
function entriesOf(rights: readonly AccessRight[]): readonly AclEntry[] {
  const every = rights.flatMap(({ principal, resource, name, pattern, operations }) =>
    operations.map((operation): AclEntry => ({
      resourceType: resourceTypes[resource],
      resourceName: name,
      resourcePatternType:
        pattern === 'literal' ? ResourcePatternTypes.LITERAL : ResourcePatternTypes.PREFIXED,
      principal: `User:${principal}`,
      host: '*',
      operation: operationTypes[operation],
      permissionType: AclPermissionTypes.ALLOW,
    })),
  )
  return [...new Map(every.map((entry) => [keyOf(entry), entry])).values()]
}
