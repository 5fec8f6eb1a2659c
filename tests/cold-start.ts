/** The first moments of several processes that start at once. */

import type { Config } from '../config.ts'
import { connect } from '../operations/connect.ts'
import { ensureTopics } from '../operations/topics.ts'
import { quiet } from './toys.ts'

const processes = 6

export interface ColdStart {
  readonly failures: readonly string[]
  /** How many different things they found: topics, their partitions, ids of schemas. */
  readonly outcomes: number
}

export async function startAtOnce(config: Config): Promise<ColdStart> {
  const found = await Promise.allSettled(
    Array.from({ length: processes }, async () => {
      const connection = await connect(config, quiet)
      const { cluster, registry } = connection
      try {
        const reports = await ensureTopics(cluster, config)
        const topics = reports.map(({ name, partitions, replication }) => [
          name,
          partitions,
          replication,
        ])
        return JSON.stringify([topics, registry.idOf('raw'), registry.idOf('final')])
      } finally {
        await connection.close()
      }
    }),
  )
  return {
    failures: found.flatMap((one) => (one.status === 'rejected' ? [String(one.reason)] : [])),
    outcomes: new Set(found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []))).size,
  }
}
