import fastify from 'fastify'
import { register } from 'prom-client'
import { measureRequests } from '../../../connectors/http/request-metrics.ts'

test('requests are counted by the pattern of their route, never by what a client wrote', async () => {
  const app = fastify()
  measureRequests(app)
  app.get('/tasks/:id', async () => 'one')
  app.get('/broken', async () => Promise.reject(new Error('no')))
  app.get('/events', (_, reply) => {
    reply.hijack()
    reply.raw.writeHead(200, { 'content-type': 'text/event-stream' }).end()
  })
  const paths = ['/tasks/secret-1', '/tasks/secret-2', '/nowhere/secret', '/broken', '/events']
  for (const url of paths) await app.inject({ method: 'GET', url })
  await app.inject({ method: 'DELETE', url: '/nowhere/else' })
  await app.close()
  const text = await register.metrics()
  const counts = text
    .split('\n')
    .filter((line) => line.startsWith('errata_http_request_duration_seconds_count'))
    .map((line) => line.slice('errata_http_request_duration_seconds_count'.length))
  expect(counts.sort()).toEqual([
    '{route="/broken",method="GET",status="5xx"} 1',
    '{route="/tasks/:id",method="GET",status="2xx"} 2',
    '{route="none",method="any",status="4xx"} 2',
  ])
  expect(text).not.toContain('secret')
})
