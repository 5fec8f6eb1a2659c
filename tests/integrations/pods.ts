/**
 * The chart's pods at work: the images are built, the manifests rendered, and `podman kube play`
 * runs them without a disk that two of them share, against a broker, a registry and a bucket outside.
 * Documents go through while containers are killed.
 *
 * Needs podman and root. What podman 4 does differently from Kubernetes is taken out of the
 * manifests in `forPodman`; readiness is asked for instead of probed.
 */

import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { connect as dial, createServer, type AddressInfo } from 'node:net'
import { join } from 'node:path'
import { stringify } from 'yaml'
import { readConfig, type Config } from '../../config.ts'
import { connect } from '../../operations/connect.ts'
import { readDocumentStatus } from '../../operations/document-status.ts'
import { openCluster } from '../../connectors/kafka/kafka.ts'
import { softwareVersion } from '../../runtime/headers.ts'
import { sample } from '../../trainer/samples/generate.ts'
import { startOneBroker } from '../real/one-broker.ts'
import { buildVersity, startVersity, testKeys } from '../s3.ts'
import { quiet } from '../toys.ts'
import { render, type Manifest } from './chart.ts'
import { run, Skipped, until, type Bench } from './processes.ts'

type Seen = readonly (readonly [promise: string, seen: string])[]

const images = {
  stages: `localhost/errata:${softwareVersion}`,
  analytics: `localhost/errata-analytics:${softwareVersion}`,
}
const bases = { BUILD: 'localhost/errata-build', RUNTIME: 'localhost/errata-runtime' }
const documents = 12 // before the kills, and again meanwhile
const killed = ['errata-ocr', 'errata-extract', 'errata-stages']
const metricsPort = 9464

const podman = (...words: readonly string[]): Promise<string> => run('podman', words)

export async function tryPods(bench: Bench): Promise<Seen> {
  if (process.getuid?.() !== 0 || spawnSync('podman', ['info']).status !== 0)
    throw new Skipped('podman as root is not to be had, so no pod runs')
  await buildImages(bench.say)
  const stops: (() => Promise<unknown>)[] = []
  try {
    return await withPods(bench, (stop) => void stops.push(stop))
  } finally {
    for (const stop of stops.reverse()) await stop().catch(() => {})
  }
}

/** From the official bases where they can be pulled, else from packages. */
async function buildImages(say: (line: string) => void): Promise<void> {
  const local = spawnSync('podman', ['pull', '--quiet', 'docker.io/library/node:24-trixie-slim'])
  if (local.status !== 0 && spawnSync('podman', ['image', 'exists', bases.BUILD]).status !== 0)
    await run('deploy/containers/local-bases.sh', [])
  const given =
    local.status === 0
      ? []
      : Object.entries(bases).flatMap(([name, image]) => ['--build-arg', `${name}=${image}`])
  for (const [target, tag] of Object.entries(images)) {
    say(`pods: building ${tag}`)
    const file = ['--file', 'deploy/containers/Containerfile', '--format', 'docker']
    const how = ['--layers', '--network', 'host', ...given, '--target', target, '--tag', tag, '.']
    await podman('build', ...file, ...how)
  }
}

