/**
 * Which processes make up an instance on one machine, and on which ports; these are kept in
 * ERRATA_HOME/ports.json, since an instance has the same ports at each start (see stack/ports.ts).
 * OCR stays apart because it is busy and may be killed by a document. Extraction is busy while
 * documents come in, so what a person says goes past it: judge, learn and teach are with the pages,
 * and a correction is in use within a second whatever waits to be read. Others, and every stage that
 * isn't named here, share what is left, since a process more costs memory and a quarter more CPU.
 */

import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { settings, type Config } from '../../config.ts'
import { ErrataError } from '../../errors.ts'
import { requiredStages, type StageName } from '../../topology.ts'
import { hostFor, type Urls } from './instance.ts'
import { choosePort, type KeptPort } from '../stack/ports.ts'
import type { Stack } from '../stack/stack.ts'
import type { ChildPlan } from './supervise.ts'
import { writeWhole } from '../../connectors/files/atomic-file.ts'

export interface ProcessPlan extends ChildPlan {
  readonly stages: readonly string[]
  readonly metrics: string
}

const apart: readonly StageName[] = ['ocr', 'judge', 'learn', 'teach']
const together = requiredStages.filter((name) => !apart.includes(name))

const processes: readonly { readonly name: string; readonly stages: readonly string[] }[] = [
  { name: 'ocr', stages: ['ocr'] },
  { name: 'stages', stages: [...together, 'watch'] },
  { name: 'web', stages: ['web', 'judge', 'learn', 'teach'] },
  { name: 'analytics', stages: ['analytics'] },
  { name: 'trainer', stages: ['trainer'] },
]

type PortSetting = 'httpPort' | 'clickhousePort' | 'trainerPort' | 'metricsPort'

/**
 * Plans with the ports of this home; `say` hears of each port that differs from the setting.
 * PORT_TAKEN.
 */
export async function planProcesses(
  config: Config,
  home: string,
  stack: Pick<Stack, 'registryUrl' | 'environment'>,
  say: (line: string) => void,
): Promise<{ plans: readonly ProcessPlan[]; urls: Urls }> {
  const kept = readPorts(home)
  const ports: Record<string, KeptPort> = {}
  const taken = new Set<number>()
  const claim = async (
    name: string,
    what: string,
    setting: PortSetting,
    wanted: number = config[setting],
  ): Promise<number> => {
    const wish = {
      what,
      variable: settings[setting].env,
      wanted,
      isConfigured: config.configured.has(setting),
      before: kept[name] ?? null,
    }
    const port = await choosePort(wish, taken, config.host)
    taken.add(port)
    ports[name] = { wanted, port }
    if (port !== wanted && setting !== 'metricsPort')
      say(`${what} listens on ${port}, since ${wanted} was taken at the first start`)
    return port
  }
  const httpPort = await claim('web', 'the review page', 'httpPort')
  const clickhousePort =
    config.clickhouseUrl === null
      ? await claim('clickhouse', 'ClickHouse', 'clickhousePort')
      : config.clickhousePort
  const trainerPort = await claim('trainer', 'the trainer', 'trainerPort')
  const local = hostFor(config.host)
  const shared = {
    ...stack.environment,
    ERRATA_HTTP_PORT: String(httpPort),
    ERRATA_CLICKHOUSE_PORT: String(clickhousePort),
    ERRATA_TRAINER_PORT: String(trainerPort),
  }
  const plans: ProcessPlan[] = []
  for (const [index, { name, stages }] of processes.entries()) {
    const port = await claim(
      `metrics ${name}`,
      `the metrics of ${name}`,
      'metricsPort',
      config.metricsPort + index,
    )
    const metrics = `http://${local}:${port}`
    plans.push({
      name,
      stages,
      metrics,
      command: ['run', ...stages],
      environment: { ...shared, ERRATA_METRICS_PORT: String(port) },
      readyUrl: `${metrics}/ready`,
    })
  }
  if (JSON.stringify(ports) !== JSON.stringify(kept))
    writeWhole(portsIn(home), `${JSON.stringify(ports, null, 2)}\n`)
  const web = `http://${local}:${httpPort}`
  const clickhouse =
    config.clickhouseUrl === null
      ? `http://${local}:${clickhousePort}`
      : new URL(config.clickhouseUrl).origin
  return {
    plans,
    urls: {
      review: `${web}/`,
      dashboard: `${web}/dashboard`,
      intake: `${web}/documents`,
      registry: stack.registryUrl,
      clickhouse,
      metrics: `${plans[0]?.metrics ?? ''}/metrics`,
    },
  }
}

const portsIn = (home: string): string => join(home, 'ports.json')

function readPorts(home: string): Readonly<Record<string, KeptPort>> {
  const path = portsIn(home)
  if (!existsSync(path)) return {}
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Record<string, KeptPort>
  } catch (cause) {
    throw new ErrataError(
      'CONFIG_INVALID',
      `${path} cannot be read; without it the ports are chosen anew`,
      {},
      cause,
    )
  }
}
