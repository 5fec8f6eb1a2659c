/**
 * A proxy in front of a broker that understands just enough of Kafka's protocol: it can lose the response to a request of
 * a given kind after the broker has acted on it, and cut everybody off for a while. Where a response names the broker's
 * address, the proxy puts its own, so that clients stay with it.
 */

import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

export const requests = { produce: 0, fetch: 1, offsetFetch: 9, findCoordinator: 10, initProducerId: 22, addPartitions: 24, addOffsets: 25, endTransaction: 26, offsetCommit: 28 } as const

export interface Proxy {
  readonly address: string
  /** The next requests of this kind are carried out, but their responses are lost, each together with its connection. */
  lose(request: keyof typeof requests, times?: number): void
  /** How many responses were lost. */
  lost(): number
  /** How many requests of this kind came through. */
  seen(request: keyof typeof requests): number
  /** Refuses and drops all connections until `heal`. */
  cut(): void
  heal(): void
  close(): Promise<void>
}

/** `target` as host:port, the address that the broker advertises; `plain` for another protocol than Kafka's, to cut only. */
export async function startProxy(target: string, { plain = false } = {}): Promise<Proxy> {
  const [host = '', port = ''] = target.split(':')
  const sockets = new Set<Socket>()
  let armed: number | null = null
  let left = 0
  let lost = 0
  const seen = new Map<number, number>()
  let isCut = false
  let own: Buffer = Buffer.alloc(0)

  const addressBytes = (at: number): Buffer => {
    const bytes = Buffer.alloc(host.length + 4)
    bytes.write(host, 'latin1')
    bytes.writeInt32BE(at, host.length)
    return bytes
  }
  const theirs = addressBytes(Number(port))

  const server = createServer((client) => {
    if (isCut) return client.destroy()
    const broker = connect(Number(port), host)
    let victim: number | null = null
    const end = (): void => {
      client.destroy()
      broker.destroy()
      sockets.delete(client)
    }
    sockets.add(client)
    client.on('data', plain ? (data) => broker.write(data) : frames((frame) => {
      const kind = frame.readInt16BE(4)
      seen.set(kind, (seen.get(kind) ?? 0) + 1)
      if (kind === armed) {
        victim = frame.readInt32BE(8)
        if (--left === 0) armed = null
      }
      broker.write(frame)
    }))
    broker.on('data', plain ? (data) => client.write(data) : frames((frame) => {
      if (victim !== null && frame.readInt32BE(4) === victim) {
        lost++
        return end()
      }
      for (let at = frame.indexOf(theirs); at >= 0; at = frame.indexOf(theirs, at + 1)) own.copy(frame, at)
      client.write(frame)
    }))
    for (const socket of [client, broker]) socket.on('error', end).on('close', end)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port: listening } = server.address() as AddressInfo
  own = addressBytes(listening)

  return {
    address: `127.0.0.1:${listening}`,
    lose(request, times = 1) {
      armed = requests[request]
      left = times
    },
    lost: () => lost,
    seen: (request) => seen.get(requests[request]) ?? 0,
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    heal: () => void (isCut = false),
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy()
        server.close(() => resolve())
      }),
  }
}

function frames(take: (frame: Buffer) => void): (data: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return (data) => {
    rest = Buffer.concat([rest, data])
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const length = 4 + rest.readInt32BE(0)
      take(Buffer.from(rest.subarray(0, length)))
      rest = rest.subarray(length)
    }
  }
}
