/**
 * What containers are deployed with: every process runs once and only settings that exist are set.
 * Whether the chart renders and its pods run is tried by `npm run test:integrations chart`.
 */

import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { readConfig, settings } from '../../config.ts'
import { kafkaVersion, registryVersion } from '../../deploy/stack/artifacts.ts'
import { chartTopologyText } from '../../deploy/chart.ts'
import { requiredStages, services, stageNames } from '../../topology.ts'

interface Service {
  readonly image: string
  readonly command?: readonly string[]
  readonly environment?: Readonly<Record<string, string | number | boolean>>
}

const compose = parse(readFileSync('deploy/compose.yaml', 'utf8'), { merge: true }) as {
  services: Readonly<Record<string, Service>>
}
const values = parse(readFileSync('deploy/chart/values.yaml', 'utf8')) as {
  settings: Readonly<Record<string, string>>
  processes: Readonly<Record<string, { run?: readonly string[] }>>
}
const needed = [...requiredStages, ...Object.keys(services)].sort()

describe('the compose file', () => {
  const ours = Object.values(compose.services).filter(({ command }) => command?.[0] === 'run')

  test('runs every stage and service once', () => {
    expect(ours.flatMap(({ command = [] }) => command.slice(1)).sort()).toEqual(needed)
  })

  test('sets what exists, to what is allowed', () => {
    const token = 'a token of sixteen and more'
    for (const { environment = {} } of ours) {
      const known = new Set<string>(Object.values(settings).map(({ env }) => env))
      expect(Object.keys(environment).filter((name) => !known.has(name))).toEqual([])
      const filled = Object.entries(environment).map(([name, value]) => [
        name,
        String(value)
          .replace(/\$\{[A-Z_]+:-([^}]*)\}/g, '$1')
          .replace(/\$\{[A-Z_]+:\?[^}]*\}/, token),
      ])
      expect(readConfig(Object.fromEntries(filled) as Record<string, string>)).toMatchObject({
        token,
        brokers: 'broker:9092',
      })
    }
  })

  test('runs the broker and the registry of the versions that are tested', () => {
    expect(compose.services['broker']?.image).toBe(`docker.io/apache/kafka:${kafkaVersion}`)
    expect(compose.services['registry']?.image).toMatch(new RegExp(`:${registryVersion}$`))
  })
})

describe('the chart', () => {
  test('takes its processes from the topology (npm run docs)', () => {
    expect(readFileSync('deploy/chart/files/topology.json', 'utf8')).toBe(chartTopologyText())
  })

  test('says something of processes that exist', () => {
    const all: readonly string[] = [...stageNames, ...Object.keys(services)]
    expect(Object.keys(values.processes).filter((name) => !all.includes(name))).toEqual([])
  })

  test('has the version of the package', () => {
    const { version } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string }
    const chart = parse(readFileSync('deploy/chart/Chart.yaml', 'utf8')) as {
      version: string
      appVersion: string
    }
    expect([chart.version, chart.appVersion]).toEqual([version, version])
  })

  test('its settings exist', () => {
    const filled = {
      ...values.settings,
      KAFKA_BROKERS: 'broker:9092',
      SCHEMA_REGISTRY_URL: 'http://registry:8081',
    }
    expect(() => readConfig(filled)).not.toThrow()
  })
})
