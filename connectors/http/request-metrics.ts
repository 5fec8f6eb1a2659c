/**
 * How many requests came and how long they took, by the pattern of their route: never by what a
 * client wrote into the path. A stream of events is not measured: it lasts as long as somebody
 * looks.
 */

import type { FastifyInstance } from 'fastify'
import { Histogram } from 'prom-client'

const durations = new Histogram({
  name: 'errata_http_request_duration_seconds',
  help: 'From the headers of a request to the end of its answer, by the pattern of its route; status is a class such as 2xx',
  labelNames: ['route', 'method', 'status'] as const,
  buckets: [0.01, 0.05, 0.2, 0.5, 1, 5, 30],
})

const noRoute = 'none' // nothing is served there

/** Measures every request to the server, also refused ones. */
export function measureRequests(app: FastifyInstance): void {
  app.addHook('onResponse', async ({ routeOptions, method }, reply) => {
    const type = reply.raw.getHeader('content-type')
    if (type === 'text/event-stream') return
    const { url: route = noRoute } = routeOptions
    durations.observe(
      {
        route,
        method: route === noRoute ? 'any' : method,
        status: `${Math.floor(reply.statusCode / 100)}xx`,
      },
      reply.elapsedTime / 1000,
    )
  })
}
