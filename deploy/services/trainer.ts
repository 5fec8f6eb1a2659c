/**
 * The trainer: by cron, by the count of what is new (verdicts, and documents taken back that the
 * champion was trained on), and when somebody asks by HTTP (POST /trainings, for schedulers), one
 * training at a time. Each runs in a process of its own (`errata train`), since it keeps a core
 * busy for a minute and nothing else may wait for that; killed anywhere it can be run again. At the
 * first start it publishes the models that ship with Errata.
 */

import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Cron } from 'croner'
import Fastify from 'fastify'
import { fastifyServer } from '../../connectors/http/server.ts'
import { openAccess, secure, secureOptions } from '../../connectors/http/review/review.ts'
import { trainingsApi, type Next, type Training } from '../../connectors/http/trainings.ts'
import { ErrataError } from '../../errors.ts'
import {
  championOf,
  emptyCatalogue,
  withModel,
  type Catalogue,
} from '../../processors/model/model-registry.ts'
import { provenanceOf } from '../../processors/model/published-model.ts'
import { follow } from '../../runtime/follow.ts'
import { topicName } from '../../topology.ts'
import { starterBundle } from '../../trainer/starter-bundle.ts'
import { trainerTokenOf } from '../../operations/connect.ts'
import { startMirror } from './mirror-mlflow.ts'
import { whereTaken } from '../stack/ports.ts'
import { publishStarter, type Trained } from '../../operations/train.ts'
import { openTrainings } from '../../operations/trainings.ts'
import { openAccounts } from './accounts.ts'
import type { Context, Part } from './service.ts'

interface Mark {
  readonly profile: string
  readonly partition: number
  readonly offset: bigint
}

const lookEveryMs = 5_000
const afterFailureMs = 600_000
const longestOutcome = 1_000_000 // characters

