/**
 * `errata analytics rebuild`: everything in the analytics store is thrown away and stored again
 * from the topics. What the topics no longer keep is gone.
 *
 *   embedded store     a mark is left beside its folder; the process of analytics throws the folder away at its next start.
 *                      Where an instance runs here, that process is ended, and its supervisor starts it again.
 *   CLICKHOUSE_URL     the tables are dropped, once no sink runs: one that does would go on where it was
 *
 * The sink compares what the store has with what the group was told
 * (connectors/clickhouse/sink-partition.ts), so nothing else is needed to make it begin at the
 * beginning.
 */

import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import type { Config } from '../config.ts'
import { dropSchema, storeFormOf } from '../connectors/clickhouse/schema.ts'
import { openClickhouse, storeOf, type StoreAddress } from '../connectors/clickhouse/clickhouse.ts'
import { groupName } from '../topology.ts'
import { storeFolderOf } from './analytics-address.ts'
import { connect } from './connect.ts'
import { isSupervised, readInstance } from '../deploy/instance/instance.ts'
import { openLog } from '../deploy/instance/log.ts'
import { homeOf } from '../deploy/stack/home.ts'

/** 0: it will be built again; 1: a sink runs that this command can't stop. */
export async function rebuildAnalytics(
  config: Config,
  say: (line: string) => void,
): Promise<number> {
  const store = storeOf(config)
  return store === null ? rebuildEmbedded(config, say) : await rebuildServer(config, store, say)
}

/**
 * Throws the folder of the embedded store away where that was asked for. Called before the store is
 * opened.
 */
export function discardMarkedStore(folder: string): boolean {
  if (!existsSync(markOf(folder))) return false
  rmSync(folder, { recursive: true, force: true })
  // Last, so that a removal that was cut off is done again.
  rmSync(markOf(folder), { force: true })
  return true
}

function rebuildEmbedded(config: Config, say: (line: string) => void): number {
  const folder = storeFolderOf(config)
  mkdirSync(dirname(folder), { recursive: true })
  writeFileSync(markOf(folder), '')
  const instance = readInstance(homeOf(config))
  const process_ = instance?.processes.find(({ stages }) => stages.includes('analytics'))
  if (instance === null || !isSupervised(instance) || process_?.pid == null) {
    say('the analytics store is built again at the next start')
    return 0
  }
  process.kill(process_.pid, 'SIGTERM')
  say('the analytics store is being built again; `errata status` shows the lag of analytics')
  return 0
}

async function rebuildServer(
  config: Config,
  url: StoreAddress,
  say: (line: string) => void,
): Promise<number> {
  const connection = await connect(config, openLog({ logLevel: 'error' }, 'analytics'))
  const { cluster } = storeFormOf(config)
  const store = openClickhouse(url, { replicated: cluster !== null })
  try {
    const group = groupName('analytics', config.topicPrefix)
    const { groups } = await connection.cluster.ask((admin) => admin.describeGroups([group]))
    const members = groups[0]?.members.length ?? 0
    if (members > 0) {
      say(`${members} sinks of group ${group} run: stop them, then run this again`)
      return 1
    }
    await dropSchema(store, cluster)
    say('the tables are dropped; the next start of analytics makes and fills them')
    return 0
  } finally {
    await store.close()
    await connection.close()
  }
}

const markOf = (folder: string): string => `${folder}.rebuild`
