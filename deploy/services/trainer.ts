/**
 * The trainer: starts a training by cron, by the number of new records (verdicts, and erased
 * documents that the champion was trained on), or on request (POST /trainings, for schedulers), one
 * at a time. Each runs in a process of its own (`errata train`), since it keeps a core busy for a
 * minute; it can be killed at any point and run again. At the first start it publishes the models
 * that ship with Errata.
 */

import { join } from 'node:path'
import { Cron } from 'croner'
import Fastify, { type FastifyInstance } from 'fastify'
import { measureRequests } from '../../connectors/http/request-metrics.ts'
import { traceRequests } from '../../connectors/http/request-spans.ts'
import { fastifyServer } from '../../connectors/http/server.ts'
import { openAccess, secure, secureOptions } from '../../connectors/http/review/review.ts'
import { trainingsApi, type Next } from '../../connectors/http/trainings.ts'
import { SpanKind, spanned } from '../../connectors/tracing.ts'
import { ErrataError } from '../../errors.ts'
import type { ModelRegistry } from '../../processors/model/model-registry.ts'
import { starterBundle } from '../../trainer/starter-bundle.ts'
import { startMirror } from './mirror-mlflow.ts'
import { whereTaken } from '../stack/ports.ts'
import { openLeadership } from '../../runtime/leadership.ts'
import { leaderGroup } from '../../runtime/names.ts'
import { serviceMetrics } from '../../runtime/service-metrics.ts'
import { edges, topicName } from '../../topology.ts'
import { publishStarter } from '../../operations/publish-starter.ts'
import type { Trained } from '../../operations/train.ts'
import { openTrainings, type OpenTrainings } from '../../operations/trainings.ts'
import { openAccounts, type AccountsPart } from './accounts.ts'
import { probeBlobs } from './dependencies.ts'
import { allProblems, type ServiceContext, type Part } from './service.ts'
import { adoptFolder, followTrainingRecords } from './training-records.ts'
import { trainInChild } from './train-process.ts'
import { startBeat } from './trainer-beat.ts'
import { followNews, followVersions, type News } from './training-news.ts'

const lookEveryMs = 5_000
const afterFailureMs = 600_000

export async function startTrainer(context: ServiceContext): Promise<Part> {
  const { config, home, log } = context
  if (config.token === null && !/^(127\.|localhost$|::1$)/.test(config.host))
    throw new ErrataError(
      'CONFIG_INVALID',
      'ERRATA_TOKEN is needed where ERRATA_HOST is not loopback',
    )
  const models = followVersions(context)
  await Promise.race([models.ready, models.failed])
  await publishStarters(context, models.catalogue())
  const records = followTrainingRecords(context)
  await Promise.race([records.ready, records.failed])
  await adoptFolder(join(home, 'trainings'), records)
  const news = followNews(context, models)
  let patience = 0 // ms since 1970: after a failure the count starts no training before
  const trainings = openTrainings({
    records,
    now: () => Date.now(),
    log,
    run: async (profile, stop, onProgress) => {
      const taken = news.of(profile)
      const trained = await underSpan(profile, () =>
        trainInChild(home, profile, stop, onProgress),
      ).catch((error: unknown) => {
        patience = Date.now() + afterFailureMs
        throw error
      })
      news.drop(taken)
      return trained
    },
  })
  const unmeasured = measureTrainings(context, trainings, news)
  const turn = openLeadership({
    cluster: context.connection.cluster,
    group: leaderGroup('trainer', config.topicPrefix),
    topic: topicName(edges.trainer.leads, config.topicPrefix),
    begin: trainings.lead,
    end: trainings.rest,
    log,
  })
  const schedule = startSchedule(context, trainings, news, () =>
    turn.isLeader() ? patience : Infinity,
  )
  const beat = startBeat(context, turn.isLeader, schedule.next)
  const people = openAccounts(context, false)
  const app = await serveTrainings(context, people, { trainings, next: schedule.next })
  const mirror = startMirror(context, models.catalogue)
  const store = probeBlobs(context)
  for (const ready of [news.ready, people.ready]) ready.catch(() => {}) // `failed` says it

  return {
    problems: () => allProblems([models, records, turn, news, people, store]),
    notes: () => (turn.isWaiting() ? ['another trainer works; this one waits for its turn'] : []),
    failed: Promise.race([models, records, turn, news, people].map(({ failed }) => failed)),
    async stop() {
      unmeasured()
      schedule.stop()
      store.stop()
      await Promise.all([
        app.close(),
        beat.stop().then(() => turn.stop()),
        trainings.stop().then(() => records.stop()),
        mirror?.stop(),
        models.stop(),
        news.stop(),
        people.stop(),
      ])
    },
  }
}

