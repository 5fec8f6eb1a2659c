/**
 * ClickHouse without a server: one process owns the chDB folder and serves ClickHouse's HTTP
 * interface, so that clients of a ClickHouse server (Node and Python clients, curl, dashboards)
 * work here.
 *
 *   sink, analysts, dashboard ──HTTP──► this process ──► chDB ──► ERRATA_HOME/analytics
 *
 * WHY A PROCESS OF ITS OWN. Two processes can't open one chDB folder, the engine crashes when a
 * worker thread ends, and an analyst's query that exhausts memory must not kill a stage.
 * `deploy/instance/chdb-server.ts` is that process.
 *
 * GUARANTEES. One writer at a time, with two readers concurrently. A setting applies to its request
 * alone. Row formats that the engine would not store completely are rejected, never stored in part.
 * A response's status is final before its first byte, since results are complete before they are
 * sent (bounded by maxResultBytes). Only the owner's token writes. Not supported: sessions,
 * temporary tables, bodies of ClickHouse's compressed blocks, more than one database for unqualified
 * names, cancelling a query when its client leaves (maxSeconds ends it).
 *
 * READS are protected twice: statements without the owner's token are checked with the engine's own
 * parser (chdb/read-only.ts), and all reads, the owner's too, run in sessions that are read-only
 * and limited, so that the engine itself rejects a statement that would change something.
 */

import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { drainPending, Session } from 'chdb'
import { ErrataError } from '../../errors.ts'
import { httpLimits, openHttpServer } from '../http/server.ts'
import { type StoreAccess, accessOf, checkOrigin, type Readers } from './access.ts'
import { readRequestBody, readRequest, type Request, sendBody } from './http.ts'
import {
  type AskEngine,
  checkSetting,
  openReadOnlyPolicy,
  type ReadOnlyPolicy,
} from './read-only.ts'
import { literal } from '../clickhouse/sql.ts'
import { type EngineAnswer, answerOf, storeRows, answerSummary } from './answer.ts'
import { fail } from './failure.ts'
import { type Insert, parseInsert } from './insert.ts'
import { type SessionLane, lane } from './sessions.ts'
import {
  bindParameters,
  parseQuery,
  type Query,
  withInsertSettings,
  withSettings,
} from './statement.ts'
import { StatementError } from './statement-error.ts'

export interface ChdbOptions {
  /** Created if missing. */
  readonly folder: string
  readonly host: string
  /** 0: any free port. */
  readonly port: number
  /** The password for writing. */
  readonly ownerToken: string
  /** Called for each request. */
  readonly readers: () => Readers
  readonly maxSeconds?: number
  readonly maxBodyBytes?: number
  readonly maxResultBytes?: number
  readonly maxMemoryBytes?: number
}

export interface Chdb {
  readonly url: string
  /**
   * How long a statement has run that hasn't ended, in ms. Reads end after `maxSeconds`: one that
   * runs much longer is stuck, and only another process helps.
   */
  busyMs(): number
  close(): Promise<void>
}

type Limits = Required<
  Pick<ChdbOptions, 'maxSeconds' | 'maxBodyBytes' | 'maxResultBytes' | 'maxMemoryBytes'>
>

interface Engine {
  readonly write: SessionLane
  readonly read: SessionLane
  readonly policy: ReadOnlyPolicy
  readonly limits: Limits
  readonly ownerToken: string
  readonly readers: () => Readers
}

// of Node's four threads for native work; one is the writer's, one checks statements
const readingSessions = 2
const readersBodyBytes = 1 << 20 // for a statement with its parameters

/**
 * Opens the folder and serves it. STORE_UNREACHABLE where another process has it open or no port is
 * free.
 */
