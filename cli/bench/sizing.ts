/**
 * `errata bench sizing`: what a document costs, for docs/operating.md. Starts a system of its own in
 * a folder of its own, as `errata up` does, sends digital invoices through it, all at once and then
 * two a second, and then scans, and counts CPU seconds of each process, bytes on each topic, in the blob store and
 * in the analytics store, memory, and connections to the broker.
 */

import { execFile, spawn, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { cpus, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { ownScript } from '../../connectors/own-script.ts'
import { readInstance, type Instance } from '../../deploy/instance/instance.ts'
import { askReady } from '../../deploy/instance/supervise.ts'
import { readState } from '../../deploy/stack/local.ts'
import { ErrataError } from '../../errors.ts'
import { allTopics } from '../../runtime/existing-topics.ts'
import { sample } from '../../trainer/samples/generate.ts'
import { table } from '../table.ts'
import { bytesBelow, connectionsTo, cpuSecondsOf, familyOf, peakMemoryOf } from './usage.ts'

/** What is measured: how many documents, and how often one comes; all at once where not said. */
const kinds = {
  digital: { count: 100, everyMs: 0 },
  'digital, 2/s': { count: 80, everyMs: 500 },
  scan: { count: 12, everyMs: 0 },
} as const
type Kind = keyof typeof kinds
type Sending = (typeof kinds)[Kind]
const warm = 20 // digital ones before, until the just-in-time compiler has seen everything
const seed = 7
const startMs = 600_000
const idleMs = 45_000 // what processes take without documents, to be subtracted
const askMs = 10_000 // between two questions whether all is done, since asking costs too
const quietMs = 6_000 // after the last stage, until analytics has stored the last rows

const storedBytes = `SELECT sum(total_bytes) FROM system.tables
  WHERE database = currentDatabase() FORMAT TSV`

const say = (line: string): void => void process.stderr.write(`${line}\n`)
const commandLine = ownScript('../cli.ts', import.meta.url)

/** CPU seconds of each process and bytes in each place since the start, and when that was in s. */
interface Used {
  readonly at: number
  readonly seconds: ReadonlyMap<string, number>
  readonly bytes: ReadonlyMap<string, number>
}

/** CONFIG_INVALID where there is no /proc. */
export async function benchSizing(): Promise<number> {
  if (process.platform !== 'linux')
    throw new ErrataError('CONFIG_INVALID', '`errata bench sizing` counts by /proc: it needs Linux')
  const home = mkdtempSync(join(tmpdir(), 'errata-sizing-'))
  const running = start(home)
  try {
    const instance = await untilReady(home, running)
    say(machine())
    const samples = sampler(home)
    await ingest(home, await samples('digital', warm))
    await untilDone(home)
    const start = await use(home, instance)
    await sleep(idleMs)
    const idle = perSecond(start, await use(home, instance))
    const measured = new Map<Kind, Shares>()
    for (const [kind, { count, everyMs }] of Object.entries(kinds) as [Kind, Sending][]) {
      const folder = await samples(kind, count)
      say(`${count} documents: ${kind}`)
      const before = await use(home, instance)
      if (everyMs === 0) await ingest(home, folder)
      else await post(instance, folder, everyMs)
      await untilDone(home)
      const after = await use(home, instance)
      measured.set(kind, perDocument(before, after, count, idle))
    }
    process.stdout.write(report(home, instance, measured, idle))
    return 0
  } finally {
    running.kill('SIGTERM')
    if (running.exitCode === null) await once(running, 'exit')
    rmSync(home, { recursive: true, force: true })
  }
}

function environment(home: string): NodeJS.ProcessEnv {
  const kept = Object.entries(process.env).filter(([name]) => !/^(ERRATA|KAFKA|SCHEMA)_/.test(name))
  return { ...Object.fromEntries(kept), ERRATA_HOME: home, ERRATA_SAMPLES: '0' }
}

const words = (...command: readonly string[]): string[] => [
  ...commandLine.loader,
  commandLine.path,
  ...command,
]

function start(home: string): ChildProcess {
  const stdio: ['ignore', 'ignore', 'inherit'] = ['ignore', 'ignore', 'inherit']
  return spawn(process.execPath, words('up'), { env: environment(home), stdio })
}

async function errata(home: string, ...command: readonly string[]): Promise<string> {
  const options = { env: environment(home), maxBuffer: 1e8 }
  // `status` ends with 1 while something is not ready, and says so all the same
  return promisify(execFile)(process.execPath, words(...command), options).then(
    ({ stdout }) => stdout,
    (error: unknown) => {
      const { stdout = '' } = error as { stdout?: string }
      if (stdout === '') throw error
      return stdout
    },
  )
}

async function untilReady(home: string, running: ChildProcess): Promise<Instance> {
  for (const end = performance.now() + startMs; performance.now() < end; await sleep(1_000)) {
    if (running.exitCode !== null) break
    const instance = readInstance(home)
    if (instance === null) continue
    const said = instance.processes.map(async ({ metrics }) => askReady(`${metrics}/ready`))
    if ((await Promise.all(said)).every((one) => one?.ready === true)) return instance
  }
  throw new ErrataError('STACK_UNAVAILABLE', 'the system that is to be measured did not start')
}

/** Makes documents, each another one, and returns their folder. */
function sampler(home: string): (kind: Kind, count: number) => Promise<string> {
  let index = 0
  return async (kind, count) => {
    const folder = join(home, `documents-${index}`)
    mkdirSync(folder)
    for (let made = 0; made < count; index++) {
      const { pdf, image, fileName } = await sample(seed, index, { scan: kind === 'scan' })
      const bytes = kind === 'scan' ? image : pdf
      if (bytes === null) continue
      writeFileSync(join(folder, `${made}-${fileName}`), bytes)
      made++
    }
    return folder
  }
}

const ingest = (home: string, folder: string): Promise<string> =>
  errata(home, 'ingest', folder, '--profile', 'invoice')

/** Sends a folder's documents by HTTP, one at a time. */
async function post({ urls }: Instance, folder: string, everyMs: number): Promise<void> {
  const began = performance.now()
  for (const [index, name] of readdirSync(folder).entries()) {
    await sleep(Math.max(0, began + index * everyMs - performance.now()))
    const body = readFileSync(join(folder, name))
    const headers = { 'content-type': 'application/pdf' }
    const answer = await fetch(`${urls.intake}?profile=invoice`, { method: 'POST', headers, body })
    if (!answer.ok) throw new ErrataError('STACK_UNAVAILABLE', `not taken: ${answer.status}`)
    await answer.arrayBuffer()
  }
}

/** Until every stage is done with all documents, and analytics has stored them. */
async function untilDone(home: string): Promise<void> {
  for (; ; await sleep(askMs)) {
    const { stages, balance } = JSON.parse(await errata(home, 'status', '--json')) as {
      stages: Readonly<Record<string, { readonly lag: number }>>
      balance: { readonly inFlight: number }
    }
    const lag = Object.values(stages).reduce((sum, one) => sum + one.lag, 0)
    if (lag === 0 && balance.inFlight === 0) break
  }
  await sleep(quietMs)
}

/** The processes of the system: pids by name. */
function pidsOf(home: string, { processes }: Instance): ReadonlyMap<string, number> {
  const { kafka, registry } = readState(home) ?? {}
  const servers = [
    ['broker', kafka?.pid],
    ['registry', registry?.pid],
  ] as const
  const all = [...processes.map(({ name, pid }) => [name, pid] as const), ...servers]
  return new Map(all.flatMap(([name, pid]) => (pid == null ? [] : [[name, pid] as const])))
}

async function use(home: string, instance: Instance): Promise<Used> {
  const seconds = [...pidsOf(home, instance)].map(([name, pid]) => {
    const family = familyOf(pid).map(cpuSecondsOf)
    return [name, family.reduce((sum, one) => sum + one, 0)] as const
  })
  const logs = join(home, 'kafka', 'data')
  const partitions = Array.from({ length: instance.partitions }, (_, index) => index)
  const topics = allTopics(instance.topicPrefix).map(({ name }) => {
    const bytes = partitions.map((index) => bytesBelow(join(logs, `${name}-${index}`), '.log'))
    return [`topic ${name}`, bytes.reduce((sum, one) => sum + one, 0)] as const
  })
  const places = [
    ['blob store', bytesBelow(join(home, 'blobs'))],
    ['analytics store', Number(await errata(home, 'sql', storedBytes))],
  ] as const
  const at = performance.now() / 1_000
  return { at, seconds: new Map(seconds), bytes: new Map([...topics, ...places]) }
}

type Shares = Pick<Used, 'seconds' | 'bytes'>

/** CPU seconds of each process in a second. */
function perSecond(before: Used, after: Used): ReadonlyMap<string, number> {
  const rate = ([name, now]: readonly [string, number]): readonly [string, number] => [
    name,
    (now - (before.seconds.get(name) ?? 0)) / (after.at - before.at),
  ]
  return new Map([...after.seconds].map(rate))
}

/** What documents took beyond what an idle system takes. */
function perDocument(
  before: Used,
  after: Used,
  count: number,
  idle: ReadonlyMap<string, number>,
): Shares {
  const shares = (which: 'seconds' | 'bytes', less: (name: string) => number) =>
    new Map(
      [...after[which]].map(([name, now]) => {
        const more = now - (before[which].get(name) ?? 0) - less(name)
        return [name, Math.max(0, more) / count] as const
      }),
    )
  const idled = (name: string): number => (idle.get(name) ?? 0) * (after.at - before.at)
  return { seconds: shares('seconds', idled), bytes: shares('bytes', () => 0) }
}

function machine(): string {
  const [first, ...others] = cpus()
  const memory = Math.round(totalmem() / 2 ** 30)
  return `${first?.model.trim() ?? 'a processor'}, ${1 + others.length} cores, ${memory} GiB, Node ${process.version}`
}

function report(
  home: string,
  instance: Instance,
  measured: ReadonlyMap<Kind, Shares>,
  idle: ReadonlyMap<string, number>,
): string {
  const port = Number(instance.brokers.split(':').at(-1))
  const all = [...measured.values()]
  const processes = [...pidsOf(home, instance)].map(([name, pid]) => {
    const memory = familyOf(pid).reduce((sum, one) => sum + peakMemoryOf(one), 0)
    const seconds = all.map((used) => (used.seconds.get(name) ?? 0).toFixed(3))
    const rest = [(idle.get(name) ?? 0).toFixed(3), memory.toFixed(0)]
    return [name, ...seconds, ...rest, String(connectionsTo(pid, port))]
  })
  const places = [...(all[0]?.bytes.keys() ?? [])]
    .map((name) => [name, ...all.map((used) => ((used.bytes.get(name) ?? 0) / 1024).toFixed(1))])
    .filter(([, ...values]) => values.some((value) => Number(value) > 0))
  const head = Object.keys(kinds)
  return [
    `${machine()}\n`,
    table(
      ['CPU seconds a document', ...head, 'idle, a second', 'MiB at most', 'connections'],
      processes,
    ),
    table(['KiB a document', ...head], places),
  ].join('\n')
}
