/**
 * The HTTP server: intake, review API and pages. One port, given by the settings; the supervisor
 * picks it.
 */

import { join } from 'node:path'
import Fastify, { type FastifyInstance, type FastifyRequest } from 'fastify'
import { openClickhouse } from '../../connectors/clickhouse/clickhouse.ts'
import { measureRequests } from '../../connectors/http/request-metrics.ts'
import { traceRequests } from '../../connectors/http/request-spans.ts'
import { fastifyServer, httpLimits, networkOf } from '../../connectors/http/server.ts'
import { intake, largestRequest } from '../../connectors/http/intake.ts'
import { openProducer } from '../../connectors/kafka/kafka.ts'
import { openQuota } from '../../connectors/http/quota.ts'
import { openLocks } from '../../connectors/redis/locks.ts'
import { redisOf } from '../../connectors/redis/redis.ts'
import { openSharedSignals } from '../../connectors/redis/signals.ts'
import { openDocumentReader, type DocumentReader } from '../../connectors/reader/reader.ts'
import {
  collectRoutes,
  openAccess,
  review,
  secure,
  secureOptions,
  type Access,
} from '../../connectors/http/review/review.ts'
import { personOf } from '../../connectors/http/security.ts'
import { mediaTypeOf } from '../../connectors/files/media-type.ts'
import { ErrataError, type Problem } from '../../errors.ts'
import { clickhouseUrlOf } from '../../operations/analytics-address.ts'
import { ocrFolderOf } from '../../operations/ocr-models.ts'
import { rawSender, verdictSender } from '../../operations/publish.ts'
import { whereTaken } from '../stack/ports.ts'
import { openAccounts } from './accounts.ts'
import { openOperate } from './operate.ts'
import { startRereading } from './rereading.ts'
import { followDocuments } from './follow-documents.ts'
import { followQueue } from './review-queue.ts'
import { notesOf, probeBlobs, probeClickhouse, probeRedis } from './dependencies.ts'
import { allProblems, type ServiceContext, type Part } from './service.ts'

// A PNG of one pixel
const dot = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==',
  'base64',
)

export async function startWeb(context: ServiceContext): Promise<Part> {
  const { config, home, connection, blobs, profiles, log } = context
  assertProtected(config)
  const producer = openProducer(connection.cluster)
  const reader = await openDocumentReader(config, {
    cacheFolder: join(home, 'cache'),
    modelFolder: ocrFolderOf(config),
  })
  const clickhouse = openClickhouse(clickhouseUrlOf(config), { readOnly: true })
  const followed = openFollowed(context)
  const { people, operating, locks, shared, queue, index } = followed
  const { tasks } = queue
  const health = openHealth(context, [queue, people, operating])
  let isReady = false
  const ready = Promise.all([queue.ready, people.ready]).then(() => {
    isReady = true
  })
  ready.catch((error: unknown) => log.error({ error }, 'the review topics could not be followed'))

  const access = openAccess({ config, accounts: people.accounts, audit: people.audit })
  const app = openApp(config, access)
  const paths = collectRoutes(app)
  await app.register(intake, {
    send: rawSender(config, connection, producer),
    putBlob: blobs.put,
    typeOf: mediaTypeOf,
    guard: access.guard,
    callerOf,
    quota: openQuota('documents', config.documentQuota, () => performance.now()),
    profiles: profiles.including,
    config,
    now: () => Date.now(),
  })
  await app.register(review, {
    paths,
    access,
    tasks,
    documents: index.documents,
    locks,
    ...(shared === null ? {} : { shared }),
    quota: openQuota('verdicts', config.verdictQuota, () => performance.now()),
    operate: operating.operate,
    profiles: profiles.now,
    log,
    accounts: people.accounts,
    audit: people.audit,
    auditLog: people.auditLog,
    desk: people.desk,
    logins: people.logins,
    publicUrl: config.publicUrl,
    secondAbove: config.secondReviewAbove,
    ...(people.login === null ? {} : { login: people.login }),
    now: () => Date.now(),
    ready: () => isReady,
    publishVerdict: verdictSender(config, connection, producer, queue.traceOf),
    pageImage: async (sha256: string, page: number, maxWidth: number, turn: number) =>
      reader.renderPage(await blobs.get(sha256), page, maxWidth, turn),
    analytics: clickhouse,
  })
  await app
    .listen({ port: config.httpPort, host: config.host })
    .catch(whereTaken(config, 'httpPort'))
  log.info({ port: config.httpPort }, 'web runs')
  warmUp(reader)
  return {
    problems: health.problems,
    notes: health.notes,
    failed: followed.failed,
    async stop() {
      health.stop()
      await app.close()
      await Promise.all([followed.stop(), producer.close(), reader.close(), clickhouse.close()])
      locks.close()
      shared?.close()
      tasks.close()
    },
  }
}

/** The tables of the pages, and what is done by them. */
function openFollowed(context: ServiceContext) {
  const { config } = context
  const people = openAccounts(context)
  const operating = openOperate(context)
  const redis = redisOf(config)
  const locks = openLocks(redis, config.topicPrefix, () => Date.now())
  const shared = redis === null ? null : openSharedSignals(redis, config.topicPrefix)
  const queue = followQueue(context)
  const index = followDocuments(context, queue)
  const rereading = startRereading(context, queue, locks, operating)
  return {
    people,
    operating,
    locks,
    shared,
    queue,
    index,
    failed: Promise.race([queue, people, operating, rereading, index].map(({ failed }) => failed)),
    async stop() {
      await rereading.stop()
      await Promise.all([queue, people, operating, index].map((one) => one.stop()))
    },
  }
}

/** What the pages can't do without, and what they can. */
function openHealth(
  context: ServiceContext,
  tables: readonly Pick<Part, 'problems'>[],
): {
  readonly problems: () => readonly Problem[]
  readonly notes: () => readonly string[]
  readonly stop: () => void
} {
  const { config } = context
  const store = probeBlobs(context)
  const analytics = probeClickhouse(clickhouseUrlOf(config))
  const redis = probeRedis(config)
  return {
    problems: () => allProblems([...tables, store]),
    notes: () => [...notesOf(analytics), ...redis.notes()],
    stop() {
      for (const probe of [store, analytics, redis]) probe.stop()
    },
  }
}

/** Its first process takes a second to start: better now than when somebody waits for a page. */
function warmUp(reader: DocumentReader): void {
  void reader.renderPage(dot, 1, 1).catch(() => {})
}

/** CONFIG_INVALID where anybody on the network could use the pages. */
function assertProtected(config: ServiceContext['config']): void {
  if (
    config.token === null &&
    config.oidcIssuer === null &&
    !/^(127\.|localhost$|::1$)/.test(config.host)
  )
    throw new ErrataError(
      'CONFIG_INVALID',
      'ERRATA_TOKEN or ERRATA_OIDC_ISSUER is needed where ERRATA_HOST is not loopback',
    )
}

function openApp(config: ServiceContext['config'], access: Access): FastifyInstance {
  const app = Fastify({
    ...fastifyServer({ ...httpLimits, mostBytes: largestRequest(config) }),
    ...secureOptions(access, config),
    bodyLimit: config.maxBytes,
    logger: false,
  })
  measureRequests(app)
  traceRequests(app)
  secure(app, access)
  return app
}

/** An account, the service's token, or without either the address: whose uploads count together. */
function callerOf(request: FastifyRequest): string {
  const { name, kind } = personOf(request)
  return kind === 'local' ? `address ${networkOf(request.ip)}` : `${kind} ${name ?? ''}`
}
