/**
 * The local schema registry: Apicurio behind its Confluent-compatible interface, on loopback. Its
 * H2 database is a file that is written through at each commit, so a schema id that was handed out
 * is never forgotten; with the default, memory, a restart would leave every topic undecodable.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { checkRegistry } from '../../connectors/registry/access.ts'
import { ErrataError } from '../../errors.ts'
import type { Java } from './java.ts'
import { jvmOptions, type Archive } from './jvm.ts'
import { launch } from './processes.ts'

export interface RegistryPlan {
  readonly java: Java
  readonly tarball: string
  readonly version: string
  readonly cache: string
  readonly home: string
  readonly port: number
}

/** Unpacks the registry where that was not done yet and starts the process; it is not ready yet. */
export async function startRegistry(
  plan: RegistryPlan,
): Promise<{ pid: number; archive: Archive | null; log: string }> {
  const program = unpack(plan)
  const folder = join(plan.home, 'registry')
  mkdirSync(folder, { recursive: true })
  const { options, archive } = jvmOptions(plan.java, plan.cache, `registry-${plan.version}`, [
    '-Xmx128m',
    '-Xss512k',
    '-XX:MaxMetaspaceSize=160m',
  ])
  const settings = {
    REGISTRY_DATASOURCE_URL: `jdbc:h2:file:${join(folder, 'registry')};WRITE_DELAY=0`,
    'quarkus.http.host': '127.0.0.1',
    'quarkus.http.port': plan.port,
    'quarkus.http.access-log.enabled': false,
    'quarkus.log.level': 'WARN',
    'quarkus.datasource.jdbc.min-size': 1,
    'quarkus.datasource.jdbc.initial-size': 1,
    'quarkus.datasource.jdbc.max-size': 8,
  }
  const properties = Object.entries(settings).map(([key, value]) => `-D${key}=${value}`)
  const log = join(plan.home, 'logs', 'registry.log')
  const pid = await launch(plan.java.path, [...options, ...properties, '-jar', program], {
    cwd: folder,
    log,
  })
  if (pid === null)
    throw new ErrataError('STACK_UNAVAILABLE', 'Java could not be started', {
      java: plan.java.path,
    })
  return { pid, archive, log }
}

/** Base URL for clients. */
export function registryUrlOf(port: number): string {
  return `http://127.0.0.1:${port}/apis/ccompat/v7`
}

/** Whether a registry that knows everybody answers there. */
export async function registryAnswers(url: string): Promise<boolean> {
  return checkRegistry({ registryUser: null, registryPassword: null }, url).then(
    () => true,
    () => false,
  )
}

function unpack({ tarball, version, cache }: RegistryPlan): string {
  const folder = join(cache, `apicurio-registry-${version}`)
  const program = join(folder, `apicurio-registry-app-${version}-runner.jar`)
  if (existsSync(program)) return program
  const work = mkdtempSync(`${folder}-`)
  const { status, stderr } = spawnSync('tar', ['-xzf', tarball, '-C', work, '--no-same-owner'], {
    encoding: 'utf8',
  })
  if (status !== 0) {
    rmSync(work, { recursive: true, force: true })
    throw new ErrataError(
      'STACK_UNAVAILABLE',
      `tar could not unpack the registry: ${stderr?.trim() ?? 'it is not installed'}`,
    )
  }
  try {
    renameSync(work, folder)
  } catch (error) {
    rmSync(work, { recursive: true, force: true })
    if (!existsSync(program)) throw error // else another process was quicker
  }
  return program
}
