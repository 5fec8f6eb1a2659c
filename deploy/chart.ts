/**
 * What the chart takes from the topology: every process, what its group reads, and which outside
 * systems it talks to. `npm run docs` writes it to deploy/chart/files/topology.json, and a test
 * fails where it is stale.
 */

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { services, stageNames, stages, type ServiceName, type StageName } from '../topology.ts'

type System =
  'kafka' | 'registry' | 'blobs' | 'redis' | 'clickhouse' | 'collector' | 'mlflow' | 'oidc'

const log: readonly System[] = ['kafka', 'registry', 'collector']
const withBlobs: readonly System[] = [...log, 'blobs']

/** Exhaustive by type: a new stage says here what it talks to. */
const systems: Readonly<Record<StageName | ServiceName, readonly System[]>> = {
  ocr: [...withBlobs, 'redis'],
  extract: withBlobs,
  shadow: withBlobs,
  judge: log,
  learn: log,
  teach: log,
  screen: log,
  settle: log,
  reread: log,
  watch: log,
  web: [...withBlobs, 'redis', 'clickhouse', 'oidc'],
  analytics: [...log, 'clickhouse'],
  trainer: [...withBlobs, 'mlflow'],
}

export function chartTopology(): object {
  const stage = (name: StageName): object => ({
    group: name,
    reads: stages[name].reads,
    optional: stages[name].optional,
    systems: systems[name],
  })
  const service = (name: ServiceName): object => ({ optional: false, systems: systems[name] })
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
