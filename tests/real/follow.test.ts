/** Tables that follow a topic, the producer of the edges, and the registry, on the real stack. */

import { createServer, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SchemaRegistry } from '@kafkajs/confluent-schema-registry'
import {
  createTopics,
  endOffsets,
  openCluster,
  openProducer,
  openTransactions,
} from '../../connectors/kafka/kafka.ts'
import { openRegistry } from '../../connectors/registry/registry.ts'
import type { Following } from '../../runtime/follow.ts'
import { schemaOf } from '../../schemas/schemas.ts'
import type { Raw } from '../../schemas/types.ts'
import { followPromises } from '../promises/follow.ts'
import { toyTables } from '../promises/toy-table.ts'
import { testStack, uniquePrefix } from '../stack.ts'
import { openRealGround } from './ground.ts'
import { startProxy } from './proxy.ts'
import { openToys, toyRaw, type Toys } from '../toys.ts'

jest.setTimeout(180_000) // ms; only a defect takes so long

let toys: Toys
let topic: string
const following: Following[] = []
beforeEach(async () => {
  toys = await openToys({ ...testStack(), prefix: uniquePrefix(), partitions: 2 })
  topic = `${toys.prefix}one`
})
afterEach(async () => {
  await Promise.all(following.splice(0).map((one) => one.stop()))
  await toys.close()
})

const { encoded, table } = toyTables(() => ({ toys, topic, following }))

followPromises(openRealGround, 1_500)

describe('a table that follows a topic', () => {
  test('reads a compacted topic with gaps to its end', async () => {
    const name = `${toys.prefix}compacted`
    const settings = {
      'cleanup.policy': 'compact',
      'segment.ms': '100',
      'min.cleanable.dirty.ratio': '0.01',
      'delete.retention.ms': '100',
    }
    await createTopics(toys.cluster, [{ name, partitions: 1, replication: 1, settings }])
    const producer = await openTransactions(toys.cluster, `${toys.prefix}c`)
    for (let round = 0; round < 6; round++) {
      const transaction = await producer.begin()
      await transaction.send(
        ['a', 'b', `only${round}`].map((key) => ({
          topic: name,
          partition: 0,
          key,
          value: encoded(key, `round${round}`),
          headers: {},
        })),
      )
      await transaction.commit()
      await new Promise((resolve) => setTimeout(resolve, 150))
    }
    producer.discard()
    // The cleaner may or may not have run; the table is the same.
    const { ready, rows, position } = table(name)
    await ready
    expect(Object.fromEntries(rows)).toEqual({
      a: 'round5',
      b: 'round5',
      ...Object.fromEntries([0, 1, 2, 3, 4, 5].map((round) => [`only${round}`, `round${round}`])),
    })
    expect(position()).toEqual(await endOffsets(toys.cluster, name))
  })
})

describe('the producer of the edges', () => {
  test('says where each record is, also when many go at once', async () => {
    const producer = openProducer(toys.cluster)
    const sent = await Promise.all(
      Array.from({ length: 200 }, (_, i) =>
        producer.send(topic, { key: `k${i}`, value: encoded(`k${i}`) }),
      ),
    )
    await producer.close()
    const places = new Map(
      (await toys.read('one', 'raw')).map(({ key, partition, offset }) => [
        key,
        { partition, offset },
      ]),
    )
    expect(sent).toEqual(Array.from({ length: 200 }, (_, i) => places.get(`k${i}`)))
  })

  test('refuses when the broker is away and works again after it is back', async () => {
    const proxy = await startProxy(testStack().brokers)
    const cluster = openCluster(toys.config, [proxy.address])
    const producer = openProducer(cluster)
    await producer.send(topic, { key: 'a', value: encoded('a'), partition: 0 })
    proxy.cut()
    await expect(
      producer.send(topic, { key: 'b', value: encoded('b'), partition: 0 }),
    ).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' })
    proxy.heal()
    await producer.send(topic, { key: 'c', value: encoded('c'), partition: 0 })
    await producer.close()
    await cluster.close()
    await proxy.close()
    expect((await toys.read('one', 'raw')).map(({ key }) => key)).toEqual(['a', 'c'])
  })

  test('refuses a topic that is not there', async () => {
    const producer = openProducer(toys.cluster)
    await expect(
      producer.send(`${toys.prefix}absent`, { key: 'a', value: encoded('a') }),
    ).rejects.toMatchObject({ code: 'TOPOLOGY_MISMATCH' })
    await producer.close()
  })
})

