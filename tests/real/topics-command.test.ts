/** `errata topics` on a real cluster: what it would make, makes, and finds made. */

import { topicsCommand, type TopicsOptions } from '../../cli/topics.ts'
import { openCluster, partitionCounts, type Cluster } from '../../connectors/kafka/kafka.ts'
import { awaitReplicas } from '../../operations/topics.ts'
import { allTopics } from '../../runtime/existing-topics.ts'
import { testConfig } from '../stack.ts'
import { call } from './call.ts'

const config = testConfig()
const plain: TopicsOptions = {
  acls: null,
  skipConfigs: false,
  dryRun: false,
  output: null,
  strimziCluster: 'kafka',
}
const topics = (options: Partial<TopicsOptions> = {}, changes: object = {}) =>
  call(() => topicsCommand({ ...config, ...changes }, { ...plain, ...options }))
const names = allTopics(config.topicPrefix).map(({ name }) => name)
let cluster: Cluster

beforeAll(() => {
  cluster = openCluster(config, (config.brokers ?? '').split(','))
})
afterAll(() => cluster.close())

test('a dry run says each topic and schema, makes none, and says so by its exit code', async () => {
  const { code, out } = await topics({ dryRun: true })
  expect(code).toBe(3)
  expect(out.trim().split('\n')).toEqual([
    ...names.map((name) => expect.stringMatching(`^topic ${name}: [12] partitions, 1 replicas$`)),
    ...names.map((name) => `schema ${name}-value`),
  ])
  expect((await partitionCounts(cluster, names)).size).toBe(0)
})

test('makes topics and schemas, and then there is nothing to do', async () => {
  const { code, out } = await topics({ skipConfigs: true })
  expect([code, out]).toEqual([0, expect.stringMatching(/final .*the latest of each key +new/)])
  expect((await partitionCounts(cluster, names)).size).toBe(names.length)
  expect(await topics({ dryRun: true })).toMatchObject({ code: 0, out: 'nothing to do\n' })
})

test('leaves all but retention to the brokers where it is told to', async () => {
  const name = `${config.topicPrefix}final`
  const { resources } = await cluster.ask((admin) =>
    admin.describeConfigs({ includeSynonyms: false, resources: [{ type: 2, name }] }),
  )
  const own = resources[0]?.configEntries.filter(({ configSource }) => configSource === 1) ?? []
  expect(own.map(({ configName }) => configName)).toEqual(['cleanup.policy'])
})

test('a dry run refuses what the command would refuse', async () => {
  const other = { partitions: config.partitions + 1 }
  await expect(topics({ dryRun: true }, other)).rejects.toMatchObject({ code: 'TOPOLOGY_MISMATCH' })
})

test('says that brokers without an authorizer keep no rights', async () => {
  await expect(topics({ acls: 'apply' })).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringMatching(/Security features are disabled/),
  })
})

test('the wait for replicas ends with the topics that are late', async () => {
  const asked = { ask: async () => ({ topics: [late] }) } as unknown as Cluster
  const late = { name: 'x', partitions: [{ isr: [1], replicas: [1, 2, 3] }] }
  await expect(awaitReplicas(asked, ['x'], 100)).rejects.toMatchObject({
    code: 'BROKER_UNREACHABLE',
    facts: { topics: 'x' },
  })
})
