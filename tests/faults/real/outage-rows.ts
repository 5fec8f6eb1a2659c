/**
 * Rows about a long loss of what the system depends on: longer than sessions, transactions and
 * every series of retries that has an end. What holds after this holds after an hour, since from
 * then on the same is tried every few seconds.
 */

import { renameSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { FaultRow } from './row.ts'
import { unseenSchema } from './row-actions.ts'
import type { System } from './system.ts'

const awayMs = 90_000
const names = ['broker', 'registry', 'Redis', 'ClickHouse', 'blob store'] as const
type Dependency = (typeof names)[number]

const blobsOf = ({ config }: System): string => join(config.home, 'blobs')

const takeAway: Readonly<Record<Dependency, (system: System) => void>> = {
  broker: ({ broker }) => broker.cut(),
  registry: ({ registry }) => registry.cut(),
  Redis: ({ redis }) => redis.cut(),
  ClickHouse: ({ clickhouse }) => clickhouse.cut(),
  'blob store': (system) => renameSync(blobsOf(system), `${blobsOf(system)}.away`),
}

const giveBack: Readonly<Record<Dependency, (system: System) => void>> = {
  broker: ({ broker }) => broker.heal(),
  registry: ({ registry }) => registry.heal(),
  Redis: ({ redis }) => redis.heal(),
  ClickHouse: ({ clickhouse }) => clickhouse.heal(),
  'blob store': (system) => renameSync(`${blobsOf(system)}.away`, blobsOf(system)),
}

const awayFor90 = (what: string, lost: readonly Dependency[]): FaultRow => ({
  name: `${what} away for 90 s`,
  documents: 100,
  inject: async (system) => {
    if (lost.includes('registry')) await unseenSchema(system, 'output')
    for (const name of lost) takeAway[name](system)
    await sleep(awayMs)
  },
  heal: (system) => {
    for (const name of lost) giveBack[name](system)
  },
})

const oneOfThree: FaultRow = {
  name: 'one of three brokers away for 90 s',
  lacks: ({ nodes }) => (nodes.length < 3 ? 'takes --brokers 3' : null),
  documents: 100,
  inject: async ({ brokers }, random) => {
    const node = random.pick(brokers.nodes)
    brokers.signal(node, 'SIGKILL')
    await sleep(awayMs)
    await brokers.start(node)
  },
}

export const outageRows: readonly FaultRow[] = [
  ...names.map((name) => awayFor90(`the ${name}`, [name])),
  awayFor90('everything', names),
  oneOfThree,
]
