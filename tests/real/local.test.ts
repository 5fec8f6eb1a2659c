import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readConfig } from '../../config.ts'
import {
  createTopics,
  endOffsets,
  openCluster,
  openProducer,
} from '../../connectors/kafka/kafka.ts'
import { examine } from '../../operations/doctor.ts'
import { readState, stopLocal } from '../../deploy/stack/local.ts'
import { isOurProcess } from '../../deploy/stack/processes.ts'
import { startStack } from '../../deploy/stack/stack.ts'
import { ensureTopics } from '../../operations/topics.ts'
import { codeOf } from '../../errors.ts'
import { uniquePrefix } from '../stack.ts'

const home = mkdtempSync(join(tmpdir(), 'errata-local-'))
const config = {
  ...readConfig({}),
  home,
  kafkaPort: 32_100,
  registryPort: 32_200,
  topicPrefix: uniquePrefix(),
  partitions: 2,
  cache: process.env['ERRATA_CACHE'] ?? null,
  javaHome: process.env['JAVA_HOME'] ?? null,
}
const said: string[] = []
const say = (line: string): void => void said.push(line)

afterAll(async () => {
  await stopLocal(home)
  rmSync(home, { recursive: true, force: true })
})

test('a local stack is found again, repaired where a part of it died, keeps its data, and stops', async () => {
  const first = await startStack(config, say)
  expect(first).toMatchObject({ kind: 'java', found: false })
  const [broker, registry] = [
    readState(home)?.kafka?.pid as number,
    readState(home)?.registry?.pid as number,
  ]

  // Somebody else, who was not there when it was started, uses the same.
  const again = await startStack(config, say)
  expect(again).toMatchObject({
    found: true,
    brokers: first.brokers,
    registryUrl: first.registryUrl,
  })
  expect(readState(home)).toMatchObject({ kafka: { pid: broker }, registry: { pid: registry } })

  const topic = `${config.topicPrefix}kept`
  const cluster = openCluster(config, [first.brokers])
  const producer = openProducer(cluster)
  await createTopics(cluster, [{ name: topic, partitions: 1, replication: 1, settings: {} }])
  await producer.send(topic, { key: 'a', value: Buffer.from('b') })
  await producer.close()

  process.kill(broker, 'SIGKILL')
  while (isOurProcess(broker, home)) await new Promise((resolve) => setTimeout(resolve, 50))
  const mended = await startStack(config, say)
  expect(mended).toMatchObject({
    found: false,
    brokers: first.brokers,
    registryUrl: first.registryUrl,
  })
  expect(readState(home)?.kafka?.pid).not.toBe(broker)
  expect(readState(home)?.registry?.pid).toBe(registry)
  for (;;) {
    const ends = await endOffsets(cluster, topic).catch((error: unknown) => {
      // a broker that has just begun chooses leaders
      if (codeOf(error) !== 'BROKER_UNREACHABLE') throw error
      return new Map<number, bigint>()
    })
    if (ends.size > 0) {
      expect(ends).toEqual(new Map([[0, 1n]]))
      break
    }
  }

  // The doctor knows where topics differ from the settings, and which stages do not run.
  const before = await examine(config)
  expect(before.find(({ what }) => what === 'topics')).toMatchObject({
    grade: 'wrong',
    found: expect.stringContaining('missing') as string,
  })
  await ensureTopics(cluster, config)
  expect((await examine(config)).find(({ what }) => what === 'stage ocr')).toMatchObject({
    grade: 'note',
  })
  expect(
    (await examine({ ...config, partitions: 3 })).find(({ what }) => what === 'topics'),
  ).toMatchObject({
    grade: 'wrong',
    remedy: expect.stringContaining('ERRATA_PARTITIONS=2') as string,
  })
  await cluster.close()

  await mended.stop()
  expect(isOurProcess(readState(home)?.kafka?.pid as number, home)).toBe(false)
  expect(isOurProcess(registry, home)).toBe(false)
  expect(existsSync(join(home, 'stack.lock'))).toBe(false)
}, 240_000)
