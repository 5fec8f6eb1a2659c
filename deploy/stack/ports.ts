/**
 * Ports: whether something answers, which one is free, and which one a service of ours gets.
 *
 * Clients know a service by its port, so it never moves by itself. A port that was configured is
 * used or it is an error. One that was left at its default may be the next free one when an
 * instance starts for the first time, since several may share a machine; from then on the instance
 * keeps it, and a port that somebody else took meanwhile is an error as well.
 */

import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { connect, createServer } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import { settings, type Config, type SettingName } from '../../config.ts'
import { ErrataError } from '../../errors.ts'

const reach = 200 // ports tried above the wanted one
// a process that was killed is gone from the list before its sockets are closed
const patienceMs = 2_000

/** The port of a service at its last start, and the one that was asked for then. */
export interface KeptPort {
  readonly wanted: number
  readonly port: number
}

export interface PortWish {
  /** for people, such as `the review page` */
  readonly what: string
  /** the variable that sets it */
  readonly variable: string
  readonly wanted: number
  readonly isConfigured: boolean
  readonly before: KeptPort | null
}

/** PORT_TAKEN where the port that it must be is not free. */
export async function choosePort(
  { what, variable, wanted, isConfigured, before }: PortWish,
  taken: ReadonlySet<number>,
  host = '127.0.0.1',
): Promise<number> {
  const kept = before !== null && before.wanted === wanted ? before.port : null
  if (kept === null && !isConfigured) return await freePort(wanted, taken, host)
  const port = kept ?? wanted
  for (const end = performance.now() + patienceMs; performance.now() < end; await sleep(100)) {
    if (await isFree(port, taken, host)) return port
  }
  throw portTaken(
    port,
    isConfigured ? `${variable} asks for it for ${what}` : `${what} had it at the last start`,
    variable,
  )
}

/** `why`: says why it must be this one. */
export function portTaken(port: number, why: string, variable: string): ErrataError {
  const holder = holderOf(port)
  return new ErrataError(
    'PORT_TAKEN',
    `port ${port} is taken by ${holder ?? 'another program'}; ${why}. End that program or set ${variable} to another port`,
    { port },
  )
}

type PortSetting = Extract<SettingName, `${string}Port`>

/** For a server's `listen`: an address in use becomes PORT_TAKEN. */
export function whereTaken(
  config: Config,
  setting: PortSetting,
): (error: NodeJS.ErrnoException) => never {
  return (error) => {
    if (error.code !== 'EADDRINUSE') throw error
    const { env } = settings[setting]
    throw portTaken(config[setting], `${env} says that it is ours`, env)
  }
}

/**
 * The first port from `wanted` upwards that nothing listens on. Another process may still take it
 * before it is used.
 */
export async function freePort(
  wanted: number,
  taken: ReadonlySet<number> = new Set(),
  host = '127.0.0.1',
): Promise<number> {
  for (let port = wanted; port < Math.min(wanted + reach, 65_536); port++) {
    if (await isFree(port, taken, host)) return port
  }
  throw new ErrataError('CONFIG_INVALID', `no free port from ${wanted} to ${wanted + reach - 1}`, {
    wanted,
  })
}

export async function isFree(
  port: number,
  taken: ReadonlySet<number> = new Set(),
  host = '127.0.0.1',
): Promise<boolean> {
  return (
    !taken.has(port) &&
    !(await answers(port, reachable(host), 500)) &&
    (await canListen(port, host))
  )
}

/** Whether a TCP connection is accepted within the deadline. */
export function answers(port: number, host = '127.0.0.1', timeoutMs = 2_000): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ port, host })
    const done = (answer: boolean) => (): void => {
      socket.destroy()
      resolve(answer)
    }
    socket.setTimeout(timeoutMs, done(false))
    socket.once('connect', done(true))
    socket.once('error', done(false))
  })
}

/** An address at which a server bound to `host` answers on this machine. */
function reachable(host: string): string {
  return host === '0.0.0.0' || host === '::' ? '127.0.0.1' : host
}

/**
 * Both checks are needed: some systems let a second process listen on loopback beside one that
 * listens everywhere.
 */
function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}

const shownCommand = 80 // characters

/** Who listens there, as far as this user may know: `pid 12 (node …)`. */
function holderOf(port: number): string | null {
  try {
    const [pid, command] =
      process.platform === 'linux' ? listenerOnLinux(port) : listenerByLsof(port)
    return pid === undefined
      ? null
      : `pid ${pid} (${(command ?? '').slice(0, shownCommand).trim()})`
  } catch {
    return null // it only makes an error clearer
  }
}

type Listener = readonly [pid: string | undefined, command?: string | undefined]

function listenerOnLinux(port: number): Listener {
  const listening = '0A' // state in /proc/net/tcp
  const ofPort = `:${port.toString(16).toUpperCase().padStart(4, '0')}`
  const rows = ['/proc/net/tcp', '/proc/net/tcp6'].flatMap((path) =>
    readFileSync(path, 'utf8')
      .split('\n')
      .map((row) => row.trim().split(/\s+/)),
  )
  const sockets = new Set(
    rows
      .filter((row) => row[1]?.endsWith(ofPort) === true && row[3] === listening)
      .map((row) => `socket:[${row[9]}]`),
  )
  // A process that ended, or is somebody else's, and a file that was closed since, hold nothing.
  const orNothing = <T>(read: () => T, nothing: T): T => {
    try {
      return read()
    } catch {
      return nothing
    }
  }
  const holds = (pid: string): boolean =>
    orNothing<readonly string[]>(() => readdirSync(`/proc/${pid}/fd`), []).some((file) =>
      sockets.has(orNothing(() => readlinkSync(`/proc/${pid}/fd/${file}`), '')),
    )
  const pid = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find(holds)
  return pid === undefined
    ? [undefined]
    : [pid, readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ')]
}

function listenerByLsof(port: number): Listener {
  const { stdout } = spawnSync('lsof', ['-nP', `-iTCP:${port}`, '-sTCP:LISTEN', '-Fpc'], {
    encoding: 'utf8',
  })
  return [/^p(\d+)$/m.exec(stdout ?? '')?.[1], /^c(.+)$/m.exec(stdout ?? '')?.[1]]
}
