/**
 * Which processes make up an instance on one machine, and on which ports. OCR stays apart because it is busy and may be
 * killed by a document. Extraction is busy while documents come in, so what a person says goes past it: learn and teach
 * are with the pages, and a correction is in use within a second whatever waits to be read. Others share what is left,
 * since a process more costs memory and a quarter more CPU.
 */

import type { Config } from '../config.ts'
import type { ChildPlan } from './supervise.ts'
import { freePort } from './stack/ports.ts'
import type { Urls } from './instance.ts'

export interface ProcessPlan extends ChildPlan {
  readonly stages: readonly string[]
  readonly metrics: string
}

const processes: readonly { readonly name: string; readonly stages: readonly string[] }[] = [
  { name: 'ocr', stages: ['ocr'] },
  { name: 'stages', stages: ['extract', 'watch'] },
  { name: 'web', stages: ['web', 'learn', 'teach'] },
  { name: 'analytics', stages: ['analytics'] },
  { name: 'trainer', stages: ['trainer'] },
]

/** Plans with free ports; `say` hears of each port that differs from the setting. */
export async function planProcesses(config: Config, addresses: { brokers: string; registryUrl: string }, say: (line: string) => void): Promise<{ plans: readonly ProcessPlan[]; urls: Urls }> {
  const taken = new Set<number>()
  const claim = async (what: string, wanted: number, quiet = false): Promise<number> => {
    const port = await freePort(wanted, taken)
    taken.add(port)
    if (port !== wanted && !quiet) say(`port ${wanted} is taken: ${what} listens on ${port}`)
    return port
  }
  const httpPort = await claim('the review page', config.httpPort)
  const clickhousePort = config.clickhouseUrl === null ? await claim('ClickHouse', config.clickhousePort) : config.clickhousePort
  const trainerPort = await claim('the trainer', config.trainerPort)
  const local = hostFor(config.host)
  const shared = {
    KAFKA_BROKERS: addresses.brokers,
    SCHEMA_REGISTRY_URL: addresses.registryUrl,
    ERRATA_HTTP_PORT: String(httpPort),
    ERRATA_CLICKHOUSE_PORT: String(clickhousePort),
    ERRATA_TRAINER_PORT: String(trainerPort),
  }
  const plans: ProcessPlan[] = []
  for (const { name, stages } of processes) {
    const port = await claim('metrics', config.metricsPort, true)
    const metrics = `http://${local}:${port}`
    plans.push({ name, stages, metrics, command: ['run', ...stages], environment: { ...shared, ERRATA_METRICS_PORT: String(port) }, readyUrl: `${metrics}/ready` })
  }
  const web = `http://${local}:${httpPort}`
  const clickhouse = config.clickhouseUrl === null ? `http://${local}:${clickhousePort}` : new URL(config.clickhouseUrl).origin
  return { plans, urls: { review: `${web}/`, dashboard: `${web}/dashboard`, intake: `${web}/documents`, registry: addresses.registryUrl, clickhouse, metrics: `${plans[0]?.metrics ?? ''}/metrics` } }
}

/** An address of this machine at which a server bound to `host` answers. */
export function hostFor(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1'
  return host.includes(':') ? `[${host}]` : host
}
