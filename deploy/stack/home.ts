/** Where an instance keeps its data, and what all instances share. */

import { homedir } from 'node:os'
import { join, resolve } from 'node:path'
import type { Config } from '../../config.ts'

/** ERRATA_HOME, absolute. */
export function homeOf(config: Config): string {
  return resolve(config.home)
}

/** The folder of what is fetched once for all homes, absolute. */
export function cacheOf(config: Config): string {
  return resolve(config.cache ?? join(homedir(), '.cache', 'errata'))
}
