/**
 * ClickHouse without a server: one process owns the chDB folder and speaks ClickHouse's HTTP interface for everybody else,
 * so that whatever works against a ClickHouse server (its Node and Python clients, curl, dashboards) works here.
 *
 *   sink, analysts, dashboard ──HTTP──► this process ──► chDB ──► ERRATA_HOME/analytics
 *
 * WHY A PROCESS OF ITS OWN. Two processes can't open one chDB folder, the engine crashes at the end of a worker thread,
 * and a query of an analyst that takes all memory must not take a stage along. `deploy/store.ts` is that process.
 *
 * GUARANTEES. One writer at a time, two readers beside it. A setting counts for its request alone. Rows in a format that
 * the engine would not take whole are refused, never half stored. An answer has its status before its first byte, because
 * results are complete before they are sent (bounded by maxResultBytes). With a write token, a request without it may only
 * read. Not given: sessions, temporary tables, ClickHouse's own block compression, more than one database for unqualified
 * names, cancelling a query when its client leaves (maxSeconds ends it).
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { type ChdbResult, drainPending, Session } from 'chdb'
import { ErrataError } from '../errors.ts'
import { readBody, readRequest, type Request, sendBody } from './chdb/http.ts'
import { literal } from './chdb/sql.ts'
import { bindParameters, checkReadOnly, type Insert, insertFormats, parseInsert, parseQuery, StatementError, withInsertSettings, withSettings } from './chdb/statement.ts'

export interface ChdbOptions {
  /** Made where it is missing. */
  readonly folder: string
  readonly host: string
  /** 0: any free one. Where another is taken, the next free one of the following twenty. */
  readonly port: number
  /** Needed, as the password, for everything but reading, and from another machine for that too; null: everybody may do everything. */
  readonly writeToken?: string | null
  readonly maxSeconds?: number
  readonly maxBodyBytes?: number
  readonly maxResultBytes?: number
  readonly maxMemoryBytes?: number
}

export interface Chdb {
  readonly url: string
  close(): Promise<void>
}

type Limits = Required<Pick<ChdbOptions, 'maxSeconds' | 'maxBodyBytes' | 'maxResultBytes' | 'maxMemoryBytes'>>

interface Answer {
  readonly body: Uint8Array
  readonly format: string
  readonly readRows: number
  readonly readBytes: number
  readonly writtenRows: number
  readonly elapsedSeconds: number
}

interface Engine {
  readonly write: Lane
  readonly read: Lane
  readonly outside: ReadonlySet<string>
  readonly limits: Limits
  readonly writeToken: string | null
}

const readers = 2 // of the four threads that Node gives to native work; the others stay for the writer and for compression
const mostWaiting = 100 // requests; beyond that the caller is told to come back

/** Table functions that touch nothing but their arguments and our own tables. */
const inside = ['numbers', 'numbers_mt', 'zeros', 'zeros_mt', 'generate_series', 'generateSeries', 'generateRandom', 'values', 'null', 'view', 'viewExplain', 'viewIfPermitted', 'merge', 'format', 'primes']

/** Opens the folder and serves it. STORE_UNREACHABLE where another process has it open or no port is free. */
export async function openChdb(options: ChdbOptions): Promise<Chdb> {
  mkdirSync(options.folder, { recursive: true })
  const limits = { maxSeconds: 60, maxBodyBytes: 256 << 20, maxResultBytes: 256 << 20, maxMemoryBytes: 4 * 2 ** 30, ...given(options) }
  const sessions: Session[] = []
  try {
    for (let i = 0; i <= readers; i++) sessions.push(new Session(options.folder))
    const [writer, ...others] = sessions as [Session, ...Session[]]
    const names = await writer.queryAsync("SELECT name FROM system.table_functions UNION ALL SELECT 'file'", { format: 'TSV' })
    const outside = new Set(names.text().toLowerCase().split('\n').filter((name) => name !== '' && !inside.some((known) => known.toLowerCase() === name)))
    const engine = { write: lane([writer]), read: lane(others), outside, limits, writeToken: options.writeToken ?? null }
    const server = createServer((request, response) => void serve(engine, request, response))
    server.requestTimeout = 300_000 // ms; a large insert over a slow line
    server.keepAliveTimeout = 60_000 // ms; longer than clients keep an idle connection, so that none writes into one that is just closed
    await listen(server, options.host, options.port)
    const { port } = server.address() as AddressInfo
    return {
      url: `http://${options.host.includes(':') ? `[${options.host}]` : options.host}:${port}`,
      close: async () => {
        server.close()
        server.closeIdleConnections()
        await Promise.race([once(server, 'close'), new Promise((resolve) => setTimeout(resolve, 5000).unref())])
        for (const session of sessions) session.close()
        await drainPending()
      },
    }
  } catch (cause) {
    for (const session of sessions) session.close()
    throw new ErrataError('STORE_UNREACHABLE', 'the analytics folder cannot be opened: is another process using it?', { folder: options.folder, port: options.port }, cause)
  }
}