function underSpan(profile: string, train: () => Promise<Trained>): Promise<Trained> {
  return spanned(
    {
      name: 'train',
      kind: SpanKind.INTERNAL,
      parent: null,
      attributes: { 'errata.profile': profile },
    },
    async (span) => {
      const trained = await train()
      const { outcome, key } = trained
      span?.setAttributes({
        'errata.training.outcome': outcome,
        ...(key === null ? {} : { 'errata.model': key }),
      })
      return trained
    },
  )
}

/** When trainings ended last, as the topic of trainings has it, and what waits for the next one. */
export function measureTrainings(
  { profiles }: { readonly profiles: Pick<ServiceContext['profiles'], 'now'> },
  trainings: Pick<OpenTrainings, 'list'>,
  news: Pick<News, 'of'>,
): () => void {
  const stops = [
    serviceMetrics.trainingEnded.from(() => {
      const ended = trainings.list().filter(({ profile }) => profiles.now().has(profile))
      return ended.reverse().flatMap(({ profile, state, outcome, endedAt }) => {
        if (endedAt === null) return []
        return [[{ profile, outcome: outcome ?? state }, endedAt / 1000] as const]
      })
    }),
    serviceMetrics.trainingNews.from(() =>
      [...profiles.now().keys()].map((profile) => [{ profile }, news.of(profile).length]),
    ),
  ]
  return () => stops.forEach((stop) => stop())
}

/** The models that ship with Errata, as first versions and after an update. */
async function publishStarters(context: ServiceContext, catalogue: ModelRegistry): Promise<void> {
  const { config, connection, blobs, profiles, log } = context
  for (const profile of profiles.now().keys()) {
    const bundle = starterBundle(profile)
    if (
      bundle !== null &&
      (await publishStarter(config, connection, blobs, catalogue, profile, bundle))
    )
      log.info({ profile }, 'starter model published')
  }
}

/** Asks for trainings by cron and by the count of what is new. */
function startSchedule(
  { config, profiles, log }: ServiceContext,
  trainings: OpenTrainings,
  news: News,
  notBefore: () => number,
): { readonly next: () => Next; readonly stop: () => void } {
  const due = (): readonly string[] =>
    notBefore() === Infinity
      ? []
      : news
          .profiles()
          .filter((profile) => profiles.now().has(profile) && !trainings.pending(profile))
  const want = (why: string, profile: string): void =>
    void trainings
      .ask(`${why} ${profile} ${new Date().toISOString()}`, profile)
      .catch((error: unknown) => log.error({ profile, error }, 'a training could not be begun'))
  const cron =
    config.trainCron === ''
      ? null
      : new Cron(config.trainCron, () => due().forEach((profile) => want('cron', profile)))
  const counter = setInterval(() => {
    if (config.trainCount === 0 || Date.now() < notBefore()) return
    due()
      .filter((profile) => news.of(profile).length >= config.trainCount)
      .forEach((profile) => want('count', profile))
  }, lookEveryMs)
  return {
    next: () => ({
      waiting: Object.fromEntries(
        [...profiles.now().keys()].map((profile) => [profile, news.of(profile).length]),
      ),
      wanted: config.trainCount,
      at: cron?.nextRun()?.getTime() ?? null,
    }),
    stop() {
      cron?.stop()
      clearInterval(counter)
    },
  }
}

async function serveTrainings(
  { config, profiles, log }: ServiceContext,
  { accounts, audit }: AccountsPart,
  { trainings, next }: { readonly trainings: OpenTrainings; readonly next: () => Next },
): Promise<FastifyInstance> {
  const access = openAccess({ config, accounts, audit })
  const app = Fastify({
    ...fastifyServer(),
    ...secureOptions(access, config),
    logger: false,
  })
  measureRequests(app)
  traceRequests(app)
  secure(app, access)
  await trainingsApi(app, {
    trainings,
    profiles: profiles.including,
    next,
    guard: access.guard,
  })
  await app
    .listen({ port: config.trainerPort, host: config.host })
    .catch(whereTaken(config, 'trainerPort'))
  log.info({ port: config.trainerPort }, 'trainer runs')
  return app
}
