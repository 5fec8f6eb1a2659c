/** An HTTPS server in front of another over HTTP, which may ask for a certificate or a header. */

import { once } from 'node:events'
import { request as httpRequest, type IncomingHttpHeaders } from 'node:http'
import { createServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import type { Authority, Signed } from './certificates.ts'

export interface TlsProxy {
  /** https://127.0.0.1:port, without the path of the target. */
  readonly url: string
  close(): Promise<void>
}

export interface TlsProxyOptions {
  readonly server: Signed
  /** Clients must have a certificate of its. */
  readonly clients?: Authority
  /** Whether a request may pass; 401 where not. */
  readonly allows?: (headers: IncomingHttpHeaders) => boolean
}

export async function startTlsProxy(
  target: string,
  { server, clients, allows = () => true }: TlsProxyOptions,
): Promise<TlsProxy> {
  const { hostname, port } = new URL(target)
  const asking = clients === undefined ? {} : { requestCert: true, ca: [clients.pem] }
  const proxy = createServer({ key: server.key, cert: server.cert, ...asking })
  proxy.on('request', (request, response) => {
    if (!allows(request.headers)) {
      response.writeHead(401, { 'content-type': 'application/json' }).end('{"error_code":401}')
      return
    }
    const { method, url, headers } = request
    const passed = httpRequest({ hostname, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(response)
    })
    passed.on('error', () => response.destroy())
    request.pipe(passed)
  })
  proxy.listen(0, '127.0.0.1')
  await once(proxy, 'listening')
  return {
    url: `https://127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    async close() {
      proxy.closeAllConnections()
      await new Promise((resolve) => proxy.close(resolve))
    },
  }
}
