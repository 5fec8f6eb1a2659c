/** Topics and rights for Terraform and Strimzi: read back by parsers of their formats. */

import { execFile } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { parseAllDocuments } from 'yaml'
import { accessRights } from '../../operations/acls.ts'
import { strimziOf, terraformOf } from '../../operations/declared-topics.ts'
import { plannedTopics } from '../../operations/planned-topics.ts'
import { allTopics } from '../../runtime/existing-topics.ts'
import { hasPython, venv } from '../python.ts'

interface Resource {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: Readonly<Record<string, unknown>>
  readonly spec: Readonly<Record<string, unknown>>
}

const prefix = 'Odd_Prefix.'
const topics = plannedTopics({ topicPrefix: prefix, partitions: 6 }, 3)
const rights = accessRights(prefix)
const declared = { topics, rights }
const names = allTopics(prefix).map(({ name }) => name)
// a topic that is read and written is described by either right
const distinct = rights.flatMap(({ operations, ...right }) =>
  operations.map((operation) => JSON.stringify({ ...right, operation })),
)
const operations = new Set(distinct).size

const onlyWithPython = hasPython ? test : test.skip
if (!hasPython) console.warn('SKIPPED: no python3 on this machine to read Terraform’s language')

onlyWithPython(
  'Terraform reads every topic and right',
  async () => {
    const folder = await venv('hcl2', ['python-hcl2==7.3.1'])
    const file = join(mkdtempSync(join(tmpdir(), 'errata-terraform-')), 'main.tf')
    writeFileSync(file, terraformOf(declared))
    const program = 'import hcl2, json, sys; print(json.dumps(hcl2.load(open(sys.argv[1]))))'
    const run = promisify(execFile)
    const { stdout } = await run(join(folder, 'bin', 'python'), ['-c', program, file], {
      maxBuffer: 2 ** 26,
    })
    const { resource } = JSON.parse(stdout) as { resource: Record<string, object>[] }
    const of = (type: string): Record<string, unknown>[] =>
      resource.flatMap((one) => (type in one ? Object.values(one[type] as object) : []))
    expect(of('kafka_topic').map(({ name }) => name)).toEqual(names)
    expect(of('kafka_topic')[0]).toMatchObject({
      partitions: 6,
      replication_factor: 3,
      config: expect.objectContaining({ 'retention.ms': '2592000000', 'min.insync.replicas': '2' }),
    })
    expect(of('kafka_acl')).toHaveLength(operations)
    const keys = resource.flatMap((one) => Object.values(one).flatMap((its) => Object.keys(its)))
    expect(new Set(keys).size).toBe(names.length + operations) // no name is there twice
  },
  180_000,
)

test('Strimzi gets a resource for each topic and each user, with names that Kubernetes takes', () => {
  const documents = parseAllDocuments(strimziOf(declared, 'my-cluster'))
  expect(documents.flatMap(({ errors }) => errors)).toEqual([])
  const resources = documents.map((one) => one.toJS() as Resource)
  const kinds = (kind: string) => resources.filter((one) => one.kind === kind)
  expect(kinds('KafkaTopic').map(({ spec }) => spec['topicName'])).toEqual(names)
  for (const { apiVersion, metadata } of resources) {
    expect(apiVersion).toBe('kafka.strimzi.io/v1')
    expect(metadata).toMatchObject({ labels: { 'strimzi.io/cluster': 'my-cluster' } })
    expect(metadata['name']).toMatch(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/)
  }
  expect(kinds('KafkaTopic')[0]).toMatchObject({
    metadata: { name: 'odd-prefix.raw' },
    spec: { partitions: 6, replicas: 3, config: { 'retention.ms': '2592000000' } },
  })
  const ocr = kinds('KafkaUser').find(({ metadata }) => metadata['name'] === 'errata-ocr')
  expect(ocr?.spec).toMatchObject({
    authentication: { type: 'scram-sha-512' },
    authorization: {
      type: 'simple',
      acls: expect.arrayContaining([
        {
          resource: { type: 'topic', name: `${prefix}raw`, patternType: 'literal' },
          operations: ['Read', 'Describe'],
        },
        {
          resource: { type: 'transactionalId', name: `${prefix}ocr.`, patternType: 'prefix' },
          operations: ['Write', 'Describe'],
        },
      ]),
    },
  })
  const granted = kinds('KafkaUser').flatMap(
    ({ spec }) => (spec['authorization'] as { acls: { operations: string[] }[] }).acls,
  )
  expect(granted.reduce((sum, acl) => sum + acl.operations.length, 0)).toBe(operations)
})