async function serve(engine: Engine, message: IncomingMessage, response: ServerResponse): Promise<void> {
  let request: Request | undefined
  try {
    request = readRequest(message)
    response.setHeader('X-ClickHouse-Server-Display-Name', 'errata')
    response.setHeader('X-ClickHouse-Timezone', 'UTC')
    response.setHeader('X-ClickHouse-Query-Id', request.queryId)
    if (request.path === '/ping' || request.path === '/replicas_status' || (request.path === '/' && request.query === null && message.method !== 'POST')) {
      response.setHeader('content-type', 'text/plain; charset=UTF-8')
      response.end('Ok.\n')
      return
    }
    if (request.path !== '/') throw new StatementError(48, 'NOT_IMPLEMENTED', `there is nothing at ${request.path.slice(0, 100)}`)
    const known = engine.writeToken !== null && sameToken(request.password, engine.writeToken)
    if (!request.local && engine.writeToken !== null && !known) throw new StatementError(516, 'AUTHENTICATION_FAILED', 'from another machine the password is needed')
    const body = await readBody(message, engine.limits.maxBodyBytes)
    const answer = await run(engine, request, body, message.method === 'GET' || (engine.writeToken !== null && !known))
    response.setHeader('X-ClickHouse-Format', answer.format)
    response.setHeader('X-ClickHouse-Summary', summaryOf(answer))
    await sendBody(response, answer.body, answer.format, request.gzip)
  } catch (error) {
    fail(response, error)
  }
}

