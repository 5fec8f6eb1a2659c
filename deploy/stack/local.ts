/**
 * Broker and registry as two detached Java processes of one ERRATA_HOME. What runs is written to
 * stack.json there, so that the next start, by whomever, finds it and uses it; the ports stay the
 * same from start to start (see ports.ts). A lock file lets only one process start or stop them at
 * a time.
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { settings, type SettingName } from '../../config.ts'
import { ErrataError } from '../../errors.ts'
import { releaseLock, takeLock } from '../../connectors/files/file-lock.ts'
import { openPrivateHome } from './private-home.ts'
import { writeWhole } from '../../connectors/files/atomic-file.ts'
import { fetchArtifacts, kafkaVersion, registryVersion } from './artifacts.ts'
import { readyLine, startBroker } from './broker.ts'
import type { Java } from './java.ts'
import { settleArchive, type Archive } from './jvm.ts'
import { answers, choosePort, freePort } from './ports.ts'
import { isOurProcess, terminate } from './processes.ts'
import { registryAnswers, registryUrlOf, startRegistry } from './registry.ts'
import {
  clientFileIn,
  credentialsIn,
  ensureCredentials,
  noCredentials,
  type Addresses,
  type KafkaTools,
} from './sasl.ts'

export interface LocalPlan {
  readonly home: string // absolute
  readonly cache: string // absolute
  readonly kafkaPort: number // wanted
  readonly registryPort: number // wanted
  readonly configured: ReadonlySet<SettingName>
  readonly mavenUrl: string
  readonly sasl: boolean | null // wanted; null: as at the last start
}

interface Service {
  readonly pid: number
  readonly port: number
  readonly wanted: number // the port that was asked for
  readonly log: string
  readonly archive: Archive | null
}

export interface LocalState {
  /** `sasl`: whether it asks for credentials; missing where an earlier version started it */
  readonly kafka: (Service & { readonly sasl?: boolean }) | null
  readonly registry: Service | null
}

const readyTimeoutMs = 120_000 // a busy machine, the first time
const stopTimeoutMs = 60_000

/**
 * Starts what does not run yet; `found` tells whether all of it ran already. STACK_UNAVAILABLE with
 * the last lines of the log.
 */
export async function startLocal(
  plan: LocalPlan,
  java: () => Promise<Java>,
  say: (line: string) => void,
): Promise<Addresses & { readonly found: boolean }> {
  openPrivateHome(plan.home, say)
  return await locked(plan.home, async () => {
    const { kafka = null, registry = null } = readState(plan.home) ?? {}
    const runs = {
      kafka: kafka !== null && isOurProcess(kafka.pid, plan.home),
      registry: registry !== null && isOurProcess(registry.pid, plan.home),
    }
    const sasl = asksForCredentials(plan.home, plan.sasl)
    if (runs.kafka && sasl !== (kafka?.sasl === true)) throw runsOtherwise(sasl)
    const state = stateFile(plan.home, { kafka, registry })
    const found = runs.kafka && runs.registry
    if (!found) await startMissing({ plan, java, say, sasl, runs, state })

    const broker = state.now().kafka as NonNullable<LocalState['kafka']>
    const schemas = state.now().registry as Service
    const isBrokerReady = async (): Promise<boolean> =>
      readFileSync(broker.log, 'utf8').includes(readyLine) && (await answers(broker.port))
    await Promise.all([
      untilReady('the broker', broker, plan.home, isBrokerReady),
      untilReady('the registry', schemas, plan.home, () =>
        registryAnswers(registryUrlOf(schemas.port)),
      ),
    ])
    const tools = async (): Promise<KafkaTools> => {
      const files = await fetchArtifacts(plan.cache, plan.mavenUrl, say)
      return { java: await java(), jars: files.kafka }
    }
    if (sasl) await ensureCredentials(plan.home, broker.port, tools)
    return { ...addressesIn(plan.home, broker, schemas), found }
  })
}

/** stack.json while services start. */
interface StateFile {
  readonly now: () => LocalState
  /** Writes what has started as `pid`, or ends it: nobody would find it again. */
  readonly keep: (change: Partial<LocalState>, pid: number) => Promise<void>
}

function stateFile(home: string, first: LocalState): StateFile {
  let state = first
  return {
    now: () => state,
    async keep(change, pid) {
      const next = { ...state, ...change }
      try {
        writeWhole(stateIn(home), `${JSON.stringify(next, null, 2)}\n`)
      } catch (error) {
        await terminate(pid, home, stopTimeoutMs)
        throw error
      }
      state = next
    },
  }
}

interface Start {
  readonly plan: LocalPlan
  readonly java: () => Promise<Java>
  readonly say: (line: string) => void
  readonly sasl: boolean
  readonly runs: { readonly kafka: boolean; readonly registry: boolean }
  readonly state: StateFile
}

