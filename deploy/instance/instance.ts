/**
 * The running instance of an ERRATA_HOME, as `up` writes it to run.json for other processes:
 * supervisor and addresses. The file may be stale after a crash; `isSupervised` checks that.
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isOurProcess } from '../stack/processes.ts'
import type { ProcessEnd } from './supervise.ts'
import { writeWhole } from '../../connectors/files/atomic-file.ts'

export interface Urls {
  readonly review: string
  readonly dashboard: string
  readonly intake: string
  readonly registry: string
  readonly clickhouse: string
  /** of the first process; each has its own, see processes */
  readonly metrics: string
}

export interface Instance {
  readonly pid: number
  readonly startedAt: string // ISO
  readonly stack: { readonly kind: string; readonly why: string }
  readonly brokers: string
  readonly registryUrl: string
  readonly topicPrefix: string
  readonly partitions: number
  readonly urls: Urls
  readonly processes: readonly InstanceProcess[]
}

export interface InstanceProcess {
  readonly name: string
  readonly stages: readonly string[]
  readonly pid: number | null
  readonly restarts: number
  /** missing where an earlier version wrote it */
  readonly lastEnd?: ProcessEnd | null
  readonly metrics: string // base URL of /metrics, /live and /ready
}

export function writeInstance(home: string, instance: Instance): void {
  writeWhole(pathIn(home), `${JSON.stringify(instance, null, 2)}\n`)
}

/** Null where none ever ran, or the last one stopped cleanly. */
export function readInstance(home: string): Instance | null {
  const path = pathIn(home)
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Instance) : null
}

// the last: npx and global installations run a link of that name
const names = ['errata.mjs', 'cli.ts', '/errata up']

/** Whether its supervisor lives: the pid alone may belong to another process. */
export function isSupervised({ pid }: Pick<Instance, 'pid'>): boolean {
  return names.some((name) => isOurProcess(pid, name))
}

export function pathIn(home: string): string {
  return join(home, 'run.json')
}

/** An address of this machine at which a server bound to `host` answers. */
export function hostFor(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