export async function startTrainer(context: Context): Promise<Part> {
  const { config, home, connection, blobs, profiles, log } = context
  if (config.token === null && !/^(127\.|localhost$|::1$)/.test(config.host))
    throw new ErrataError(
      'CONFIG_INVALID',
      'ERRATA_TOKEN is needed where ERRATA_HOST is not loopback',
    )
  let catalogue: Catalogue = emptyCatalogue
  // by profile and partition: of what versions, whatever became of them, say to have had in their
  // snapshot
  const ends = new Map<string, Set<bigint>>()
  let marks: Mark[] = [] // verdicts and tombstones that no published version has seen, as far as `news` was asked
  // by profile: documents that the champion was trained on
  const taught = new Map<string, ReadonlySet<string>>()
  let patience = 0 // ms since 1970: after a failure the count starts no training before
  const models = follow({
    ...connection,
    topic: 'models',
    name: topicName('models', config.topicPrefix),
    log,
    apply: (key, model, at) => {
      catalogue = withModel(catalogue, key, model, at.offset)
      const champion = model === null ? null : championOf(catalogue, model.name)
      if (champion !== null) taught.set(champion.name, new Set(provenanceOf(champion).trainedOn))
      const { offsets = {} } = model === null ? {} : provenanceOf(model)
      for (const [partition, end] of Object.entries(offsets)) {
        const place = `${model?.name} ${partition}`
        ends.set(place, (ends.get(place) ?? new Set()).add(BigInt(end)))
      }
    },
  })
  await Promise.race([models.ready, models.failed])
  for (const profile of profiles.keys()) {
    const bundle = starterBundle(profile)
    if (
      bundle !== null &&
      (await publishStarter(config, connection, blobs, catalogue, profile, bundle))
    )
      log.info({ profile }, 'starter model published')
  }
  const training = follow({
    ...connection,
    topic: 'training',
    name: topicName('training', config.topicPrefix),
    log,
    apply: (documentId, verdict, { partition, offset }) => {
      const about =
        verdict === null
          ? [...taught]
              .filter(([, documents]) => documents.has(documentId))
              .map(([profile]) => profile)
          : [verdict.profile]
      marks.push(...about.map((profile) => ({ profile, partition, offset })))
    },
  })
  /**
   * A snapshot that ends behind the log's end can't have been taken: nobody may keep the trainer
   * from what is new by saying so.
   */
  const news = (): readonly Mark[] => {
    const seen = new Map(
      [...ends].map(([place, all]) => {
        const log = training.position().get(Number(place.slice(place.lastIndexOf(' ') + 1))) ?? 0n
        return [
          place,
          [...all].reduce((most, end) => (end <= log && end > most ? end : most), 0n),
        ] as const
      }),
    )
    return (marks = marks.filter(
      ({ profile, partition, offset }) => offset >= (seen.get(`${profile} ${partition}`) ?? 0n),
    ))
  }

  const trainings = openTrainings({
    folder: join(home, 'trainings'),
    now: () => Date.now(),
    log,
    run: async (profile, stop, onProgress) => {
      const taken = news().filter((mark) => mark.profile === profile)
      const trained = await trainInChild(home, profile, stop, onProgress).catch(
        (error: unknown) => {
          patience = Date.now() + afterFailureMs
          throw error
        },
      )
      marks = marks.filter((mark) => !taken.includes(mark))
      return trained
    },
  })
  const due = (): readonly string[] =>
    [...new Set(news().map((mark) => mark.profile))].filter(
      (profile) => profiles.has(profile) && !trainings.pending(profile),
    )
  const want = (why: string, profile: string): void =>
    void trainings.ask(`${why} ${profile} ${new Date().toISOString()}`, profile)
  const cron =
    config.trainCron === ''
      ? null
      : new Cron(config.trainCron, () => due().forEach((profile) => want('cron', profile)))
  const counter = setInterval(() => {
    if (config.trainCount === 0 || Date.now() < patience) return
    due()
      .filter(
        (profile) => marks.filter((mark) => mark.profile === profile).length >= config.trainCount,
      )
      .forEach((profile) => want('count', profile))
  }, lookEveryMs)
  const next = (): Next => ({
    waiting: Object.fromEntries(
      [...profiles.keys()].map((profile) => [
        profile,
        news().filter((mark) => mark.profile === profile).length,
      ]),
    ),
    wanted: config.trainCount,
    at: cron?.nextRun()?.getTime() ?? null,
  })
  const people = openAccounts(context, false)
  const { accounts, audit } = people
  const access = openAccess({ config, accounts, audit, ownToken: trainerTokenOf(home) })
  const app = Fastify({
    ...fastifyServer(),
    ...secureOptions(access, config),
    logger: false,
    routerOptions: { maxParamLength: 800 }, // keys of up to 200 characters, encoded
  })
  secure(app, access)
  await trainingsApi(app, {
    trainings,
    profiles: new Set(profiles.keys()),
    next,
    guard: access.guard,
  })
  await app
    .listen({ port: config.trainerPort, host: config.host })
    .catch(whereTaken(config, 'trainerPort'))
  log.info({ port: config.trainerPort }, 'trainer runs')
  const mirror = startMirror(context, () => catalogue)
  let ready = false
  void Promise.all([training.ready, people.ready]).then(
    () => (ready = true),
    () => {},
  )

  return {
    ready: () => ready,
    failed: Promise.race([models.failed, training.failed, people.failed]),
    async stop() {
      cron?.stop()
      clearInterval(counter)
      await Promise.all([
        app.close(),
        trainings.stop(),
        mirror?.stop(),
        models.stop(),
        training.stop(),
        people.stop(),
      ])
    },
  }
}

/**
 * A training in a process of its own; its last line on stdout is the outcome, its messages say how
 * far it is.
 */
function trainInChild(
  home: string,
  profile: string,
  stop: AbortSignal,
  onProgress: (progress: Training['progress']) => void,
): Promise<Trained> {
  const child = spawn(
    process.execPath,
    [
      '--import',
      'tsx/esm',
      fileURLToPath(new URL('../../cli/supervised.ts', import.meta.url)),
      home,
      'train',
      '--profile',
      profile,
    ],
    { stdio: ['pipe', 'pipe', 'inherit', 'ipc'] },
  )
  let said = ''
  child.on('message', (message: unknown) => {
    if (isProgress(message)) onProgress(message) // the loader speaks there too
  })
  child.stdout
    ?.setEncoding('utf8')
    .on('data', (text: string) => (said = (said + text).slice(-longestOutcome)))
  stop.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      const last = said.trim().split('\n').at(-1) ?? ''
      if (code === 0 && last.startsWith('{')) resolve(JSON.parse(last) as Trained)
      else reject(new Error(`the training ended with ${signal ?? `exit code ${code}`}`))
    })
  })
}

function isProgress(message: unknown): message is NonNullable<Training['progress']> {
  return (
    typeof message === 'object' &&
    message !== null &&
    'step' in message &&
    'done' in message &&
    'of' in message
  )
}
