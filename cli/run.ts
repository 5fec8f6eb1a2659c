/**
 * `errata run NAME…`: stages and edges in this process, with /metrics, /live and /ready beside
 * them. In production each runs in a container of its own; locally `errata up` starts a few of
 * these processes.
 *
 * The process exits with 0 after SIGTERM or SIGINT, and with 1 when one of its services fails for
 * good: the supervisor restarts it, and it resumes from the committed offsets.
 */

import { once } from 'node:events'
import type { Config } from '../config.ts'
import { isTraced } from '../config/tracing.ts'
import { blobsOf } from '../connectors/blobs/configured.ts'
import type { Log } from '../connectors/kafka/kafka.ts'
import { codeOf, ErrataError } from '../errors.ts'
import type { Tracing } from '../connectors/otlp/otlp.ts'
import { softwareVersion } from '../runtime/headers.ts'
import { serveHealth } from '../runtime/metrics.ts'
import { awaitTopics } from '../operations/await-topics.ts'
import { connect } from '../operations/connect.ts'
import { profileFolderOf } from '../operations/profiles.ts'
import { openLog } from '../deploy/instance/log.ts'
import { openPrivateHome } from '../deploy/stack/private-home.ts'
import { probeBroker, probeRegistry } from '../deploy/services/dependencies.ts'
import { followProfiles } from '../deploy/services/follow-profiles.ts'
import type { Probe } from '../deploy/services/probe.ts'
import { allProblems, type ServiceContext, type Part } from '../deploy/services/service.ts'
import { whereTaken } from '../deploy/stack/ports.ts'
import { homeOf } from '../deploy/stack/home.ts'
import { stageNames, type ServiceName, type StageName } from '../topology.ts'

type Start = (context: ServiceContext) => Promise<Part>

/** What runs beside the stages; the web server has both edges that people and producers meet. */
const services: Readonly<Record<ServiceName, Start>> = {
  watch: async (context) => (await import('../deploy/services/watch.ts')).startWatch(context),
  web: async (context) => (await import('../deploy/services/web.ts')).startWeb(context),
  analytics: async (context) =>
    (await import('../deploy/services/analytics.ts')).startAnalyticsPart(context),
  trainer: async (context) => (await import('../deploy/services/trainer.ts')).startTrainer(context),
}

const startOf = (name: StageName): Start => {
  return async (context) => (await import('../deploy/services/stages.ts')).startStage(context, name)
}
const starters: ReadonlyMap<string, Start> = new Map([
  ...stageNames.map((name) => [name, startOf(name)] as const),
  ...Object.entries(services),
])

// Of a process that goes on: each fetch that comes back empty costs it, and the broker, as much as a
// small document, and one between two documents delays the second.
const fetchWaitMs = 2_000
const graceMs = 12_000 // for all services together to stop

export async function run(config: Config, names: readonly string[]): Promise<number> {
  const unknown = names.find((name) => !starters.has(name))
  if (unknown !== undefined) {
    process.stderr.write(`errata run: ${unknown} is none of ${[...starters.keys()].join(', ')}\n`)
    return 2
  }
  const log = openLog(config, names.join('+'))
  const tracing = await traceProcess(config, names, log)
  const stopped = Promise.race([once(process, 'SIGTERM'), once(process, 'SIGINT')])
  const parts: Part[] = []
  const probes: Probe[] = []
  let up = false
  const health = await serveHealth(config.metricsPort, config.host, {
    problems: () => [
      ...(up ? [] : [{ code: 'STARTING' as const, why: `${names.join(', ')} is being started` }]),
      ...allProblems([...probes, ...parts]),
    ],
    notes: () => parts.flatMap((part) => part.notes?.() ?? []),
    log,
    door: config,
    orNext: !config.configured.has('metricsPort'),
  }).catch(whereTaken(config, 'metricsPort'))
  try {
    const home = homeOf(config)
    openPrivateHome(home, (line) => log.warn({}, line))
    const blobs = blobsOf(config)
    const connection = await connect(config, log, { fetchWaitMs })
    probes.push(probeBroker(connection), probeRegistry(connection))
    const { cluster } = connection
    const waiting = awaitTopics({ cluster, prefix: config.topicPrefix, parts: names })
    waiting.catch(() => {}) // looked at below, unless we are stopped before
    if ((await Promise.race([stopped, waiting])) !== undefined) {
      await connection.close()
      return 0
    }
    const profiles = followProfiles({ config, connection, log }, profileFolderOf(config))
    parts.push(profiles) // first, so that it stops with the others and its failure ends them all
    await Promise.race([profiles.ready, profiles.failed, stopped])
    for (const line of profiles.notes()) log.warn({}, line)
    const context: ServiceContext = { config, home, connection, log, blobs, profiles }
    for (const start of names.flatMap((name) => starters.get(name) ?? [])) {
      const part = await start(context)
      // looked at below; a rejection before that must not end the process by itself
      part.failed.catch(() => {})
      parts.push(part)
    }
    up = true
    const outcome = await Promise.race([
      stopped.then(() => null),
      ...parts.map((part) => part.failed.catch((error: unknown) => ({ error }))),
    ])
    if (outcome !== null) throw (outcome as { error: unknown }).error
    log.info({ parts: names }, 'stopping')
    await within(Promise.all(parts.map((part) => part.stop())), graceMs)
    await connection.close()
    return 0
  } catch (error) {
    log.error({ error, code: codeOf(error) }, 'ending')
    await within(Promise.allSettled(parts.map((part) => part.stop())), graceMs).catch(() => {})
    if (error instanceof ErrataError && error.code === 'CONFIG_INVALID')
      process.stderr.write(`errata: ${error.message}\n`)
    return 1
  } finally {
    for (const probe of probes) probe.stop()
    await tracing?.stop()
    await health.close()
    // Child processes and sockets of libraries may linger; what had to be finished is finished.
    setTimeout(() => process.exit(), 2_000).unref()
  }
}

/** Null where no collector is named: then nothing of OpenTelemetry's SDK is loaded. */
async function traceProcess(
  config: Config,
  names: readonly string[],
  log: Log,
): Promise<Tracing | null> {
  if (!isTraced(config)) return null
  const { openTracing } = await import('../connectors/otlp/otlp.ts')
  return openTracing(config, {
    serviceName: `errata-${names.join('+')}`,
    version: softwareVersion,
    log,
  })
}

async function within(work: Promise<unknown>, ms: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  await Promise.race([work, new Promise((resolve) => (timer = setTimeout(resolve, ms)))])
  clearTimeout(timer)
}
