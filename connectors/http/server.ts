/**
 * An HTTP server that no client can tie up: limits that hold on every port, below the framework.
 *
 *   headers       must be complete in time; a connection that says nothing ends with them
 *   body          must keep arriving: a few bytes in each window, so that a slow line is fine and a silent one is not.
 *                 There is no limit on the whole time, since that would be one on the size of a document by its line
 *   connections   are counted, all together and for each address, so that one address leaves room for the others
 *   silence       of a connection that is being answered ends it: a client that reads no answer holds no memory
 *
 * Refusals are problems (problems.ts) with Retry-After: 408 REQUEST_STALLED, 413 DOCUMENT_TOO_LARGE, 503
 * CONNECTION_LIMIT. What was under way ends with the connection, so a handler needs nothing but its
 * own `finally`.
 *
 * Not given: limits by account, which only the routes know, and protection from many addresses at
 * once, which is the business of a proxy in front.
 */

import {
  createServer,
  STATUS_CODES,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import type { Socket } from 'node:net'
import type { ErrorCode } from '../../errors.ts'
import { securityHeaders } from './door.ts'
import { problemOf, problemType } from './problems.ts'

export interface HttpLimits {
  readonly headersMs: number // until the headers are complete
  readonly windowMs: number // in which a body must grow
  readonly windowBytes: number // by which it must grow
  readonly mostBytes: number // of a request, as they come over the line
  readonly silenceMs: number // of a connection, whatever it waits for
  readonly connections: number
  readonly addressConnections: number // of one address
}

export const httpLimits: HttpLimits = {
  headersMs: 15_000,
  windowMs: 20_000,
  windowBytes: 1_024, // 50 bytes a second: slower than any line that is in use
  mostBytes: 16 * 2 ** 20, // a JSON body is bounded by its route, far below
  silenceMs: 180_000, // longer than a send or a query may take
  connections: 1_000, // a process may have 1024 files open where nobody raised that
  addressConnections: 300, // behind a proxy all come from one address: 50 browsers with 6 each
}

const checkEveryMs = 2_000 // the headers
// between two requests; longer than clients and proxies keep an idle connection
const idleMs = 72_000
const retryAfterSeconds = 5

export function openHttpServer(handler: RequestListener, limits: HttpLimits = httpLimits): Server {
  const checkMs = Math.min(checkEveryMs, limits.headersMs)
  const server = createServer(
    { headersTimeout: limits.headersMs, connectionsCheckingInterval: checkMs },
    (request, response) => {
      watchBody(request, response, limits)
      handler(request, response)
    },
  )
  server.requestTimeout = 0 // the body has limits of its own
  server.keepAliveTimeout = idleMs
  server.setTimeout(limits.silenceMs)
  countConnections(server, limits)
  server.on('clientError', answerClientError)
  return server
}

/** The same as options of Fastify. */
export function fastifyServer(limits: HttpLimits = httpLimits): {
  serverFactory: (handler: RequestListener) => Server
  clientErrorHandler: () => void
} {
  return {
    serverFactory: (handler) => openHttpServer(handler, limits),
    clientErrorHandler: () => {},
  }
}

/** Whom an address stands for: itself, or of IPv6 the network that one customer is given. */
export function networkOf(address: string): string {
  if (!address.includes(':')) return address
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)
  if (mapped !== null) return mapped[1] as string
  const [head = '', tail = ''] = (address.split('%')[0] as string).split('::')
  const groups = head === '' ? [] : head.split(':')
  const last = tail === '' ? [] : tail.split(':')
  while (groups.length + last.length < 8) groups.push('0')
  return [...groups, ...last].slice(0, 4).join(':')
}

function watchBody(
  request: IncomingMessage,
  response: ServerResponse,
  { windowMs, windowBytes, mostBytes }: HttpLimits,
): void {
  const { 'content-length': length, 'transfer-encoding': encoding } = request.headers
  if (encoding === undefined && (length === undefined || Number(length) === 0)) return
  const { socket } = request
  const first = socket.bytesRead
  let seen = first
  const look = (): void => {
    if (request.complete || socket.destroyed) return clearInterval(timer)
    const grown = socket.bytesRead - seen
    seen += grown
    // Who was refused may read the answer, and goes on sending in vain for a window at most.
    if (response.writableEnded) socket.destroy()
    else if (seen - first > mostBytes)
      refuse(request, response, 413, 'DOCUMENT_TOO_LARGE', 'the request has too many bytes')
    else if (grown < windowBytes)
      refuse(request, response, 408, 'REQUEST_STALLED', 'the body has stopped arriving')
  }
  // Timers come before the network in a turn of the event loop: after a long turn the bytes are
  // there, but not yet read.
  const timer = setInterval(() => setImmediate(look), windowMs)
  request.once('close', () => clearInterval(timer))
}

function countConnections(server: Server, { connections, addressConnections }: HttpLimits): void {
  const counts = new Map<string, number>()
  let all = 0
  server.on('connection', (socket: Socket) => {
    const network = networkOf(socket.remoteAddress ?? '')
    const count = (counts.get(network) ?? 0) + 1
    all++
    counts.set(network, count)
    socket.once('close', () => {
      all--
      const left = (counts.get(network) ?? 1) - 1
      if (left === 0) counts.delete(network)
      else counts.set(network, left)
    })
    if (all > connections || count > addressConnections)
      refuseSocket(socket, 503, 'CONNECTION_LIMIT', 'too many connections are open')
  })
}

function answerClientError(error: NodeJS.ErrnoException, socket: Socket): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy()
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT')
    return refuseSocket(socket, 408, 'REQUEST_STALLED', 'the headers did not arrive in time')
  if (error.code === 'HPE_HEADER_OVERFLOW')
    return refuseSocket(socket, 431, 'REQUEST_INVALID', 'the headers have too many bytes')
  refuseSocket(socket, 400, 'REQUEST_INVALID', 'this is not HTTP')
}

type Refusal = ErrorCode | 'REQUEST_INVALID'

function refusalOf(
  status: number,
  code: Refusal,
  message: string,
): { headers: Readonly<Record<string, string>>; body: string } {
  const body = JSON.stringify(problemOf(status, { code, message }))
  const headers = {
    ...securityHeaders,
    'content-type': problemType,
    'content-length': String(Buffer.byteLength(body)),
    connection: 'close',
  }
  return {
    headers:
      status === 408 || status === 503
        ? { ...headers, 'retry-after': String(retryAfterSeconds) }
        : headers,
    body,
  }
}

/**
 * Ends the connection, with the answer where none was begun; whoever reads the body hears that it
 * broke off.
 */
function refuse(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  code: Refusal,
  message: string,
): void {
  if (response.headersSent) return void request.destroy()
  const { headers, body } = refusalOf(status, code, message)
  response.once('close', () => request.destroy()) // an answered request is not told by itself
  response.writeHead(status, headers).end(body)
}

function refuseSocket(socket: Socket, status: number, code: Refusal, message: string): void {
  const { headers, body } = refusalOf(status, code, message)
  const lines = [
    `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? ''}`,
    ...Object.entries(headers).map(([name, value]) => `${name}: ${value}`),
  ]
  socket.end(`${lines.join('\r\n')}\r\n\r\n${body}`)
  socket.destroySoon()
}
