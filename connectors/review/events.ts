/**
 * Server-sent events: `counts` at once and after each change, `opened` and `closed` with the document's id, `locked` and
 * `freed` as people open and leave documents. Not a log:
 * who was away asks for the queue again. Changes are gathered for a moment, so that reading a long log at the start of
 * the service doesn't become an event for each record.
 */

import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import type { Change } from '../../processors/tasks.ts'
import type { Service } from '../review.ts'
import { failure } from './schemas.ts'
import { headers } from './security.ts'

const gatherMs = 150
const heartbeatMs = 15_000 // proxies close what is silent for longer
const mostNamed = 50 // changes in one batch that are told one by one
const mostListeners = 200 // connections

/** What the routes of a server tell whoever listens; of other instances nothing is heard. */
export interface Signals {
  readonly emit: (name: 'locked' | 'freed', data: Readonly<Record<string, string>>) => void
  readonly on: (listener: (name: string, data: Readonly<Record<string, string>>) => void) => () => void
}

export function openSignals(): Signals {
  const listeners = new Set<(name: string, data: Readonly<Record<string, string>>) => void>()
  return {
    emit: (name, data) => listeners.forEach((listener) => listener(name, data)),
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

export function eventRoutes(app: FastifyInstance, { tasks, signals }: Service): void {
  const open = new Set<ServerResponse>()
  let gathered: Change[] = []
  let timer: NodeJS.Timeout | null = null
  const send = (to: Iterable<ServerResponse>, event: string, data: unknown): void => {
    for (const response of to) response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
  }
  const flush = (): void => {
    timer = null
    if (gathered.length <= mostNamed) for (const { kind, documentId } of gathered) send(open, kind, { documentId })
    gathered = []
    send(open, 'counts', tasks.counts())
  }
  const stop = tasks.onChange((change) => {
    if (open.size === 0) return
    gathered.push(change)
    timer ??= setTimeout(flush, gatherMs)
  })
  const quiet = signals.on((name, data) => send(open, name, data))
  const heartbeat = setInterval(() => {
    for (const response of open) response.write(': here\n\n')
  }, heartbeatMs)
  heartbeat.unref()
  app.addHook('preClose', async () => {
    stop()
    quiet()
    clearInterval(heartbeat)
    if (timer !== null) clearTimeout(timer)
    for (const response of open) response.end()
  })

  app.get('/api/events', {
    schema: { summary: 'Changes of the queue as server-sent events', description: 'counts {open, closed}; opened, closed and freed {documentId}; locked {documentId, by, over}, `over` where it was taken from somebody.', tags: ['tasks'], response: { 200: { description: 'text/event-stream', content: { 'text/event-stream': { schema: { type: 'string' } } } }, 503: failure } },
  }, (request, reply) => {
    if (open.size >= mostListeners) {
      void reply.code(503).send({ code: 'TOO_MANY', message: 'too many listeners' })
      return
    }
    reply.hijack()
    const response = reply.raw
    response.writeHead(200, { ...headers, 'content-type': 'text/event-stream', 'cache-control': 'no-store', 'x-accel-buffering': 'no' })
    open.add(response)
    request.raw.on('close', () => open.delete(response))
    send([response], 'counts', tasks.counts())
  })
}
