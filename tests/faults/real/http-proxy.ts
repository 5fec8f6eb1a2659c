/**
 * A proxy in front of an HTTP server, the registry or the store, with faults for the requests that
 * match: slow, answered in the server's place, or carried out with the answer lost.
 */

import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly method: string
  readonly url: string
  readonly body: string
}

export interface Fault {
  readonly matches?: (asked: Asked) => boolean
  readonly delayMs?: number
  readonly answer?: ProxyAnswer | ((asked: Asked) => ProxyAnswer)
  /** Carried out, and the connection ends without an answer. */
  readonly isLost?: boolean
  /** So many requests; otherwise all until `heal`. */
  readonly times?: number
}

export interface ProxyAnswer {
  readonly status: number
  readonly body: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface HttpProxy {
  readonly url: string
  break(fault: Fault): void
  /** Refuses connections until `heal`. */
  cut(): void
  heal(): void
  /** How many requests met the fault. */
  readonly met: () => number
  close(): Promise<void>
}

export async function startHttpProxy(target: string): Promise<HttpProxy> {
  let fault: Fault | null = null
  let left = Infinity
  let met = 0
  let isCut = false

  const serve = async (incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> => {
    const chunks: Buffer[] = []
    for await (const chunk of incoming) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks)
    const asked = {
      method: incoming.method ?? '',
      url: decodeURIComponent(plus(incoming)),
      body: body.toString(),
    }
    const hit = fault !== null && left > 0 && (fault.matches?.(asked) ?? true) ? fault : null
    if (hit !== null) {
      left--
      met++
    }
    if (hit?.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, hit.delayMs))
    if (isCut) return void incoming.socket.destroy()
    if (hit?.answer !== undefined) {
      const {
        status,
        body: text,
        headers,
      } = typeof hit.answer === 'function' ? hit.answer(asked) : hit.answer
      return void outgoing
        .writeHead(status, { 'content-type': 'application/json', ...headers })
        .end(text)
    }
    const { pathname, host } = new URL(target)
    const path = `${pathname.replace(/\/$/, '')}${incoming.url ?? ''}`
    const headers = { ...incoming.headers, host }
    const onward = ask(
      new URL(target).origin + path,
      // No connection is kept: one that the server is closing would look like its fault
      { method: incoming.method, headers, agent: false },
      (answer) => {
        if (hit?.isLost === true) {
          answer.resume().once('end', () => incoming.socket.destroy())
          return
        }
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
        answer.pipe(outgoing)
      },
    )
    onward.once('error', () => incoming.socket.destroy())
    onward.end(body)
  }

  const server = createServer((incoming, outgoing) => {
    serve(incoming, outgoing).catch(() => incoming.socket.destroy())
  })
  server.on('connection', (socket) => (isCut ? socket.destroy() : undefined))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const drop = (): void => server.closeAllConnections()
  return {
    url: `http://127.0.0.1:${port}`,
    break(next) {
      fault = next
      left = next.times ?? Infinity
    },
    cut() {
      isCut = true
      drop()
    },
    heal() {
      isCut = false
      fault = null
    },
    met: () => met,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        drop()
      }),
  }
}

function plus({ url = '' }: IncomingMessage): string {
  return url.replaceAll('+', ' ')
}
