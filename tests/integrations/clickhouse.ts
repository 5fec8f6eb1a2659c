/**
 * ClickHouse's own server as containers: one alone, and a cluster of three replicas. On each the
 * sink, as a user with no more rights than `errata analytics grants` gives, is killed at every point
 * of a batch, and has everything once; an analyst reads every view and changes nothing. Of the
 * cluster one replica stands still meanwhile, and has the same rows afterwards.
 */

import { once } from 'node:events'
import { openClickhouse, type Clickhouse } from '../../connectors/clickhouse/clickhouse.ts'
import { analystRole, grantStatements, sinkRole } from '../../connectors/clickhouse/grants.ts'
import { connect } from '../../operations/connect.ts'
import { ensureTopics } from '../../operations/topics.ts'
import {
  documents,
  exactly,
  fill,
  settled,
  startSink,
  type SinkRig,
} from '../connectors/clickhouse/rig.ts'
import { quiet } from '../toys.ts'
import { Skipped, type Bench } from './processes.ts'

type Docker = typeof import('testcontainers')
type Seen = readonly (readonly [promise: string, seen: string])[]

interface Replica {
  /** Where people and the sink log in. */
  readonly urlOf: (user: string) => string
  readonly pause: () => Promise<unknown>
  readonly unpause: () => Promise<unknown>
  readonly stop: () => Promise<unknown>
}

const image = 'clickhouse/clickhouse-server:26.3' // as in deploy/compose.yaml
const password = 'a-password-of-the-tests'
const database = 'errata'

export async function tryClickhouse(bench: Bench): Promise<Seen> {
  const docker = await import('testcontainers')
  if ((await docker.getContainerRuntimeClient().catch(() => null)) === null)
    throw new Skipped(`no Docker daemon answers, so ${image} is not tried`)
  return [
    ...(await withReplicas(docker, 1, (servers) => tryServers(bench, servers, null))),
    ...(await withReplicas(docker, 3, (servers) => tryServers(bench, servers, '{cluster}'))),
  ]
}

async function withReplicas<T>(
  docker: Docker,
  count: number,
  act: (servers: readonly [Replica, ...Replica[]]) => Promise<T>,
): Promise<T> {
  const network = await new docker.Network().start()
  const names = Array.from({ length: count }, (_, i) => `clickhouse-${i + 1}`)
  const client = await docker.getContainerRuntimeClient()
  const started: Replica[] = []
  try {
    // Together, since Keeper is in the first and the others wait for it
    const settling = names.map(async (name) => {
      const container = await new docker.GenericContainer(image)
        .withNetwork(network)
        .withNetworkAliases(name)
        .withHostname(name)
        .withExposedPorts(8123)
        .withEnvironment({
          CLICKHOUSE_USER: 'admin',
          CLICKHOUSE_PASSWORD: password,
          CLICKHOUSE_DEFAULT_ACCESS_MANAGEMENT: '1',
        })
        .withCopyContentToContainer(
          count === 1
            ? []
            : [
                {
                  content: clusterConfig(names, name),
                  target: '/etc/clickhouse-server/config.d/cluster.xml',
                },
              ],
        )
        .withWaitStrategy(docker.Wait.forHttp('/ping', 8123))
        .start()
      const address = `${container.getHost()}:${container.getMappedPort(8123)}`
      const daemons = client.container.getById(container.getId())
      started.push({
        urlOf: (user) => `http://${user}:${password}@${address}/${database}`,
        pause: () => daemons.pause(),
        unpause: () => daemons.unpause(),
        stop: () => container.stop(),
      })
    })
    await Promise.all(settling)
    const [first, ...others] = started
    if (first === undefined) throw new Error('no server was started')
    return await act([first, ...others])
  } finally {
    for (const server of started) await server.stop()
    await network.stop()
  }
}

/** One shard, Keeper beside the first replica. */
function clusterConfig(names: readonly string[], own: string): string {
  const [keeper = ''] = names
  const replicas = names
    .map((name) => `<replica><host>${name}</host><port>9000</port></replica>`)
    .join('')
  const keeperServer =
    own === keeper
      ? `<keeper_server><tcp_port>9181</tcp_port><server_id>1</server_id>
  <raft_configuration><server><id>1</id><hostname>${keeper}</hostname><port>9234</port></server></raft_configuration></keeper_server>`
      : ''
  return `<clickhouse>
  <listen_host>0.0.0.0</listen_host>
  <interserver_http_host>${own}</interserver_http_host>
  <remote_servers><main><shard><internal_replication>true</internal_replication>${replicas}</shard></main></remote_servers>
  <zookeeper><node><host>${keeper}</host><port>9181</port></node></zookeeper>
  <macros><cluster>main</cluster><shard>1</shard><replica>${own}</replica></macros>
  ${keeperServer}
</clickhouse>`
}

