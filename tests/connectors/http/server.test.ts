/** Real sockets against a real server: nobody holds it by being slow, silent or many. */

import { connect, type AddressInfo, type Socket } from 'node:net'
import type { Server } from 'node:http'
import {
  httpLimits,
  networkOf,
  openHttpServer,
  type HttpLimits,
} from '../../../connectors/http/server.ts'

const limits: HttpLimits = {
  ...httpLimits,
  headersMs: 300,
  windowMs: 300,
  windowBytes: 20,
  mostBytes: 100_000,
  silenceMs: 2_000,
}
let server: Server
let bodies: string[]
const sockets: Socket[] = []

async function serve(change: Partial<HttpLimits> = {}): Promise<void> {
  bodies = []
  server = openHttpServer(
    (request, response) => {
      if (request.url === '/refused') return void response.writeHead(401).end()
      if (request.url === '/never') return
      let body = ''
      request
        .on('error', () => {})
        .on('data', (chunk) => (body += String(chunk)))
        .on('end', () => {
          bodies.push(body)
          response.end('whole')
        })
    },
    { ...limits, ...change },
  )
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
}
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy()
  server.closeAllConnections()
  await new Promise((resolve) => server.close(resolve))
})

interface Client {
  readonly socket: Socket
  readonly said: () => string
  readonly ended: Promise<string>
}

function client(text = '', localAddress = '127.0.0.1'): Client {
  const socket = connect({
    port: (server.address() as AddressInfo).port,
    host: '127.0.0.1',
    localAddress,
  })
  sockets.push(socket)
  let said = ''
  const ended = new Promise<string>((resolve) => {
    socket
      .on('error', () => {})
      .on('data', (chunk) => (said += String(chunk)))
      .on('close', () => resolve(said))
  })
  if (text !== '') socket.write(text)
  return { socket, said: () => said, ended }
}

const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))
const post = (path: string, length: number): string =>
  `POST ${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${length}\r\n\r\n`

describe('a request', () => {
  test('whose headers never end is refused with a code', async () => {
    await serve()
    const slow = client('GET / HTTP/1.1\r\nHost: a\r\n')
    const drip = setInterval(() => slow.socket.write('X-A: b\r\n'), 50)
    const answer = await slow.ended
    clearInterval(drip)
    expect(answer).toMatch(/^HTTP\/1.1 408 [\s\S]*retry-after: \d[\s\S]*"code":"REQUEST_STALLED"/)
  })

  test('that never begins ends with its connection', async () => {
    await serve()
    expect(await client().ended).toContain('408')
  })

  test('whose body stops arriving is refused with a code, and its connection ends', async () => {
    await serve()
    const answer = await client(`${post('/', 1_000)}begin`).ended
    expect(answer).toMatch(/^HTTP\/1.1 408 [\s\S]*retry-after: \d[\s\S]*"code":"REQUEST_STALLED"/)
  })

  test('whose body drips to look alive is refused as well', async () => {
    await serve()
    const slow = client(post('/', 1_000))
    const drip = setInterval(() => slow.socket.write('x'), 100)
    const answer = await slow.ended
    clearInterval(drip)
    expect(answer).toContain('408')
  })

  test('over a slow but steady line is taken, however long it lasts', async () => {
    await serve()
    const steady = client(post('/', 400))
    for (let sent = 0; sent < 400; sent += 20) {
      steady.socket.write('x'.repeat(20))
      await wait(100)
    }
    await wait(100)
    expect(steady.said()).toMatch(/^HTTP\/1.1 200 [\s\S]*whole$/)
    expect(bodies).toEqual(['x'.repeat(400)])
  })

  test('is not blamed for a turn of the event loop that took too long', async () => {
    await serve()
    const honest = client(post('/', 100))
    await wait(100)
    honest.socket.write('x'.repeat(30))
    await wait(250) // within the second window
    honest.socket.write('x'.repeat(30))
    // the window ends before the bytes are read
    for (const end = performance.now() + 500; performance.now() < end;);
    await wait(50)
    honest.socket.write('x'.repeat(40))
    await wait(100)
    expect(honest.said()).toContain('200')
  })

  test('that was refused may not go on sending', async () => {
    await serve({ mostBytes: 1e9 })
    const stubborn = client(post('/refused', 50_000_000))
    const more = setInterval(() => stubborn.socket.write('x'.repeat(1_000)), 20)
    expect(await stubborn.ended).toContain('401')
    clearInterval(more)
  })

  test('with more bytes than any route takes is refused while it sends', async () => {
    await serve()
    const endless = client('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
    const more = setInterval(() => endless.socket.write(`2710\r\n${'x'.repeat(10_000)}\r\n`), 5)
    expect(await endless.ended).toMatch(/^HTTP\/1.1 413 [\s\S]*DOCUMENT_TOO_LARGE/)
    clearInterval(more)
  })

  test('that is never answered holds its connection for a while only', async () => {
    await serve({ silenceMs: 300 })
    expect(await client('GET /never HTTP/1.1\r\nHost: a\r\n\r\n').ended).toBe('')
  })

  test('that is no HTTP is refused with a code', async () => {
    await serve()
    expect(await client('hello\r\n\r\n').ended).toMatch(/^HTTP\/1.1 400 [\s\S]*REQUEST_INVALID/)
  })
})

describe('connections', () => {
  const ask = 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'

  test('of one address end where those of the others begin', async () => {
    await serve({ addressConnections: 5, headersMs: 5_000 })
    const idle = Array.from({ length: 5 }, () => client('', '127.0.0.5'))
    await wait(100)
    expect(await client(ask, '127.0.0.5').ended).toMatch(
      /^HTTP\/1.1 503 [\s\S]*retry-after: \d[\s\S]*"code":"CONNECTION_LIMIT"/,
    )
    const other = client(ask)
    await wait(100)
    expect(other.said()).toContain('whole')
    idle.forEach(({ socket }) => socket.destroy())
    await wait(100)
    const again = client(ask, '127.0.0.5')
    await wait(100)
    expect(again.said()).toContain('whole')
  })

  test('are bounded together', async () => {
    await serve({ connections: 3, headersMs: 5_000 })
    for (const address of ['127.0.0.2', '127.0.0.3', '127.0.0.4']) client('', address)
    await wait(100)
    expect(await client(ask).ended).toContain('CONNECTION_LIMIT')
  })
})

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2'],
  ['2001:db8::1', '2001:db8:0:0'],
  ['::1', '0:0:0:0'],
  ['fe80::1%eth0', 'fe80:0:0:0'],
])('%s stands for %s', (address, network) => expect(networkOf(address)).toBe(network))
