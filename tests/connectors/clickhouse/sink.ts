/**
 * The sink as a process of its own, to be killed: `node --import tsx/esm sink.ts OPTIONS`, OPTIONS
 * a JSON object with brokers, registryUrl, prefix, clickhouseUrl, cluster, and optionally kill: { point,
 * after } to send itself SIGKILL at the after-th such point.
 */

import { readConfig } from '../../../config.ts'
import { startAnalytics } from '../../../connectors/clickhouse/sink.ts'
import { openCluster } from '../../../connectors/kafka/kafka.ts'
import { openRegistry } from '../../../connectors/registry/registry.ts'
import { allTopics } from '../../../runtime/existing-topics.ts'

interface Options {
  readonly brokers: string
  readonly registryUrl: string
  readonly prefix: string
  readonly clickhouseUrl: string
  readonly cluster: string | null
  readonly kill?: { readonly point: string; readonly after: number }
}

const options = JSON.parse(process.argv[2] ?? '{}') as Options
const say = (facts: object, message: string): void =>
  void process.stderr.write(`${message} ${JSON.stringify(facts)}\n`)
const log = { debug() {}, info: say, warn: say, error: say }
const config = {
  ...readConfig({}),
  topicPrefix: options.prefix,
  sessionTimeoutMs: 6000,
  clickhouseCluster: options.cluster,
}
const cluster = openCluster(config, options.brokers.split(','), log)
const registry = await openRegistry(config, options.registryUrl, allTopics(options.prefix))
let passed = 0
const { kill } = options
const analytics = startAnalytics({
  cluster,
  registry,
  config,
  clickhouseUrl: options.clickhouseUrl,
  log,
  lingerMs: 50,
  at: async (point) => {
    if (kill === undefined || point !== kill.point || ++passed < kill.after) return
    if (point === 'inserting')
      // somewhere within the insert
      setTimeout(() => process.kill(process.pid, 'SIGKILL'), Math.random() * 20)
    else process.kill(process.pid, 'SIGKILL')
    if (point !== 'inserting') await new Promise(() => {})
  },
})
analytics.failed.catch((error: Error) => {
  process.stderr.write(`failed: ${error.message}\n`)
  process.exit(1)
})
process.once(
  'SIGTERM',
  () =>
    void analytics
      .stop()
      .then(() => cluster.close())
      .then(() => process.exit(0)),
)