async function withPods(
  { home, config: base, say, port }: Bench,
  onStop: (stop: () => Promise<unknown>) => void,
): Promise<Seen> {
  const gateway = await openBridge(onStop)
  const broker = `${gateway}:${await port(39_092)}`
  const controllerPort = await port(39_093)
  const config: Config = {
    ...readConfig({}),
    home: join(home, 'pods'),
    brokers: broker,
    kafkaInsecure: true,
    kafkaTls: false,
    registryUrl: String(base.registryUrl),
    topicPrefix: 'pods.',
  }
  mkdirSync(config.home)
  const cluster = openCluster(config, [broker])
  onStop(() => cluster.close())
  const brokerHome = join(config.home, 'broker')
  mkdirSync(brokerHome)
  onStop(
    await startOneBroker({
      home: brokerHome,
      settings: {
        listeners: `PLAINTEXT://${broker},CONTROLLER://127.0.0.1:${controllerPort}`,
        'listener.security.protocol.map': 'PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT',
        'controller.quorum.voters': `1@127.0.0.1:${controllerPort}`,
      },
      isReady: () =>
        cluster
          .ask((admin) => admin.describeCluster())
          .then(
            () => true,
            () => false,
          ),
    }),
  )
  buildVersity()
  const bucket = await startVersity()
  onStop(bucket.stop)
  await bucket.makeBucket('documents')
  const { text, manifests } = await render(home, {
    image: { repository: 'localhost/errata', pullPolicy: 'Never' },
    analyticsImage: { repository: 'localhost/errata-analytics' },
    settings: {
      KAFKA_BROKERS: broker,
      KAFKA_TLS: 'false',
      ERRATA_KAFKA_INSECURE: 'true',
      SCHEMA_REGISTRY_URL: await shownTo(gateway, String(base.registryUrl), onStop),
      ERRATA_TOPIC_PREFIX: config.topicPrefix,
      ERRATA_BLOBS: 's3://documents/errata',
      AWS_ENDPOINT_URL_S3: await shownTo(gateway, bucket.endpoint, onStop),
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: testKeys.accessKeyId,
      AWS_SECRET_ACCESS_KEY: testKeys.secretAccessKey, // podman 4 mounts secrets in base64
    },
    processes: grouped,
  })
  writeFileSync(join(home, 'pods.txt'), text)
  const volumes = manifests.filter(({ kind }) => kind === 'PersistentVolumeClaim')
  const pods = manifests.filter(({ kind, spec }) => kind === 'Deployment' && spec?.replicas !== 0)
  const names = namesOf(pods)
  onStop(() => podman('volume', 'rm', '--force', ...namesOf(volumes), secretName))
  onStop(() => podman('secret', 'rm', secretName))
  onStop(() => podman('pod', 'rm', '--force', '--ignore', 'topics', ...names.map(podNameOf)))
  await play(home, 'secret', [secretOf(secretName, 'token', 'a token of the tests, of sixteen')])

  const job = manifests.find(({ kind }) => kind === 'Job')
  await play(home, 'topics', [podOf('topics', job as Manifest)])
  const code = await podman('wait', 'topics-topics')
  if (code.trim() !== '0') throw new Error(await podman('logs', 'topics-topics'))
  say('pods: topics are made')

  await play(home, 'pods', [...volumes, ...pods.map((pod) => forPodman(pod))])
  for (const name of names) await untilReady(name)
  say('pods: all are ready')

  const web = `http://${await addressOf('errata-web')}:8080`
  const token = (await podman('exec', containerOf('errata-web'), 'node', '-p', readToken)).trim()
  const send = async (from: number): Promise<void> => {
    for (let index = from; index < from + documents; index++) await upload(web, token, index)
  }
  const connection = await connect(config, quiet)
  onStop(() => connection.close())
  const done = (count: number): Promise<string> =>
    until(async () => {
      const { accepted, review, dead, inFlight } = await readDocumentStatus(config, connection)
      if (accepted + review + dead > count) throw new Error('documents were doubled')
      return inFlight === 0 && accepted + review + dead === count
        ? `${accepted} accepted, ${review} to review, ${dead} dead letters`
        : null
    }, `${count} documents`)
  await send(0)
  const first = await done(documents)
  const sending = send(documents)
  for (const name of killed) await podman('kill', '--signal', 'KILL', containerOf(name))
  for (const name of killed) await podman('start', containerOf(name)).catch(() => '')
  await sending
  const second = await done(2 * documents)
  for (const name of names) await untilReady(name)
  const page = await fetch(`${web}/review`, { headers: { authorization: `Bearer ${token}` } })
  if (page.status !== 200) throw new Error(`the pages answer ${page.status}`)
  return [
    ['the topics job and every pod of the chart run, read-only and not as root', names.join(', ')],
    ['documents go through pods that share no disk', first],
    [`nothing is lost or doubled while ${killed.join(', ')} are killed`, second],
  ]
}

/** Fewer pods than one for each stage: this is one machine. */
const grouped = {
  stages: { run: ['judge', 'learn', 'teach', 'screen', 'settle', 'reread', 'watch'] },
}

const readToken = "fs.readFileSync('/secrets/ERRATA_TOKEN/token', 'utf8')"
const secretName = 'errata'

const namesOf = (manifests: readonly Manifest[]): string[] =>
  manifests.map(({ metadata }) => metadata.name)

