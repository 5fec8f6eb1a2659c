/**
 * Where the analytics store is. Apart from connect.ts, since a query needs neither a broker nor a
 * registry, whose clients take longer to load than most queries to answer.
 */

import { join } from 'node:path'
import type { Config } from '../config.ts'
import { storeOf, type StoreAddress } from '../connectors/clickhouse/clickhouse.ts'
import { secretIn } from '../connectors/files/secret-file.ts'
import { hostFor, readInstance } from '../deploy/instance/instance.ts'
import { homeOf } from '../deploy/stack/home.ts'

/**
 * The analytics store for readers: the server that the settings name, or the gateway of this
 * machine.
 */
export function clickhouseUrlOf(config: Config): StoreAddress {
  return (
    storeOf(config) ??
    withReadToken(config, `http://${hostFor(config.host)}:${config.clickhousePort}`)
  )
}

/** The same for a command, which asks the running instance for its port. */
export function runningClickhouseUrlOf(config: Config): StoreAddress {
  const running =
    config.clickhouseUrl === null ? readInstance(homeOf(config))?.urls.clickhouse : undefined
  return running === undefined ? clickhouseUrlOf(config) : withReadToken(config, running)
}

/** Where the embedded store keeps its folder; its tokens lie beside it. */
export function storeFolderOf(config: Config): string {
  return join(homeOf(config), 'analytics')
}

function withReadToken(config: Config, address: string): string {
  const url = new URL(address)
  url.username = 'reader'
  url.password = secretIn(`${storeFolderOf(config)}.read-token`)
  return url.href
}
