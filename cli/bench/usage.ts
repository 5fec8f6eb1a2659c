/** What processes of this machine take, from /proc: CPU, memory, connections; and folders, in bytes. */

import { existsSync, lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

const ticksPerSecond = 100 // USER_HZ, the same on all Linux of today

/** Seconds of a process and of the children that it has waited for; 0 where it is gone. */
export function cpuSecondsOf(pid: number): number {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ')
    const ticks = fields.slice(11, 15).reduce((sum, one) => sum + Number(one), 0)
    return ticks / ticksPerSecond
  } catch {
    return 0
  }
}

/** The process and all processes below it. */
export function familyOf(pid: number): readonly number[] {
  const children = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && parentOf(name) === pid)
    .map(Number)
  return [pid, ...children.flatMap(familyOf)]
}

function parentOf(pid: string): number | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8')
    return Number(text.slice(text.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return null
  }
}

/** The most that was resident at any time, in MiB. */
export function peakMemoryOf(pid: number): number {
  try {
    const status = readFileSync(`/proc/${pid}/status`, 'utf8')
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024
  } catch {
    return 0
  }
}

/** Open connections of a process to a port. */
export function connectionsTo(pid: number, port: number): number {
  const inodes = new Set(socketsOf(pid))
  const established = '01'
  return ['tcp', 'tcp6']
    .flatMap((file) => readFileSync(`/proc/${pid}/net/${file}`, 'utf8').split('\n').slice(1))
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , remote = '', state, ...rest]) => {
      const isThere = Number.parseInt(remote.slice(remote.lastIndexOf(':') + 1), 16) === port
      return isThere && state === established && inodes.has(rest[5] ?? '')
    }).length
}

function socketsOf(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`
  return readdirSync(folder).flatMap((name) => {
    try {
      return /^socket:\[(\d+)\]$/.exec(readlinkSync(join(folder, name)))?.[1] ?? []
    } catch {
      return [] // closed meanwhile
    }
  })
}

/** Bytes of the files below a folder whose name ends so. */
export function bytesBelow(folder: string, ending = ''): number {
  if (!existsSync(folder)) return 0
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith(ending))
    .map((name) => sizeOf(join(folder, name)))
    .reduce((sum, one) => sum + one, 0)
}

function sizeOf(path: string): number {
  try {
    const stats = lstatSync(path)
    return stats.isFile() ? stats.size : 0
  } catch {
    return 0 // gone meanwhile, as a part that was merged
  }
}
