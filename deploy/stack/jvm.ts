/**
 * How a JVM of the local stack is run: small, and quick to start. The serial collector and the
 * first compiler tier halve the start; a class-data archive (AppCDS) takes it from ten seconds to
 * three. The archive is written by the JVM itself when it ends cleanly for the first time, so that
 * no start waits for it, and moved into place once that JVM is gone: an archive that is there is
 * whole. It belongs to one build of Java and one version of the service.
 */

import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Java } from './java.ts'

export interface Archive {
  readonly from: string
  readonly to: string
}

/**
 * Options for the JVM; `archive` is what its clean end will leave behind, null where there is one
 * already.
 */
export function jvmOptions(
  java: Java,
  cache: string,
  service: string,
  heap: readonly string[],
): { options: readonly string[]; archive: Archive | null } {
  const to = join(cache, 'archives', `${service}-${java.build}.jsa`)
  const tuning = [
    '-XX:+UseSerialGC',
    '-XX:TieredStopAtLevel=1',
    ...heap,
    '-Xlog:disable',
    '-Xlog:all=error:stderr',
  ]
  if (existsSync(to))
    return { options: [...tuning, '-Xshare:auto', `-XX:SharedArchiveFile=${to}`], archive: null }
  mkdirSync(dirname(to), { recursive: true })
  const from = `${to}.${process.pid}`
  return { options: [...tuning, `-XX:ArchiveClassesAtExit=${from}`], archive: { from, to } }
}

/** To be called when the JVM is gone. */
export function settleArchive({ from, to }: Archive, wasClean: boolean): void {
  if (wasClean && existsSync(from)) renameSync(from, to)
  else rmSync(from, { force: true })
}