describe('the registry', () => {
  const subjects = () => [
    { name: topic, topic: 'raw' as const },
    { name: `${toys.prefix}x.dead`, topic: 'dead' as const },
  ]
  const plain = { registryUser: null, registryPassword: null }

  test('gives the same ids again, and sets compatibility on the subject', async () => {
    const { registryUrl } = testStack()
    const [first, second] = [
      await openRegistry(plain, registryUrl, subjects()),
      await openRegistry(plain, registryUrl, subjects()),
    ]
    expect([second.idOf('raw'), second.idOf('dead')]).toEqual([
      first.idOf('raw'),
      first.idOf('dead'),
    ])
    const answer = await fetch(`${registryUrl}/config/${topic}-value`)
    expect(await answer.json()).toEqual({ compatibilityLevel: 'BACKWARD' })
  })

  test('makes records that any Confluent client reads', async () => {
    const { registryUrl } = testStack()
    const registry = await openRegistry(plain, registryUrl, subjects())
    const decoded = (await new SchemaRegistry({ host: registryUrl }).decode(
      registry.codec.encode('raw', toyRaw('doc')),
    )) as Raw
    expect(decoded.documentId).toBe('doc')
  })

  test('refuses a schema that breaks readers', async () => {
    const { registryUrl } = testStack()
    const body = JSON.stringify({
      schema: JSON.stringify({
        type: 'record',
        name: 'Raw',
        namespace: 'errata',
        fields: [{ name: 'documentId', type: 'int' }],
      }),
    })
    const name = `${toys.prefix}broken`
    await fetch(`${registryUrl}/subjects/${name}-value/versions`, {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
    })
    await expect(openRegistry(plain, registryUrl, [{ name, topic: 'raw' }])).rejects.toMatchObject({
      code: 'TOPOLOGY_MISMATCH',
    })
  })

  test('while away, known ids keep working and unknown ones are waited for', async () => {
    const { registryUrl } = testStack()
    const url = new URL(registryUrl)
    const proxy = await startProxy(url.host, { plain: true })
    const behind = registryUrl.replace(url.host, proxy.address)
    const registry = await openRegistry(plain, behind, subjects())
    const bytes = registry.codec.encode('raw', toyRaw('doc'))
    const unknown = Buffer.from(bytes)
    unknown.writeInt32BE(2_000_000_001, 1)
    await expect(registry.codec.decode('raw', unknown)).rejects.toMatchObject({
      code: 'SCHEMA_UNKNOWN',
    })
    proxy.cut()
    expect((await registry.codec.decode('raw', bytes)).documentId).toBe('doc')
    await expect(registry.codec.decode('raw', unknown)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
    })
    // an id is not given up while the registry is away
    await new Promise((resolve) => setTimeout(resolve, 5_500))
    await expect(registry.codec.decode('raw', unknown)).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
    })
    await expect(openRegistry(plain, behind, subjects())).rejects.toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
    })
    await proxy.close()
  })

  test('is not believed where it does not know what was registered there', async () => {
    let lost = false
    const server = await registryThat((_, response) => {
      if (!lost) return false
      const json = { 'content-type': 'application/json' }
      response.writeHead(404, json).end('{"error_code": 40403}')
      return true
    })
    const registry = await openRegistry(plain, server.url, subjects())
    const decoding = async (id: number): Promise<unknown> => {
      const bytes = registry.codec.encode('raw', toyRaw('doc'))
      bytes.writeInt32BE(id, 1)
      return registry.codec
        .decode('raw', bytes)
        .catch((error: unknown) => (error as { code: string }).code)
    }
    expect(await decoding(2_000_000_002)).toBe('SCHEMA_UNKNOWN')
    lost = true
    await new Promise((resolve) => setTimeout(resolve, 5_500))
    expect(await decoding(2_000_000_002)).toBe('REGISTRY_UNREACHABLE')
    lost = false
    expect(
      await Promise.all([2_000_000_002, 2_000_000_003, 0, -1, -2_000_000_000].map(decoding)),
    ).toEqual(Array.from({ length: 5 }, () => 'SCHEMA_FOREIGN'))
    await server.close()
  })

  test('takes schemas of other types, and what is none, for foreign; a page of a proxy for nothing', async () => {
    const odd: Readonly<Record<string, string>> = {
      9001: JSON.stringify({ schema: '{}', schemaType: 'JSON' }),
      9002: JSON.stringify({ schema: '{"type": "nonsense"}' }),
      9003: '<html>log in</html>',
    }
    const server = await registryThat((id, response) => {
      if (odd[id] === undefined) return false
      response.writeHead(200, { 'content-type': 'application/json' }).end(odd[id])
      return true
    })
    const registry = await openRegistry(plain, server.url, subjects())
    const codes = [9001, 9002, 9003].map((id) =>
      registry.schemaOf(id).then(
        () => 'known',
        (error: unknown) => (error as { code: string }).code,
      ),
    )
    expect(await Promise.all(codes)).toEqual(['SCHEMA_FOREIGN', 'SCHEMA_FOREIGN', 'SCHEMA_UNKNOWN'])
    await server.close()
  })

  test('has a schema of a later release wait, and none that stands elsewhere', async () => {
    const { registryUrl } = testStack()
    const name = `${toys.prefix}needs-review`
    const own = [...subjects(), { name, topic: 'needs-review' as const }]
    const registry = await openRegistry(plain, registryUrl, own)
    const text = JSON.stringify(schemaOf('needs-review')).replace('"rule"', '"rule","hint"')
    const decodingUnder = async (subject: string): Promise<unknown> => {
      const answer = await fetch(`${registryUrl}/subjects/${subject}/versions`, {
        method: 'POST',
        body: JSON.stringify({ schema: text.replace('Why a document', subject) }),
        headers: { 'content-type': 'application/vnd.schemaregistry.v1+json' },
      })
      const { id } = (await answer.json()) as { id: number }
      const bytes = Buffer.from([0, 0, 0, 0, 0, 0])
      bytes.writeInt32BE(id, 1)
      return registry.codec
        .decode('needs-review', bytes)
        .catch((error: unknown) => (error as { code: string }).code)
    }
    expect([
      await decodingUnder(`${name}-value`),
      await decodingUnder(`${toys.prefix}strange-value`),
    ]).toEqual(['SCHEMA_NEWER', 'SCHEMA_FOREIGN'])
  })

  test('takes no id for foreign whose answer is lost, however often', async () => {
    const server = await registryThat((id, response) => {
      if (id === '9004') response.destroy()
      return id === '9004'
    })
    const registry = await openRegistry(plain, server.url, subjects())
    const code = (): Promise<string> =>
      registry.schemaOf(9004).then(
        () => 'known',
        (error: unknown) => (error as { code: string }).code,
      )
    const before = await code()
    await new Promise((resolve) => setTimeout(resolve, 5_500))
    expect([before, await code()]).toEqual(['REGISTRY_UNREACHABLE', 'REGISTRY_UNREACHABLE'])
    await server.close()
  })
})

/** The registry of the stack, but for the schema ids that `answers` answers itself. */
async function registryThat(
  answers: (id: string, response: ServerResponse) => boolean,
): Promise<{ readonly url: string; close(): Promise<unknown> }> {
  const { registryUrl } = testStack()
  const server = createServer((request, response) => {
    const path = request.url ?? ''
    const id = /\/schemas\/ids\/(\d+)/.exec(path)?.[1] ?? ''
    if (answers(id, response)) return
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const headers = { 'content-type': 'application/vnd.schemaregistry.v1+json' }
      const sent = chunks.length === 0 ? {} : { body: Buffer.concat(chunks) }
      const method = request.method ?? 'GET'
      void fetch(`${registryUrl}${path}`, { method, headers, ...sent }).then(async (answer) =>
        response.writeHead(answer.status).end(await answer.text()),
      )
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close: () => new Promise((resolve) => server.close(resolve)),
  }
}
