/**
 * What the chart takes from the topology: every process, what its group reads, and which outside
 * systems it talks to. `npm run docs` writes it to deploy/chart/files/topology.json, and a test
 * fails where it is stale.
 */

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import {
  services,
  stageNames,
  stages,
  type DemandingStage,
  type ServiceName,
  type StageName,
} from '../topology.ts'

type System =
  'kafka' | 'registry' | 'blobs' | 'redis' | 'clickhouse' | 'collector' | 'mlflow' | 'oidc'

const log: readonly System[] = ['kafka', 'registry', 'collector']
const withBlobs: readonly System[] = [...log, 'blobs']

/** Of stages that use more than the log, and of services. */
const systems: Readonly<Record<DemandingStage | ServiceName, readonly System[]>> = {
  ocr: [...withBlobs, 'redis'],
  extract: withBlobs,
  shadow: withBlobs,
  judge: log,
  settle: log,
  reread: log,
  watch: log,
  web: [...withBlobs, 'redis', 'clickhouse', 'oidc'],
  analytics: [...log, 'clickhouse'],
  trainer: [...withBlobs, 'mlflow'],
}

const systemsOf = (name: StageName | ServiceName): readonly System[] =>
  (systems as Partial<Record<string, readonly System[]>>)[name] ?? log

export function chartTopology(): object {
  const stage = (name: StageName): object => ({
    group: name,
    reads: stages[name].reads,
    optional: stages[name].optional,
    systems: systemsOf(name),
  })
  const service = (name: ServiceName): object => ({
    optional: false,
    systems: systemsOf(name),
  })
  return {
    ...Object.fromEntries(stageNames.map((name) => [name, stage(name)])),
    ...Object.fromEntries(
      (Object.keys(services) as ServiceName[]).map((name) => [name, service(name)]),
    ),
  }
}

export const chartTopologyText = (): string => `${JSON.stringify(chartTopology(), null, 2)}\n`

const path = fileURLToPath(new URL('chart/files/topology.json', import.meta.url))
if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(path, chartTopologyText())
