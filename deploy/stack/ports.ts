/** Ports on loopback: whether something answers, and which one is free. */

import { connect, createServer } from 'node:net'
import { ErrataError } from '../../errors.ts'

const reach = 200 // ports tried above the wanted one

/** The first port from `wanted` upwards that nothing listens on. Another process may still take it before it is used. */
export async function freePort(wanted: number, taken: ReadonlySet<number> = new Set(), host = '127.0.0.1'): Promise<number> {
  for (let port = wanted; port < Math.min(wanted + reach, 65_536); port++) {
    if (await isFree(port, taken, host)) return port
  }
  throw new ErrataError('CONFIG_INVALID', `no free port from ${wanted} to ${wanted + reach - 1}`, { wanted })
}

export async function isFree(port: number, taken: ReadonlySet<number> = new Set(), host = '127.0.0.1'): Promise<boolean> {
  return !taken.has(port) && !(await answers(port, host, 500)) && (await canListen(port, host))
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

/** Both checks are needed: some systems let a second process listen on loopback beside one that listens everywhere. */
function canListen(port: number, host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(false))
    server.listen({ port, host, exclusive: true }, () => server.close(() => resolve(true)))
  })
}
