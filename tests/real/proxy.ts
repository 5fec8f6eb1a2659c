/**
 * A proxy in front of a broker, or of each of several, that understands just enough of Kafka's
 * protocol: it can lose the response to a request of a given kind after the broker has acted on it,
 * and cut everybody off for a while. Where a response names a broker's address, the proxy puts its
 * own, so that clients stay with it.
 *
 * It can also be a bad network: slow, silent (connections are taken, and nothing passes), or one
 * whose connections close in one direction first.
 */

import { createServer, connect, type AddressInfo, type Socket } from 'node:net'

export const requests = {
  produce: 0,
  fetch: 1,
  offsetFetch: 9,
  findCoordinator: 10,
  initProducerId: 22,
  addPartitions: 24,
  addOffsets: 25,
  endTransaction: 26,
  offsetCommit: 28,
  saslAuthenticate: 36,
} as const

export interface Proxy {
  /** host:port, with commas where there are several brokers behind it. */
  readonly address: string
  /**
   * The next requests of this kind are carried out, but their responses are lost, each together
   * with its connection.
   */
  lose(request: keyof typeof requests, times?: number): void
  /** How many responses were lost. */
  lost(): number
  /** How many connections of clients are open. */
  connections(): number
  /** How many requests of this kind came through. */
  seen(request: keyof typeof requests): number
  /** The same, but half of the response arrives before the connection is reset. */
  tear(request: keyof typeof requests, times?: number): void
  /** `act` is called once, before the next request of this kind is passed on. */
  before(request: keyof typeof requests, act: () => void): void
  /** Refuses and drops all connections until `heal`. */
  cut(): void
  /** Each direction of each connection takes so long until `heal`. */
  delay(ms: number): void
  /** Takes connections and bytes, and passes nothing on until `heal`, which drops them. */
  silence(): void
  /** Ends the connections of now towards the clients; the other direction stays open so long. */
  closeSlowly(ms: number): void
  heal(): void
  close(): Promise<void>
}

/**
 * `targets` as host:port, with commas, the addresses that the brokers advertise; `plain` for another
 * protocol than Kafka's, to cut only.
 */
export async function startProxy(targets: string, { plain = false } = {}): Promise<Proxy> {
  const sockets = new Set<Socket>()
  const brokers = new Map<Socket, Socket>()
  let armed: number | null = null
  let isTorn = false
  let delayMs = 0
  let isSilent = false
  let awaited: { readonly kind: number; readonly act: () => void } | null = null
  let left = 0
  let lost = 0
  const seen = new Map<number, number>()
  let isCut = false
  /** How a response spells the address of a broker, and what stands there for clients. */
  const addresses: { readonly theirs: Buffer; readonly own: Buffer }[] = []

  const passTo = (socket: Socket, data: Buffer): void => {
    if (isSilent || isCut) return
    if (delayMs === 0) return void socket.write(data)
    setTimeout(() => (socket.writable ? socket.write(data) : undefined), delayMs)
  }

  const serve = ({ host, port }: Place, client: Socket): void => {
    if (isCut) return void client.destroy()
    const broker = connect(port, host)
    let victim: number | null = null
    const end = (): void => {
      client.destroy()
      broker.destroy()
      sockets.delete(client)
      brokers.delete(client)
    }
    sockets.add(client)
    brokers.set(client, broker)
    client.on(
      'data',
      plain
        ? (data) => passTo(broker, data)
        : frames((frame) => {
            const kind = frame.readInt16BE(4)
            seen.set(kind, (seen.get(kind) ?? 0) + 1)
            if (awaited?.kind === kind) {
              const { act } = awaited
              awaited = null
              act()
            }
            if (kind === armed) {
              victim = frame.readInt32BE(8)
              if (--left === 0) armed = null
            }
            passTo(broker, frame)
          }),
    )
    broker.on(
      'data',
      plain
        ? (data) => passTo(client, data)
        : frames((frame) => {
            if (victim !== null && frame.readInt32BE(4) === victim) {
              lost++
              if (!isTorn) return end()
              client.write(frame.subarray(0, frame.length >> 1), () => {
                client.resetAndDestroy()
                end()
              })
              return
            }
            for (const { theirs, own } of addresses) {
              for (let at = frame.indexOf(theirs); at >= 0; at = frame.indexOf(theirs, at + 1))
                own.copy(frame, at)
            }
            passTo(client, frame)
          }),
    )
    for (const socket of [client, broker]) socket.on('error', end).on('close', end).on('end', end)
  }
  const servers = await Promise.all(
    targets.split(',').map(async (target) => {
      const place = placeOf(target)
      const server = createServer({ allowHalfOpen: true }, (client) => serve(place, client))
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
      const { port } = server.address() as AddressInfo
      addresses.push({ theirs: addressBytes(place), own: addressBytes({ ...place, port }) })
      return { server, address: `127.0.0.1:${port}` }
    }),
  )

  return {
    address: servers.map(({ address }) => address).join(),
    lose(request, times = 1) {
      armed = requests[request]
      left = times
      isTorn = false
    },
    tear(request, times = 1) {
      armed = requests[request]
      left = times
      isTorn = true
    },
    before: (request, act) => void (awaited = { kind: requests[request], act }),
    lost: () => lost,
    connections: () => sockets.size,
    seen: (request) => seen.get(requests[request]) ?? 0,
    cut() {
      isCut = true
      for (const socket of sockets) socket.destroy()
    },
    delay: (ms) => void (delayMs = ms),
    silence: () => void (isSilent = true),
    closeSlowly(ms) {
      for (const [client, broker] of brokers) {
        broker.removeAllListeners('data').resume()
        client.end()
        setTimeout(() => client.destroy(), ms)
      }
    },
    heal() {
      if (isSilent) for (const socket of sockets) socket.destroy()
      isCut = false
      isSilent = false
      delayMs = 0
    },
    async close() {
      const closed = servers.map(
        ({ server }) => new Promise<void>((resolve) => server.close(() => resolve())),
      )
      for (const socket of sockets) socket.destroy()
      await Promise.all(closed)
    },
  }
}

interface Place {
  readonly host: string
  readonly port: number
}

function placeOf(target: string): Place {
  const [host = '', port = ''] = target.split(':')
  return { host, port: Number(port) }
}

function addressBytes({ host, port }: Place): Buffer {
  const bytes = Buffer.alloc(host.length + 4)
  bytes.write(host, 'latin1')
  bytes.writeInt32BE(port, host.length)
  return bytes
}

/** Joins what has arrived only where a frame is whole: a large one comes in many pieces. */
function frames(take: (frame: Buffer) => void): (data: Buffer) => void {
  let pieces: Buffer[] = []
  let bytes = 0
  let wanted = 4
  return (data) => {
    pieces.push(data)
    bytes += data.length
    if (bytes < wanted) return
    let rest = Buffer.concat(pieces, bytes)
    while (rest.length >= 4 && rest.length >= 4 + rest.readInt32BE(0)) {
      const length = 4 + rest.readInt32BE(0)
      take(Buffer.from(rest.subarray(0, length)))
      rest = rest.subarray(length)
    }
    wanted = rest.length < 4 ? 4 : 4 + rest.readInt32BE(0)
    pieces = [rest]
    bytes = rest.length
  }
}
