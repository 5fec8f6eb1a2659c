/** Rows about an upgrade: a stage with an earlier release's schemas beside one with today's. */

import { topicOffsets } from '../../../connectors/kafka/kafka.ts'
import { scan } from '../../../runtime/read-topics.ts'
import { releasesOf } from '../../../schemas/history.ts'
import { topicName } from '../../../topology.ts'
import { drain, limitMs } from './check.ts'
import type { FaultRandom } from './random.ts'
import type { FaultRow } from './row.ts'
import type { System } from './system.ts'

const preload = ['--import', 'tsx/esm', '--import', './tests/faults/real/other-schemas.ts']
const changed = ['ocr', 'extracted'] as const // the topics whose schema is an earlier one
const meetMs = 120_000
const perPdf = 3 // documents, so that either partition gets some

/** One that is not the latest. */
function earlier(topic: (typeof changed)[number], random: FaultRandom): string {
  return `${topic}:${1 + random.number(releasesOf(topic).length - 1)}`
}

/** The schemas that records from these positions on were written with. */
async function schemaIds(
  { config, connection }: System,
  topic: string,
  from: ReadonlyMap<number, bigint>,
): Promise<ReadonlySet<number>> {
  const offsets = [...(await topicOffsets(connection.cluster, topic))]
  const ranges = offsets.map(([partition, { low, high }]) => {
    return { topic, partition, from: from.get(partition) ?? low, to: high }
  })
  const ids = new Set<number>()
  await scan(connection.cluster, ranges, config.topicPrefix, ({ value }) => {
    if (value !== null) ids.add(value.readInt32BE(1))
  })
  return ids
}

/** What changed between releases is in the pages, which an e-invoice doesn't have. */
async function sendPages({ sent, stream }: System): Promise<void> {
  const began = Date.now()
  for (let i = 0; i < perPdf; i++) {
    for (const [k, bytes] of stream.bytes.pdf.entries()) {
      sent.push(await stream.sendDocument(`pages-${began}-${i}-${k}`, bytes, 'output'))
    }
  }
}

const beside = ([part, topic]: readonly [string, (typeof changed)[number]]): FaultRow => ({
  name: `${part} of an earlier release beside today’s`,
  inject: async (system, random) => {
    const { children, config, connection, environment, stream } = system
    const name = topicName(topic, config.topicPrefix)
    const releases = changed.map((one) => earlier(one, random)).join()
    await children.start(`${part}-2`, {
      parts: [part],
      node: preload,
      environment: { ...environment, FAULTS_RELEASES: releases },
    })
    await children.ready()
    const offsets = await topicOffsets(connection.cluster, name)
    const from = new Map([...offsets].map(([partition, { high }]) => [partition, high]))
    for (const end = performance.now() + meetMs; performance.now() < end;) {
      system.sent.push(...(await stream.send(10, random)))
      if ((await schemaIds(system, name, from)).size < 2) continue
      await sendPages(system)
      const lag = await drain(system, limitMs)
      return lag === null ? [] : [lag]
    }
    return [`records of ${topic} were not written under two schemas, with ${releases} beside`]
  },
  heal: ({ children }) => children.stop(`${part}-2`),
})

export const releaseRows: readonly FaultRow[] = (
  [
    ['ocr', 'ocr'],
    ['extract', 'extracted'],
  ] as const
).map(beside)
