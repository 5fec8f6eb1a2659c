/**
 * A token endpoint (node-oidc-provider) that gives JSON Web Tokens by client credentials; prints its
 * address once it listens.
 *
 *   node tests/real/token-endpoint.mjs PORT SECONDS
 */

import { createServer } from 'node:http'
import Provider from 'oidc-provider'

const [port, seconds] = process.argv.slice(2).map(Number)
const issuer = `http://127.0.0.1:${port}`
const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'errata',
      client_secret: 'a-secret-of-the-client-long-enough',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
    },
  ],
  scopes: ['kafka'],
  features: {
    devInteractions: { enabled: false },
    clientCredentials: { enabled: true },
    resourceIndicators: {
      enabled: true,
      defaultResource: () => 'urn:kafka',
      getResourceServerInfo: () => ({
        scope: 'kafka',
        audience: 'kafka',
        accessTokenFormat: 'jwt',
        accessTokenTTL: seconds,
        jwt: { sign: { alg: 'RS256' } },
      }),
    },
  },
})
let granted = 0
provider.on('client_credentials.saved', () => granted++)
createServer((request, response) => {
  if (request.url === '/granted') return response.end(String(granted))
  return provider.callback()(request, response)
}).listen(port, '127.0.0.1', () => process.stdout.write(`${issuer}\n`))
