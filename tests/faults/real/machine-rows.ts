/** Rows about the machine that the stages run on: its disk, its memory, its clock. */

import { execFileSync, spawnSync } from 'node:child_process'
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { sha256Of } from '../../../connectors/blobs/blobs.ts'
import { requiredStages } from '../../../topology.ts'
import type { FaultRow } from './row.ts'
import type { System } from './system.ts'

const libraries = ['/usr/lib/x86_64-linux-gnu/faketime', '/usr/lib/aarch64-linux-gnu/faketime'].map(
  (folder) => join(folder, 'libfaketimeMT.so.1'),
) // the one for programs with threads
const faketime = libraries.find((path) => existsSync(path))
const stages = [...requiredStages, 'analytics']

let place = ''

function mount(): boolean {
  place = mkdtempSync(join(tmpdir(), 'errata-faults-disk-'))
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', place]).status === 0
}

function unmount(): void {
  execFileSync('umount', ['-l', place])
  rmSync(place, { recursive: true, force: true })
}

/** Until nothing more fits. */
function fill(): void {
  const file = openSync(join(place, 'filler'), 'a')
  for (let bytes = 65_536; bytes >= 1;) {
    try {
      writeSync(file, Buffer.alloc(bytes, 1))
    } catch {
      bytes = Math.floor(bytes / 2)
    }
  }
  closeSync(file)
}

/** Blobs whose bytes are not those of their name. */
function brokenBlobs(): string[] {
  const folder = join(place, 'blobs')
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
  return names
    .filter((entry) => entry.isFile() && /^[0-9a-f]{64}$/.test(entry.name))
    .filter(({ parentPath, name }) => sha256Of(readFileSync(join(parentPath, name))) !== name)
    .map(({ name }) => `half a blob: ${name}`)
}

const disk: FaultRow = {
  name: 'the blob store’s disk is full',
  lacks: () => (process.getuid?.() === 0 ? null : 'a tmpfs can only be mounted by root on Linux'),
  inject: async (system) => {
    if (!mount()) return ['the tmpfs could not be mounted']
    mkdirSync(join(place, 'blobs'))
    await system.children.restart('ocr', { environment: { ERRATA_HOME: place } })
    await system.children.ready()
    fill()
    const document = Buffer.concat([
      system.stream.bytes.xml[0] as Buffer,
      Buffer.alloc(60_000, ' '),
    ])
    system.sent.push(await system.stream.sendDocument(`no room ${Date.now()}`, document, 'output'))
    await sleep(10_000)
    const wrong = brokenBlobs()
    rmSync(join(place, 'filler'))
    return wrong
  },
  after: async ({ children }) => {
    const wrong = brokenBlobs()
    await children.restart('ocr')
    unmount()
    return wrong
  },
}

const tight = { node: ['--max-old-space-size=128'] }

const heap: FaultRow = {
  name: 'a heap of 128 MiB, and 10,000 documents at once',
  documents: 10,
  drainMs: 1_200_000, // a backlog and no outage: four minutes on two idle cores
  inject: async (system, random) => {
    for (const name of stages) await system.children.stop(name)
    system.sent.push(...(await system.stream.send(10_000, random, 0)))
    for (const name of stages) {
      await system.children.start(name, {
        parts: [name],
        environment: system.environment,
        ...tight,
      })
    }
  },
  after: async (system) => {
    for (const name of stages) await system.children.restart(name, { node: [] })
    await system.children.ready()
    return []
  },
}

/** Runs a process by a clock of its own, which `setClock` moves. */
async function withClocks(system: System, zone: string): Promise<void> {
  for (const name of stages) {
    setClock(system, name, '+0')
    await system.children.restart(name, {
      environment: {
        LD_PRELOAD: faketime as string,
        FAKETIME_TIMESTAMP_FILE: clockOf(system, name),
        FAKETIME_NO_CACHE: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1', // no machine's monotonic clock jumps
        TZ: zone,
      },
    })
  }
  await system.children.ready()
}

const clockOf = ({ config }: System, name: string): string => join(config.home, `${name}.clock`)

function setClock(system: System, name: string, time: string): void {
  writeFileSync(clockOf(system, name), time)
}

async function withoutClocks(system: System): Promise<string[]> {
  for (const name of stages) await system.children.restart(name)
  await system.children.ready()
  return []
}

const noFaketime = (): string | null =>
  faketime === undefined ? 'Debian’s package faketime is not installed' : null

const clocks: readonly FaultRow[] = [
  {
    name: 'clocks jump an hour ahead and back',
    lacks: noFaketime,
    inject: async (system) => {
      await withClocks(system, 'UTC')
      const jumps = [
        ['+3600', '-3600'],
        ['-3600', '+3600'],
        ['+0', '+0'],
      ] as const
      for (const [even, odd] of jumps) {
        for (const [i, name] of stages.entries()) setClock(system, name, i % 2 === 0 ? even : odd)
        await sleep(4_000)
      }
    },
    after: withoutClocks,
  },
  {
    name: 'summer time begins, and it is the 29th of February',
    lacks: noFaketime,
    inject: async (system) => {
      await withClocks(system, 'Europe/Berlin')
      for (const time of ['@2026-03-29 01:59:55', '@2028-02-29 23:59:55']) {
        for (const name of stages) setClock(system, name, time)
        await sleep(8_000)
      }
      for (const name of stages) setClock(system, name, '+0')
    },
    after: withoutClocks,
  },
]

export const machineRows: readonly FaultRow[] = [disk, ...clocks, heap]
