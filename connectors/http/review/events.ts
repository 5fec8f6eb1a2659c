/**
 * Server-sent events: what has changed, for whoever looks at it.
 *
 *   counts   {open, closed}              the queue; at once, and after each change
 *   opened, closed, freed, reread {documentId}   of the queue
 *   locked   {documentId, by, over}      somebody opened a document; `over`: taken from somebody
 *   models, rules {}                     a version or a rule was decided on
 *   stored   {topics}                    the analytics store has more of these topics: figures may be others now
 *   trainer  what GET /api/trainer says, whenever that changes
 *
 * Not a log: who was away asks again. Changes are gathered for a moment, so that reading a long log
 * at the start of the service doesn't become an event for each record. Store and trainer are asked
 * only while somebody listens; the first that is seen then is told as well, since it may be news to
 * who asked a moment before.
 */

import type { ServerResponse } from 'node:http'
import type { FastifyRequest } from 'fastify'
import type { QueueChange } from '../../../processors/review/review-queue.ts'
import {
  signalNames,
  type Service,
  type OtherInstances,
  type SignalName,
  type Signals,
} from './context.ts'
import type { Api, Wire } from '../contract/schema.ts'
import { events } from '../contract/tasks.ts'
import type { trainerStatus } from '../contract/operate.ts'
import { storeProgress } from './query-cache.ts'
import { securityHeaders } from '../door.ts'

const gatherMs = 150
const heartbeatMs = 15_000 // proxies close what is silent for longer
const mostNamed = 50 // changes in one batch that are told one by one
const mostListeners = 200 // connections
const lookMs = 1_000 // at the store and the trainer, while somebody listens

