/**
 * The Helm chart: linted and rendered with value files as people would write them, every manifest
 * checked by the schemas of Kubernetes (kubernetes-validate), of KEDA and of Prometheus' operator,
 * and by the rules that a cluster with the profile `restricted` enforces; and what makes no sense is
 * refused with the value's name.
 */

import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseAllDocuments, stringify } from 'yaml'
import { goTool } from '../go-tool.ts'
import { venv } from '../python.ts'
import { foreignFaults, isForeign } from './foreign-kinds.ts'
import { run, type Bench } from './processes.ts'

const helm = { module: 'helm.sh/helm/v4/cmd/helm', version: 'v4.3.1' }
const validator = 'kubernetes-validate==1.37.0'
const versions = ['1.27', '1.31', '1.37']

const needed = {
  settings: {
    KAFKA_BROKERS: 'kafka-0:9092,kafka-1:9092',
    SCHEMA_REGISTRY_URL: 'https://registry.example',
  },
  token: { secret: 'errata' },
}
const withSettings = (settings: Readonly<Record<string, string>>): object => ({
  settings: { ...needed.settings, ...settings },
})
const scaled = { enabled: true, min: 1, max: 4, lag: 20 }

/** As people would write them; on top of what is needed. */
const good: Readonly<Record<string, object>> = {
  'the least': {},
  'a bucket': withSettings({ ERRATA_BLOBS: 's3://documents/errata', AWS_REGION: 'eu-central-1' }),
  'SASL over TLS': {
    ...withSettings({ KAFKA_SASL_MECHANISM: 'scram-sha-512', KAFKA_USERNAME: 'errata' }),
    secrets: [
      { setting: 'KAFKA_PASSWORD', secret: 'kafka', key: 'password' },
      { setting: 'KAFKA_CA_FILE', secret: 'kafka-ca', key: 'ca.crt' },
    ],
  },
  ClickHouse: {
    ...withSettings({
      CLICKHOUSE_URL: 'https://clickhouse:8443/errata',
      CLICKHOUSE_USER: 'errata',
    }),
    secrets: [{ setting: 'CLICKHOUSE_PASSWORD', secret: 'clickhouse', key: 'password' }],
  },
  Redis: { secrets: [{ setting: 'REDIS_URL', secret: 'redis', key: 'url' }] },
  'two of everything': {
    secrets: [{ setting: 'CLICKHOUSE_URL', secret: 'clickhouse', key: 'url' }],
    processes: Object.fromEntries(
      'ocr extract judge learn teach screen settle reread watch web analytics trainer'
        .split(' ')
        .map((name) => [name, { replicas: 2 }]),
    ),
  },
  autoscaling: { processes: { ocr: { autoscale: scaled }, extract: { autoscale: scaled } } },
  'autoscaling with credentials': {
    processes: { ocr: { autoscale: { ...scaled, authentication: 'kafka' } } },
  },
  'more partitions': {
    ...withSettings({ ERRATA_PARTITIONS: '24' }),
    processes: { ocr: { autoscale: { ...scaled, max: 24 } } },
  },
  'stages together': {
    processes: { stages: { run: 'judge learn teach screen settle reread watch'.split(' ') } },
  },
  'a shadow': { processes: { shadow: { replicas: 1 } } },
  ingress: { ingress: { enabled: true, host: 'errata.example', tlsSecret: 'errata-tls' } },
  'ingress by class': {
    ingress: {
      enabled: true,
      className: 'nginx',
      host: 'errata.example',
      annotations: { 'nginx.ingress.kubernetes.io/proxy-body-size': '32m' },
    },
  },
  'network policies': { networkPolicy: { enabled: true } },
  'network policies by address': {
    networkPolicy: {
      enabled: true,
      systems: { kafka: { ports: [9092], to: [{ ipBlock: { cidr: '10.0.0.0/8' } }] } },
    },
  },
  Prometheus: { podMonitor: { enabled: true, labels: { release: 'prometheus' } } },
  'a role': {
    serviceAccount: { annotations: { 'eks.amazonaws.com/role-arn': 'arn:aws:iam::1:role/x' } },
  },
  'own images': {
    image: { repository: 'registry.example/errata', tag: '1', pullSecrets: [{ name: 'pull' }] },
  },
  'no job': { topicsJob: { enabled: false } },
  'a job with arguments': { topicsJob: { arguments: ['--skip-configs'] } },
  'a node of its own': {
    nodeSelector: { pool: 'documents' },
    tolerations: [{ key: 'documents', operator: 'Exists' }],
    podAnnotations: { team: 'payable' },
  },
  'a store of its own': { store: { size: '200Gi', storageClass: 'fast' } },
}