async function tryServers(
  bench: Bench,
  servers: readonly [Replica, ...Replica[]],
  cluster: string | null,
): Promise<Seen> {
  const [first, ...others] = servers
  const config = {
    ...bench.config,
    topicPrefix: cluster === null ? 'clickhouse.' : 'replicas.',
    clickhouseUrl: first.urlOf('sink'),
    clickhouseCluster: cluster,
  }
  const connection = await connect(config, quiet)
  const rig: SinkRig = {
    config,
    connection,
    store: { url: first.urlOf('sink'), writeUrl: first.urlOf('sink') },
    children: new Set(),
  }
  try {
    await ensureTopics(connection.cluster, config)
    await grant(first, cluster)
    const seen = await killedEverywhere(rig, others.at(-1) ?? null)
    for (const [i, server] of others.entries())
      expectSame(await caughtUp(server, 2 * documents), 2 * documents, `replica ${i + 2}`)
    const where = cluster === null ? 'a server' : `a cluster of ${servers.length} replicas`
    return [
      [`${where} has everything once, whenever the sink is killed`, seen],
      [`an analyst of ${where} reads and changes nothing`, await readAsAnalyst(first)],
    ]
  } finally {
    for (const child of rig.children) child.kill('SIGKILL')
    await connection.close()
  }
}

/** Two users, with the roles that the command prints. */
async function grant(server: Replica, cluster: string | null): Promise<void> {
  const url = new URL(server.urlOf('admin'))
  url.pathname = ''
  const on = cluster === null ? '' : ` ON CLUSTER '${cluster}'`
  const users = { sink: sinkRole, analyst: analystRole }
  await using(openClickhouse(url.href), async (admin) => {
    await admin.command(`CREATE DATABASE IF NOT EXISTS ${database}${on}`)
    for (const statement of grantStatements(database, { cluster })) await admin.command(statement)
    for (const [user, role] of Object.entries(users)) {
      await admin.command(`CREATE USER ${user}${on} IDENTIFIED BY '${password}'`)
      await admin.command(`GRANT${on} ${role} TO ${user}`)
    }
  })
}

/** Kills the sink at each point of a batch; meanwhile `paused` stands still. */
async function killedEverywhere(rig: SinkRig, paused: Replica | null): Promise<string> {
  await fill(rig)
  const points = ['announced', 'inserting', 'inserted']
  for (const [i, point] of points.entries()) {
    if (i === 1) await paused?.pause()
    const sink = startSink(rig, { point, after: 2 })
    await Promise.race([once(sink, 'exit'), settled(rig, exactly(documents))])
    sink.kill('SIGKILL')
  }
  await fill(rig, documents)
  startSink(rig)
  const counts = await settled(rig, exactly(2 * documents), 240_000)
  await paused?.unpause()
  expectSame(counts, 2 * documents, 'the server')
  return `${2 * documents} documents, killed ${points.length} times`
}

const caughtUp = (server: Replica, count: number): Promise<Record<string, number>> =>
  settled({ store: { url: server.urlOf('sink'), writeUrl: '' } }, exactly(count), 120_000)

function expectSame(counts: Record<string, number>, count: number, who: string): void {
  const wanted = exactly(count)
  const wrong = Object.keys(wanted).filter((name) => counts[name] !== wanted[name])
  if (wrong.length > 0) throw new Error(`${who} has ${JSON.stringify(counts)}`)
}

async function readAsAnalyst(server: Replica): Promise<string> {
  return using(openClickhouse(server.urlOf('analyst')), async (analyst) => {
    const views = await analyst.query<{ name: string }>(
      "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine = 'View'",
    )
    if (views.length === 0) throw new Error('the analyst sees no view')
    for (const { name } of views) await analyst.query(`SELECT * FROM ${name} LIMIT 1`)
    const changes = ['TRUNCATE TABLE verdicts', 'DROP VIEW audit_log', 'CREATE TABLE t (a UInt8)']
    for (const change of changes) {
      const refused = await analyst.command(change).then(
        () => false,
        () => true,
      )
      if (!refused) throw new Error(`an analyst may: ${change}`)
    }
    return `${views.length} views`
  })
}

async function using<T>(client: Clickhouse, act: (client: Clickhouse) => Promise<T>): Promise<T> {
  try {
    return await act(client)
  } finally {
    await client.close()
  }
}