/** `shared`: other instances, which hear what is told here. */
export function openSignals(shared?: OtherInstances): Signals {
  const listeners = new Set<(name: string, data: Readonly<Record<string, string>>) => void>()
  const tell: Signals['emit'] = (name, data) =>
    listeners.forEach((listener) => listener(name, data))
  shared?.on((text) => {
    const heard = signalIn(text)
    if (heard !== null) tell(heard.name, heard.data)
  })
  return {
    emit(name, data) {
      tell(name, data)
      shared?.send(JSON.stringify({ name, data }))
    },
    on(listener) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

/** Null for what no instance of ours tells. */
function signalIn(
  text: string,
): { readonly name: SignalName; readonly data: Readonly<Record<string, string>> } | null {
  let said: unknown
  try {
    said = JSON.parse(text)
  } catch {
    return null
  }
  const { name, data } = (said ?? {}) as { readonly name?: unknown; readonly data?: unknown }
  const known = signalNames.find((one) => one === name)
  if (known === undefined || typeof data !== 'object' || data === null) return null
  const entries = Object.entries(data)
  if (entries.some(([, value]) => typeof value !== 'string')) return null
  return { name: known, data: Object.fromEntries(entries) as Readonly<Record<string, string>> }
}

export function eventRoutes(app: Api, service: Service): void {
  const listeners = openListeners(service.access)
  const stops = [
    tellChanges(listeners, service),
    tellLooks(listeners, service),
    service.signals.on((name, data) => listeners.send(name, data)),
    keepAlive(listeners),
  ]
  app.addHook('preClose', async () => {
    for (const stop of stops) stop()
    listeners.close()
  })
  eventsRoute(app, listeners, service)
}

function eventsRoute(app: Api, listeners: Listeners, { tasks }: Pick<Service, 'tasks'>): void {
  app.get(
    '/api/events',
    {
      exposeHeadRoute: false, // its answer never ends
      schema: events,
    },
    (request, reply) => {
      if (listeners.count() >= mostListeners) {
        void reply.code(503).send({ code: 'TOO_MANY', message: 'too many listeners' })
        return
      }
      reply.hijack()
      const response = reply.raw
      response.writeHead(200, {
        ...securityHeaders,
        'content-type': 'text/event-stream',
        'cache-control': 'no-store',
        'x-accel-buffering': 'no',
      })
      listeners.add(response, request)
      listeners.send('counts', tasks.counts(), [response])
    },
  )
}

/** The open connections. */
interface Listeners {
  readonly count: () => number
  readonly add: (response: ServerResponse, request: FastifyRequest) => void
  /** To all, unless said. */
  readonly send: (event: string, data: unknown, to?: Iterable<ServerResponse>) => void
  /** A comment, so that the connections aren't closed as idle. */
  readonly ping: () => void
  /** Ends what no longer may listen: an account that was removed, a session that has ended. */
  readonly dismiss: () => void
  readonly close: () => void
}

function openListeners(access: Service['access']): Listeners {
  const open = new Map<ServerResponse, FastifyRequest>()
  const dismiss = (): void => {
    for (const [response, request] of open) {
      if (access.holds(request)) continue
      open.delete(response)
      response.end()
    }
  }
  return {
    count: () => open.size,
    add(response, request) {
      open.set(response, request)
      request.raw.on('close', () => open.delete(response))
    },
    send(event, data, to = open.keys()) {
      dismiss()
      for (const response of to)
        response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`)
    },
    ping() {
      for (const response of open.keys()) response.write(': here\n\n')
    },
    dismiss,
    close() {
      for (const response of open.keys()) response.end()
    },
  }
}

/** Tells changes of the queue, of models and of rules, gathered for a moment. */
function tellChanges(listeners: Listeners, { tasks, operate }: Service): () => void {
  let gathered: QueueChange[] = []
  const decided = new Set<'models' | 'rules'>()
  let timer: NodeJS.Timeout | null = null
  const flush = (): void => {
    timer = null
    if (gathered.length <= mostNamed)
      for (const { kind, documentId } of gathered) listeners.send(kind, { documentId })
    if (gathered.length > 0) listeners.send('counts', tasks.counts())
    gathered = []
    for (const name of decided) listeners.send(name, {})
    decided.clear()
  }
  const gather = (note: () => void): void => {
    if (listeners.count() === 0) return
    note()
    timer ??= setTimeout(flush, gatherMs)
  }
  const stop = tasks.onChange((change) => gather(() => gathered.push(change)))
  const undecided = operate?.onChange((what) => gather(() => decided.add(what)))
  return () => {
    stop()
    undecided?.()
    if (timer !== null) clearTimeout(timer)
  }
}

/** Looks at the store and the trainer while somebody listens, and tells what is new there. */
function tellLooks(listeners: Listeners, { analytics, operate }: Service): () => void {
  const looks = [
    ...(analytics === undefined
      ? []
      : [lookAtStore(analytics.query, (topics) => listeners.send('stored', { topics }))]),
  ]
  const lookAtTraining =
    operate === undefined
      ? () => {}
      : lookAtTrainer(operate.trainer, (now) => listeners.send('trainer', now))
  let looking = false
  let isFirst = true
  const watch = setInterval(() => {
    listeners.dismiss()
    if (listeners.count() === 0) isFirst = true
    if (listeners.count() === 0 || looking) return
    looking = true
    lookAtTraining(isFirst)
    // what can't be asked now is asked again
    void Promise.allSettled(looks.map((look) => look(isFirst))).then(() => (looking = false))
    isFirst = false
  }, lookMs)
  watch.unref()
  return () => clearInterval(watch)
}

function keepAlive({ ping }: Listeners): () => void {
  const heartbeat = setInterval(ping, heartbeatMs)
  heartbeat.unref()
  return () => clearInterval(heartbeat)
}

/** Tells which topics the store has more of than at the last look, or has at the first. */
function lookAtStore(
  query: NonNullable<Service['analytics']>['query'],
  tell: (topics: readonly string[]) => void,
): (isFirst: boolean) => Promise<void> {
  let before: ReadonlyMap<string, string> = new Map()
  return async (isFirst) => {
    if (isFirst) before = new Map()
    const now = await storeProgress(query)
    const grown = [...now]
      .filter(([topic, next]) => before.get(topic) !== next)
      .map(([topic]) => topic)
    before = now
    if (grown.length > 0) tell(grown)
  }
}

/**
 * Tells what the trainer says whenever that is not what it said at the last look, and at the first.
 */
function lookAtTrainer(
  ask: () => Wire<typeof trainerStatus>,
  tell: (now: object) => void,
): (isFirst: boolean) => void {
  let before: string | null = null
  return (isFirst) => {
    if (isFirst) before = null
    const now = ask()
    const text = JSON.stringify(now)
    if (before !== text) tell(now)
    before = text
  }
}