export async function openChdb(options: ChdbOptions): Promise<Chdb> {
  mkdirSync(options.folder, { recursive: true })
  const limits = {
    maxSeconds: 60,
    maxBodyBytes: 256 << 20,
    maxResultBytes: 256 << 20,
    maxMemoryBytes: 4 * 2 ** 30,
    ...given(options),
  }
  const sessions: Session[] = []
  try {
    for (let i = 0; i < 2 + readingSessions; i++) sessions.push(new Session(options.folder))
    const [writer, judge, ...others] = sessions as [Session, Session, ...Session[]]
    for (const session of [judge, ...others])
      await session.queryAsync(`SET ${readingSettings(limits)}`)
    const judging = lane([judge])
    const policy = await openReadOnlyPolicy(askingIn(judging))
    const engine = {
      write: lane([writer]),
      read: lane(others),
      policy,
      limits,
      ownerToken: options.ownerToken,
      readers: options.readers,
    }
    const serving = (request: IncomingMessage, response: ServerResponse): void =>
      void serve(engine, request, response)
    const server = openHttpServer(serving, { ...httpLimits, mostBytes: limits.maxBodyBytes })
    await listen(server, options.host, options.port)
    const { port } = server.address() as AddressInfo
    return {
      url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
      busyMs: () => Math.max(...[judging, engine.write, engine.read].map((one) => one.busyMs())),
      close: async () => {
        server.close()
        server.closeIdleConnections()
        await Promise.race([
          once(server, 'close'),
          new Promise((resolve) => setTimeout(resolve, 5000).unref()),
        ])
        for (const session of sessions) session.close()
        await drainPending()
      },
    }
  } catch (cause) {
    for (const session of sessions) session.close()
    throw new ErrataError(
      'STORE_UNREACHABLE',
      'the analytics folder cannot be opened: is another process using it?',
      { folder: options.folder, port: options.port },
      cause,
    )
  }
}

async function serve(
  engine: Engine,
  message: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let request: Request | undefined
  try {
    checkOrigin(message)
    request = readRequest(message)
    response.setHeader('X-Content-Type-Options', 'nosniff')
    response.setHeader('Content-Security-Policy', "default-src 'none'; sandbox")
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
    response.setHeader('X-ClickHouse-Server-Display-Name', 'errata')
    response.setHeader('X-ClickHouse-Timezone', 'UTC')
    response.setHeader('X-ClickHouse-Query-Id', request.queryId)
    if (
      request.path === '/ping' ||
      request.path === '/replicas_status' ||
      (request.path === '/' && request.query === null && message.method !== 'POST')
    ) {
      response.setHeader('content-type', 'text/plain; charset=UTF-8')
      response.end('Ok.\n')
      return
    }
    if (request.path !== '/')
      throw new StatementError(
        48,
        'NOT_IMPLEMENTED',
        `there is nothing at ${request.path.slice(0, 100)}`,
      )
    const known = accessOf(message, request.password, engine.ownerToken, engine.readers())
    const body = await readRequestBody(
      message,
      known === 'owner' ? engine.limits.maxBodyBytes : readersBodyBytes,
    )
    // As with a server, a GET changes nothing, whatever its token
    const answer = await run(engine, request, body, message.method === 'POST' ? known : 'reader')
    response.setHeader('X-ClickHouse-Format', answer.format)
    response.setHeader('X-ClickHouse-Summary', answerSummary(answer))
    await sendBody(response, answer.body, answer.format, request.packing)
  } catch (error) {
    fail(response, error)
  }
}

async function run(
  engine: Engine,
  request: Request,
  body: Buffer,
  access: StoreAccess,
): Promise<EngineAnswer> {
  if (request.database !== null && !['', 'default', '_'].includes(request.database)) {
    throw new StatementError(
      81,
      'UNKNOWN_DATABASE',
      `Database ${request.database.slice(0, 100)} does not exist: tables are in default`,
    )
  }
  if (access === 'owner') {
    const insert = insertIn(request, body)
    if (insert !== null)
      return engine.write((session) => storeRows(session, insert.head, request, insert.rows))
  }
  const text =
    request.query === null
      ? body.toString()
      : request.query + (body.length > 0 ? `\n${body.toString()}` : '')
  const asked = access === 'owner' ? request.settings : readersSettings(request.settings)
  const settings = new Map([...asked].map(([name, value]) => [name, literalOf(value)] as const))
  if (access === 'reader')
    return answerRead(
      engine,
      request,
      await engine.policy.admit(text, request.parameters),
      settings,
    )
  const query = parseQuery(bindParameters(text, request.parameters))
  if (query.kind === 'read') return answerRead(engine, request, query, settings)
  const command = /^insert/i.test(query.text)
    ? withInsertSettings(query.text, settings)
    : query.text
  const format = formatOf(request, query)
  return engine.write((session) => answerOf(session.queryAsync(command, { format }), format))
}

