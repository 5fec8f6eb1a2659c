/**
 * The HTTP side of ClickHouse's interface: parsing requests, bounded bodies, compression.
 *
 * Every parameter of the address that isn't one of the interface's own is a setting, as with a
 * server. Answers come as ClickHouse's own compressed blocks where asked (`compress=1`); bodies of
 * such blocks (`decompress=1`) are rejected. gzip, deflate and br are supported.
 *
 * Who may ask is decided in access.ts.
 */

import type { IncomingMessage, ServerResponse } from 'node:http'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { createBrotliDecompress, createGunzip, createInflate, gzip } from 'node:zlib'
import { compressedBlocks } from './compressed-blocks.ts'
import { StatementError } from './statement-error.ts'

/** How the answer is to be sent; with both, the blocks are compressed with gzip. */
export interface Packing {
  /** As ClickHouse's compressed blocks. */
  readonly blocks: boolean
  /** The answer may be compressed with gzip. */
  readonly gzip: boolean
}

export interface Request {
  readonly path: string
  readonly query: string | null
  readonly queryId: string
  readonly database: string | null
  readonly format: string
  readonly password: string | null
  /**
   * Revision of ClickHouse's Native format that the client expects; only 0, the plain one, is
   * supported.
   */
  readonly protocol: number
  readonly packing: Packing
  readonly parameters: ReadonlyMap<string, string>
  readonly settings: ReadonlyMap<string, string>
}

const own = new Set([
  'query',
  'database',
  'default_format',
  'query_id',
  'session_id',
  'session_timeout',
  'session_check',
  'session_timezone',
  'user',
  'password',
  'quota_key',
  'role',
  'compress',
  'decompress',
  'wait_end_of_query',
  'buffer_size',
  'enable_http_compression',
  'http_zlib_compression_level',
  'send_progress_in_http_headers',
  'http_headers_progress_interval_ms',
  'add_http_cors_header',
  'http_write_exception_in_output_format',
  'http_response_headers',
  'client_protocol_version',
  'close_session',
  'stacktrace',
  'cancel_http_readonly_queries_on_client_close',
])

const compressAbove = 1024 // bytes; below this gzip costs more than it saves

/** Parses address and headers. StatementError for unsupported requests. */
export function readRequest(message: IncomingMessage): Request {
  const url = new URL(message.url ?? '/', 'http://gateway')
  const search = url.searchParams
  const parameters = new Map<string, string>()
  const settings = new Map<string, string>()
  for (const [name, value] of search) {
    if (name.startsWith('param_')) parameters.set(name.slice(6), value)
    else if (!own.has(name)) settings.set(name, value)
  }
  if (search.get('decompress') === '1') {
    throw new StatementError(
      48,
      'NOT_IMPLEMENTED',
      'bodies of compressed blocks are not taken here: send them plain, or with gzip; decompress=false in the URL of JDBC',
    )
  }
  const format =
    search.get('default_format') ?? header(message, 'x-clickhouse-format') ?? 'TabSeparated'
  return {
    path: url.pathname,
    query: search.get('query'),
    queryId: (search.get('query_id') ?? '').replace(/[^\w:.-]/g, ''),
    database: search.get('database') ?? header(message, 'x-clickhouse-database'),
    format: format.replace(/\W/g, ''),
    password: passwordOf(message) ?? search.get('password'),
    protocol: Number(search.get('client_protocol_version') ?? 0),
    packing: {
      blocks: search.get('compress') === '1',
      gzip:
        search.get('enable_http_compression') === '1' &&
        /\bgzip\b/.test(header(message, 'accept-encoding') ?? ''),
    },
    parameters,
    settings,
  }
}

/** From the headers; the user name is ignored. */
function passwordOf(message: IncomingMessage): string | null {
  const key = header(message, 'x-clickhouse-key')
  if (key !== null) return key
  const authorization = message.headers.authorization ?? ''
  const bearer = /^Bearer (.+)$/i.exec(authorization)?.[1]
  if (bearer !== undefined) return bearer
  const basic = /^Basic (.+)$/i.exec(authorization)?.[1]
  if (basic === undefined) return null
  const pair = Buffer.from(basic, 'base64').toString()
  return pair.replace(/^[^:]*:/, '')
}

/** The whole body, decompressed. */
export async function readRequestBody(message: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const encoding = (header(message, 'content-encoding') ?? 'identity').toLowerCase()
  const opened = {
    gzip: createGunzip,
    'x-gzip': createGunzip,
    deflate: createInflate,
    br: createBrotliDecompress,
  }[encoding]
  if (opened === undefined && encoding !== 'identity' && encoding !== '')
    throw new StatementError(
      432,
      'UNKNOWN_COMPRESSION_METHOD',
      'Content-Encoding must be gzip, deflate or br',
    )
  const chunks: Buffer[] = []
  let bytes = 0
  const collect = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      bytes += chunk.length
      if (bytes > maxBytes)
        throw new StatementError(307, 'TOO_MANY_BYTES', `the body is larger than ${maxBytes} bytes`)
      chunks.push(chunk)
    }
  }
  try {
    if (opened === undefined) await collect(message)
    else await pipeline(message, opened(), collect)
  } catch (cause) {
    if (cause instanceof StatementError) throw cause
    throw new StatementError(
      432,
      'UNKNOWN_COMPRESSION_METHOD',
      'the body could not be read to its end',
    )
  }
  return Buffer.concat(chunks)
}

export async function sendBody(
  response: ServerResponse,
  body: Uint8Array,
  format: string,
  packing: Packing,
): Promise<void> {
  response.setHeader('content-type', typeOf(format))
  const content = packing.blocks ? await compressedBlocks(body) : body
  const zipped = packing.gzip && content.length > compressAbove
  if (zipped) response.setHeader('content-encoding', 'gzip')
  const bytes = zipped ? await promisify(gzip)(content, { level: 3 }) : content
  response.setHeader('content-length', bytes.length)
  response.end(bytes)
}

function typeOf(format: string): string {
  if (/^(TabSeparated|TSV)/i.test(format)) return 'text/tab-separated-values; charset=UTF-8'
  if (/^CSV/i.test(format)) return 'text/csv; charset=UTF-8'
  if (/^JSON.*EachRow/i.test(format)) return 'application/x-ndjson; charset=UTF-8'
  if (/^JSON/i.test(format)) return 'application/json; charset=UTF-8'
  return /^(Native|RowBinary|Parquet|Arrow|ORC|Avro|Npy|BSON|MsgPack|Protobuf)/i.test(format)
    ? 'application/octet-stream'
    : 'text/plain; charset=UTF-8'
}

function header(message: IncomingMessage, name: string): string | null {
  const value = message.headers[name]
  return (Array.isArray(value) ? value[0] : value) ?? null
}