async function run(engine: Engine, request: Request, body: Buffer, readOnly: boolean): Promise<Answer> {
  if (request.database !== null && !['', 'default', '_'].includes(request.database)) {
    throw new StatementError(81, 'UNKNOWN_DATABASE', `Database ${request.database.slice(0, 100)} does not exist: tables are in default`)
  }
  // The statement stands in ?query=, with rows in the body; or it is the body, rows included.
  const head = request.query ?? body.subarray(0, 65_536).toString()
  const insert = /^\s*(--|\/\*|#|insert)/i.test(head) ? parseInsert(head) : null
  if (insert !== null) {
    if (readOnly) throw new StatementError(164, 'READONLY', 'Cannot execute query in readonly mode')
    const inline = Buffer.byteLength(head.slice(0, insert.dataAt))
    const rows = request.query === null ? body.subarray(inline) : Buffer.concat([Buffer.from(head).subarray(inline), body])
    return engine.write((session) => store(session, insert, request, rows))
  }
  const text = request.query === null ? body.toString() : request.query + (body.length > 0 ? `\n${body.toString()}` : '')
  const query = parseQuery(bindParameters(text, request.parameters))
  if (readOnly) checkReadOnly(query, engine.outside)
  const format = query.format ?? request.format
  if (/^native$/i.test(format) && request.protocol > 0) throw new StatementError(48, 'NOT_IMPLEMENTED', 'Native is served without a protocol version only: use a text format, or a client that can do without')
  if (query.kind === 'command') {
    const asked = new Map([...request.settings].map(([name, value]) => [name, literalOf(value)] as const))
    const command = /^insert/i.test(query.text) ? withInsertSettings(query.text, asked) : query.text
    return engine.write((session) => answerOf(session.queryAsync(command, { format }), format))
  }
  const { limits } = engine
  const asked = Number(query.settings.get('max_execution_time') ?? request.settings.get('max_execution_time') ?? limits.maxSeconds)
  const settings = new Map<string, string>([
    ...(readOnly ? [['readonly', '1'] as const] : []),
    ['max_memory_usage', String(limits.maxMemoryBytes)],
    ...[...request.settings].filter(([name]) => name !== 'readonly').map(([name, value]) => [name, literalOf(value)] as const),
    ...query.settings,
    ['max_execution_time', String(asked > 0 && asked < limits.maxSeconds ? asked : limits.maxSeconds)],
    ['max_result_bytes', String(limits.maxResultBytes)],
    ['result_overflow_mode', "'throw'"],
  ])
  return engine.read((session) => answerOf(session.queryAsync(withSettings(query.text, settings), { format }), format))
}

async function store(session: Session, insert: Insert, request: Request, rows: Buffer): Promise<Answer> {
  const settings: Record<string, string> = Object.fromEntries([...request.settings, ...[...insert.settings].map(([name, value]) => [name, value.replace(/^'|'$/g, '').replace(/\\(.)/g, '$1')])])
  const format = insertFormats.find((known) => known === insert.format)
  if (format === undefined) throw new StatementError(73, 'UNKNOWN_FORMAT', `no rows in ${insert.format}`)
  const stored = await session.insert({ table: insert.table, ...(insert.columns === null ? {} : { columns: insert.columns }), values: rows, format, settings })
  return { body: new Uint8Array(0), format: 'TabSeparated', readRows: 0, readBytes: 0, writtenRows: stored.rowsWritten, elapsedSeconds: stored.elapsed }
}

async function answerOf(running: Promise<ChdbResult>, format: string): Promise<Answer> {
  const result = await running
  return { body: result.bytes(), format, readRows: result.rowsRead, readBytes: result.bytesRead, writtenRows: 0, elapsedSeconds: result.elapsed }
}

type Lane = (work: (session: Session) => Promise<Answer>) => Promise<Answer>

/** Each session does one thing at a time: the engine would line them up anyway, but in Node's few native threads. */
function lane(sessions: readonly Session[]): Lane {
  const free = [...sessions]
  const waiting: ((session: Session) => void)[] = []
  return async (work) => {
    if (waiting.length >= mostWaiting) throw new StatementError(202, 'TOO_MANY_SIMULTANEOUS_QUERIES', 'Too many simultaneous queries')
    const session = free.pop() ?? (await new Promise<Session>((resolve) => waiting.push(resolve)))
    try {
      return await work(session)
    } finally {
      const next = waiting.shift()
      if (next === undefined) free.push(session)
      else next(session)
    }
  }
}

/** Statuses as a server gives them, for the codes that clients tell apart; 500 otherwise. */
const statuses: Readonly<Record<number, number>> = {
  6: 400, 26: 400, 27: 400, 36: 400, 38: 400, 41: 400, 43: 400, 53: 400, 62: 400, 72: 400, 117: 400, 432: 400,
  46: 404, 47: 404, 60: 404, 73: 404, 81: 404, 115: 404, 164: 403, 516: 403, 48: 501, 202: 503, 307: 413, 159: 408,
}

function fail(response: ServerResponse, error: unknown): void {
  const { message = 'unknown error', code = 0, label = '', clickhouseCode = 0 } = (error ?? {}) as { message?: string; code?: number | string; label?: string; clickhouseCode?: number }
  const number = typeof code === 'number' && code > 0 ? code : clickhouseCode || Number(/^Code: (\d+)\./.exec(message)?.[1] ?? 1002)
  // The engine quotes the query, with the settings that were added here: they would puzzle who didn't write them.
  const text = message.replace(/^Code: \d+\. DB::Exception: /, '').replace(/\s*SETTINGS (readonly = 1, )?max_memory_usage = .*?result_overflow_mode = 'throw'/gs, '')
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.statusCode = statuses[number] ?? 500
  response.setHeader('X-ClickHouse-Exception-Code', String(number))
  response.setHeader('content-type', 'text/plain; charset=UTF-8')
  response.end(`Code: ${number}. DB::Exception: ${text}${/\([A-Z_0-9]+\)\s*$/.test(text) ? '' : ` (${label === '' ? 'UNKNOWN_EXCEPTION' : label})`}\n`)
}

function summaryOf(answer: Answer): string {
  const counts = { read_rows: answer.readRows, read_bytes: answer.readBytes, written_rows: answer.writtenRows, written_bytes: 0, total_rows_to_read: 0, result_rows: 0, result_bytes: answer.body.length }
  return JSON.stringify({ ...Object.fromEntries(Object.entries(counts).map(([name, count]) => [name, String(count)])), elapsed_ns: String(Math.round(answer.elapsedSeconds * 1e9)) })
}

function sameToken(given: string | null, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return given !== null && timingSafeEqual(digest(given), digest(token))
}

const literalOf = (value: string): string => (/^-?\d+(\.\d+)?$/.test(value) ? value : literal(value))

const given = (options: ChdbOptions): Partial<Limits> => Object.fromEntries(Object.entries(options).filter(([name, value]) => name.startsWith('max') && value !== undefined))

async function listen(server: Server, host: string, first: number): Promise<void> {
  for (let port = first; ; port++) {
    server.listen(port, host)
    const failed = await Promise.race([once(server, 'listening').then(() => null), once(server, 'error').then(([error]) => error as NodeJS.ErrnoException)]).catch((error: NodeJS.ErrnoException) => error)
    if (failed === null) return
    if (failed.code !== 'EADDRINUSE' || first === 0 || port >= first + 20) throw failed
  }
}