/** The rows of an INSERT and the text before them; null for any other request. */
function insertIn(
  request: Request,
  body: Buffer,
): { readonly head: Insert; readonly rows: Buffer } | null {
  // The statement is in ?query=, with rows in the body; or the body holds both
  const text = request.query ?? body.subarray(0, 65_536).toString()
  const head = /^\s*(--|\/\*|#|insert)/i.test(text) ? parseInsert(text) : null
  if (head === null) return null
  if (request.query === null)
    return { head, rows: body.subarray(Buffer.byteLength(text.slice(0, head.dataAt))) }
  return { head, rows: Buffer.concat([Buffer.from(text.slice(head.dataAt)), body]) }
}

/**
 * Without the settings that clients send by default and that change nothing: `readonly` is always
 * on, and `async_insert` concerns INSERT.
 */
function readersSettings(settings: Request['settings']): Request['settings'] {
  const isMoot = ([name, value]: readonly [string, string]): boolean =>
    name === 'async_insert' || (name === 'readonly' && ['1', '2'].includes(value))
  const chosen = new Map([...settings].filter((one) => !isMoot(one)))
  for (const name of chosen.keys()) checkSetting(name)
  return chosen
}

async function answerRead(
  engine: Engine,
  request: Request,
  query: Query,
  settings: ReadonlyMap<string, string>,
): Promise<EngineAnswer> {
  const { maxSeconds } = engine.limits
  const chosen = new Map([...settings, ...query.settings])
  const seconds = Number(chosen.get('max_execution_time') ?? maxSeconds)
  if (chosen.has('max_execution_time'))
    chosen.set(
      'max_execution_time',
      String(seconds > 0 && seconds < maxSeconds ? seconds : maxSeconds),
    )
  const format = formatOf(request, query)
  return engine.read((session) =>
    answerOf(session.queryAsync(withSettings(query.text, chosen), { format }), format),
  )
}

function formatOf(request: Request, query: Query): string {
  const format = query.format ?? request.format
  if (/^native$/i.test(format) && request.protocol > 0)
    throw new StatementError(
      48,
      'NOT_IMPLEMENTED',
      'Native is served without a protocol version only: use a text format, or a client that can do without',
    )
  return format
}

/**
 * For read sessions: `readonly` comes last, since nothing can be set after it except for one query.
 */
function readingSettings({ maxSeconds, maxMemoryBytes, maxResultBytes }: Limits): string {
  return `max_execution_time = ${maxSeconds}, max_memory_usage = ${maxMemoryBytes}, max_result_bytes = ${maxResultBytes}, result_overflow_mode = 'throw', readonly = 2`
}

/** The gateway's own short queries about statements don't wait behind result queries. */
function askingIn(judge: SessionLane): AskEngine {
  return async (sql) => {
    const result = await judge((session) =>
      session.queryAsync(sql, { format: 'JSONCompactStringsEachRow' }),
    )
    const lines = result
      .text()
      .split('\n')
      .filter((line) => line !== '')
    return lines.map((line) => JSON.parse(line) as string[])
  }
}

const literalOf = (value: string): string =>
  /^-?\d+(\.\d+)?$/.test(value) ? value : literal(value)

const given = (options: ChdbOptions): Partial<Limits> =>
  Object.fromEntries(
    Object.entries(options).filter(
      ([name, value]) => name.startsWith('max') && value !== undefined,
    ),
  )

async function listen(server: Server, host: string, port: number): Promise<void> {
  server.listen(port, host)
  await once(server, 'listening')
}