const podNameOf = (deployment: string): string => `${deployment}-pod-0`

/** As podman names the container of a deployment's pod: containers are called after processes. */
const containerOf = (deployment: string): string =>
  `${podNameOf(deployment)}-${deployment.replace(/^errata-/, '')}`

/** The address under which containers see this machine, there for as long as one container runs. */
async function openBridge(onStop: (stop: () => Promise<unknown>) => void): Promise<string> {
  const [network] = JSON.parse(await podman('network', 'inspect', 'podman')) as [
    { subnets?: readonly { gateway: string }[] },
  ]
  const gateway = network.subnets?.[0]?.gateway
  if (gateway === undefined) throw new Skipped('podman has no bridge that containers are on')
  const waits = ['node', images.stages, '-e', 'setInterval(() => {}, 1_000)']
  const id = await podman('run', '--detach', '--rm', '--entrypoint', ...waits)
  onStop(() => podman('rm', '--force', '--time', '0', id.trim()))
  return gateway
}

/** Passes connections to an address of loopback on; the URL for containers. */
async function shownTo(
  gateway: string,
  url: string,
  onStop: (stop: () => Promise<unknown>) => void,
): Promise<string> {
  const { hostname, port, pathname } = new URL(url)
  const server = createServer((socket) => {
    const inner = dial(Number(port), hostname)
    socket.pipe(inner).pipe(socket)
    for (const [one, other] of [
      [socket, inner],
      [inner, socket],
    ] as const)
      one.on('error', () => other.destroy()).on('close', () => other.destroy())
  })
  server.listen(0, gateway)
  await once(server, 'listening')
  onStop(async () => server.close())
  const shown = `http://${gateway}:${(server.address() as AddressInfo).port}`
  return pathname === '/' ? shown : shown + pathname
}

async function play(home: string, name: string, manifests: readonly object[]): Promise<void> {
  const file = join(home, `${name}.yaml`)
  writeFileSync(file, manifests.map((manifest) => stringify(manifest)).join('---\n'))
  await podman('kube', 'play', file)
}

const secretOf = (name: string, key: string, value: string): object => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { name },
  data: { [key]: Buffer.from(value).toString('base64') },
})

/** A job's pod; podman 4 runs no jobs. */
function podOf(name: string, job: Manifest): object {
  const spec = forPodman(job).spec?.template?.spec
  return {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name },
    spec: { ...spec, restartPolicy: 'Never' },
  }
}

/**
 * Without ports, which podman publishes on this machine, and probes, which ask by the names of
 * ports; and with `optional` of secrets, whose absence ends podman 4.3.
 */
function forPodman(manifest: Manifest): Manifest {
  const copy = structuredClone(manifest) as unknown as {
    spec: {
      template: {
        spec: {
          containers: Record<string, unknown>[]
          volumes: { secret?: { optional?: boolean } }[]
        }
      }
    }
  }
  const { containers, volumes } = copy.spec.template.spec
  for (const one of containers)
    for (const part of ['ports', 'startupProbe', 'livenessProbe', 'readinessProbe'])
      delete one[part]
  for (const { secret } of volumes) if (secret !== undefined) secret.optional = false
  return copy as unknown as Manifest
}

async function addressOf(deployment: string): Promise<string> {
  const infra = await podman(
    'pod',
    'inspect',
    podNameOf(deployment),
    '--format',
    '{{.InfraContainerID}}',
  )
  const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}'
  return (await podman('inspect', infra.trim(), '--format', format)).trim()
}

async function untilReady(deployment: string): Promise<void> {
  const url = `http://${await addressOf(deployment)}:${metricsPort}/ready`
  await until(async () => {
    const answer = await fetch(url).catch(() => null)
    await answer?.body?.cancel()
    return answer?.ok === true ? true : null
  }, `${deployment} to be ready`)
}

async function upload(web: string, token: string, index: number): Promise<void> {
  const { pdf, image, fileName } = await sample(31, index, { scan: index % 6 === 0 })
  const form = new FormData()
  form.set('file', new Blob([new Uint8Array((pdf ?? image) as Buffer)]), fileName)
  const response = await fetch(`${web}/documents?profile=invoice`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}` },
    body: form,
  })
  if (!response.ok) throw new Error(`the intake answers ${response.status}`)
}