/** What is refused, and what the message names. */
const bad: readonly (readonly [what: object, named: string])[] = [
  [{ settings: { KAFKA_BROKERS: null } }, 'settings.KAFKA_BROKERS'],
  [{ settings: { SCHEMA_REGISTRY_URL: '' } }, 'settings.SCHEMA_REGISTRY_URL'],
  [{ token: { secret: '' } }, 'token.secret'],
  [{ processes: { ocr: { autoscale: { ...scaled, max: 5 } } } }, 'processes.ocr.autoscale.max'],
  [{ processes: { learn: { replicas: 0 } } }, 'no pod runs learn'],
  [
    { processes: { one: { run: ['learn'] }, again: { run: ['learn'] } } },
    'learn runs in processes',
  ],
  [{ processes: { ocr: { run: ['orc'] } } }, 'errata run knows no orc'],
  [{ processes: { analytics: { replicas: 2 } } }, 'settings.CLICKHOUSE_URL'],
  [{ ingress: { enabled: true } }, 'ingress.host'],
]

export interface Manifest {
  readonly apiVersion: string
  readonly kind: string
  readonly metadata: { readonly name: string }
  readonly spec?: { readonly replicas?: number; readonly template?: { readonly spec: PodSpec } }
}

interface PodSpec {
  readonly enableServiceLinks: boolean
  readonly automountServiceAccountToken: boolean
  readonly securityContext: { readonly runAsNonRoot: boolean; readonly seccompProfile: object }
  readonly containers: readonly {
    readonly securityContext: object
    readonly resources: { readonly limits?: object; readonly requests?: object }
  }[]
}

/** What the profile `restricted` of Kubernetes and we ask of a pod and a manifest lacks. */
function policyFaults({ kind, metadata, spec }: Manifest): string[] {
  const pod = spec?.template?.spec
  if (pod === undefined) return []
  const isHeld = {
    'no service links': !pod.enableServiceLinks,
    'no token of the cluster': !pod.automountServiceAccountToken,
    'not as root': pod.securityContext.runAsNonRoot,
    'a seccomp profile': pod.securityContext.seccompProfile !== undefined,
    'a read-only root, no privileges': pod.containers.every(
      ({ securityContext }) =>
        JSON.stringify(securityContext) ===
        JSON.stringify({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        }),
    ),
    'requests and limits': pod.containers.every(
      ({ resources: { limits, requests } }) => limits !== undefined && requests !== undefined,
    ),
  }
  return Object.entries(isHeld).flatMap(([rule, held]) =>
    held ? [] : [`${kind} ${metadata.name}: ${rule}`],
  )
}

/** The chart's manifests with these values on top of what is needed. Throws what helm says. */
export async function render(
  folder: string,
  values: object,
  release = 'errata',
): Promise<{ readonly text: string; readonly manifests: readonly Manifest[] }> {
  const files = [needed, values].map((content, index) => {
    const file = join(folder, `values-${index}.yaml`)
    writeFileSync(file, stringify(content))
    return ['--values', file]
  })
  const words = ['deploy/chart', ...files.flat()]
  await run(goTool(helm), ['lint', '--strict', '--quiet', ...words])
  const text = await run(goTool(helm), ['template', release, ...words])
  const manifests = parseAllDocuments(text).map((document) => document.toJS() as Manifest)
  return { text, manifests: manifests.filter((manifest) => manifest !== null) }
}

export async function tryChart({
  home,
  say,
}: Bench): Promise<readonly (readonly [promise: string, seen: string])[]> {
  const folder = join(home, 'chart')
  mkdirSync(folder, { recursive: true })
  const python = await venv('kubernetes-validate', [validator])
  let [count, foreignCount] = [0, 0]
  for (const [name, values] of Object.entries(good)) {
    say(`chart: ${name}`)
    const { manifests } = await render(folder, values)
    const foreign = manifests.filter(isForeign)
    const faults = [...manifests.flatMap(policyFaults), ...foreign.flatMap(foreignFaults)]
    if (faults.length > 0) throw new Error(`${name}: ${faults.join('; ')}`)
    const own = manifests.filter((manifest) => !isForeign(manifest))
    const file = join(folder, 'manifests.yaml')
    writeFileSync(file, own.map((manifest) => stringify(manifest)).join('---\n'))
    for (const version of versions)
      await run(join(python, 'bin/kubernetes-validate'), ['--strict', '-k', version, file])
    count += manifests.length
    foreignCount += foreign.length
  }
  for (const [values, named] of bad) {
    const said = await render(folder, values).then(
      () => '',
      (error: unknown) => String(error),
    )
    if (!said.includes(named)) throw new Error(`not refused, or not by name: ${named}: ${said}`)
  }
  return [
    [
      'the chart renders what Kubernetes takes',
      `${Object.keys(good).length} value files, ${count} manifests, Kubernetes ${versions.join(', ')}`,
    ],
    [
      "what is KEDA's and Prometheus' is as their definitions say, no key unknown",
      `${foreignCount} manifests`,
    ],
    ['its pods are restricted, and have requests and limits', 'each of them'],
    ['values that make no sense are refused by name', `${bad.length} of ${bad.length}`],
  ]
}