/** Starts the broker, the registry, or both. */
async function startMissing({ plan, java, say, sasl, runs, state }: Start): Promise<void> {
  const runtime = await java()
  const files = await fetchArtifacts(plan.cache, plan.mavenUrl, say)
  const missing = [
    ...(runs.kafka ? [] : [`Apache Kafka ${kafkaVersion}`]),
    ...(runs.registry ? [] : [`Apicurio Registry ${registryVersion}`]),
  ]
  say(`starting ${missing.join(' and ')} on Java ${runtime.major} (${runtime.why})`)
  const { kafka, registry } = state.now()
  const taken = new Set<number>([
    ...(runs.kafka && kafka !== null ? [kafka.port] : []),
    ...(runs.registry && registry !== null ? [registry.port] : []),
  ])
  const common = { java: runtime, cache: plan.cache, home: plan.home }
  if (!runs.kafka) {
    const port = await claimPort('the broker', 'kafkaPort', kafka, { plan, taken, say })
    const controllerPort = await freePort(port + 1, taken)
    taken.add(controllerPort)
    const service = await startBroker({
      ...common,
      jars: files.kafka,
      version: kafkaVersion,
      port,
      controllerPort,
      sasl,
    })
    await state.keep({ kafka: { port, wanted: plan.kafkaPort, sasl, ...service } }, service.pid)
  }
  if (!runs.registry) {
    const port = await claimPort('the registry', 'registryPort', registry, { plan, taken, say })
    const service = await startRegistry({
      ...common,
      tarball: files.registry,
      version: registryVersion,
      port,
    })
    await state.keep({ registry: { port, wanted: plan.registryPort, ...service } }, service.pid)
  }
}

/** The port of a service that starts, now among those that are taken. */
async function claimPort(
  what: string,
  setting: 'kafkaPort' | 'registryPort',
  before: Service | null,
  {
    plan,
    taken,
    say,
  }: Pick<Start, 'plan' | 'say'> & {
    readonly taken: Set<number>
  },
): Promise<number> {
  const wish = {
    what,
    variable: settings[setting].env,
    wanted: plan[setting],
    isConfigured: plan.configured.has(setting),
    before,
  }
  const port = await choosePort(wish, taken)
  taken.add(port)
  if (port !== plan[setting])
    say(`${what} listens on ${port}, since ${plan[setting]} was taken at the first start`)
  return port
}

/** Stops what runs, the registry first; true where something did. */
export async function stopLocal(home: string): Promise<boolean> {
  if (readState(home) === null) return false
  return await locked(home, async () => {
    let any = false
    const state = readState(home)
    for (const service of [state?.registry, state?.kafka]) {
      if (service === null || service === undefined) continue
      const end = await terminate(service.pid, home, stopTimeoutMs)
      any ||= end !== 'gone'
      if (service.archive !== null) settleArchive(service.archive, end === 'clean')
    }
    return any
  })
}

/** Whether the broker of this home asks, or would if it were started: `wish`, or as it did last. */
export function asksForCredentials(home: string, wish: boolean | null): boolean {
  return wish ?? readState(home)?.kafka?.sasl === true
}

/** Where broker and registry of this home listen since they were started last; null for never. */
export function localAddresses(home: string): Addresses | null {
  const state = readState(home)
  if (state?.kafka == null || state.registry == null) return null
  return addressesIn(home, state.kafka, state.registry)
}

function addressesIn(
  home: string,
  kafka: NonNullable<LocalState['kafka']>,
  registry: Service,
): Addresses {
  return {
    brokers: `127.0.0.1:${kafka.port}`,
    registryUrl: registryUrlOf(registry.port),
    credentials: kafka.sasl === true ? credentialsIn(home) : noCredentials,
    clientFile: kafka.sasl === true ? clientFileIn(home) : null,
  }
}

function runsOtherwise(wanted: boolean): ErrataError {
  const { env } = settings.localSasl
  return new ErrataError(
    'CONFIG_INVALID',
    `the local broker runs with${wanted ? 'out' : ''} SASL, and ${env} is ` +
      `${wanted ? 'on' : 'off'}: stop it with \`errata down\`, then start again`,
    { key: env },
  )
}

/** Whether both processes live. */
export function localRuns(home: string): boolean {
  const state = readState(home)
  return [state?.kafka, state?.registry].every(
    (service) => service != null && isOurProcess(service.pid, home),
  )
}

/** What was started last, whether or not it still runs; null for nothing. */
export function readState(home: string): LocalState | null {
  const path = stateIn(home)
  if (!existsSync(path)) return null
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as LocalState
  } catch (error) {
    throw new ErrataError(
      'CONFIG_INVALID',
      `${path} cannot be read; delete it once no Java process of this folder runs`,
      {},
      error,
    )
  }
}

const stateIn = (home: string): string => join(home, 'stack.json')

async function untilReady(
  what: string,
  service: Service,
  home: string,
  isReady: () => Promise<boolean>,
): Promise<void> {
  for (const end = Date.now() + readyTimeoutMs; Date.now() < end;) {
    if (await isReady()) return
    if (!isOurProcess(service.pid, home))
      throw new ErrataError(
        'STACK_UNAVAILABLE',
        `${what} ended while it started: ${tail(service.log)}`,
        { log: service.log },
      )
    await sleep(100)
  }
  throw new ErrataError(
    'STACK_UNAVAILABLE',
    `${what} was not ready within ${readyTimeoutMs / 1_000} s: ${tail(service.log)}`,
    { log: service.log },
  )
}

function tail(log: string): string {
  if (!existsSync(log)) return 'no log'
  const lines = readFileSync(log, 'utf8')
    .trim()
    .split('\n')
    .filter((line) => !/^\s+at /.test(line))
  return lines.slice(-3).join(' | ').slice(0, 600)
}

async function locked<T>(home: string, work: () => Promise<T>): Promise<T> {
  const path = join(home, 'stack.lock')
  for (const end = Date.now() + 2 * readyTimeoutMs; ; await sleep(200)) {
    const owner = takeLock(path)
    if (owner === null) break
    if (Date.now() > end)
      throw new ErrataError(
        'STACK_UNAVAILABLE',
        `another process starts or stops the stack; if none does, delete ${path}`,
        { owner },
      )
  }
  try {
    return await work()
  } finally {
    releaseLock(path)
  }
}
