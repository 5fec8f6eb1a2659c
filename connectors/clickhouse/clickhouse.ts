/**
 * ClickHouse over its HTTP interface: a server, or the gateway in front of chDB. The only file that
 * uses @clickhouse/client.
 *
 * 64-bit integers are returned as strings, Decimals as written: nothing passes through a
 * floating-point number. Inserts are exactly-once for a token: the same token twice stores the rows
 * once, also in materialized views (`connectors/clickhouse/tables.sql` sets each table's
 * deduplication window). `async_insert` is off for each insert, since the server's default is on
 * from 26.2: the server would answer for rows of several requests at once, with a token of its own.
 *
 * REPLICAS. A sink reads what the store has before it stores, and asks whichever replica answers. So
 * an insert is confirmed by most replicas before its offset is committed, and a replica that lacks
 * confirmed rows refuses the sink's reads rather than answering with less, which would look like a
 * store that was restored. ClickHouse keeps that promise only for one insert at a time into a
 * table, so a client sends one after the other; of several processes the later one tries again.
 *
 * ERRORS. STORE_UNREACHABLE (retry): no answer, or the store is overloaded, full or starting.
 * StoreRefused: it responded with an error; `number` is ClickHouse's code.
 */

import { ClickHouseError, ClickHouseLogLevel, createClient } from '@clickhouse/client'
import type { Config } from '../../config.ts'
import { ErrataError } from '../../errors.ts'

export type StoreRow = Readonly<Record<string, unknown>>
export type Parameters = Readonly<Record<string, unknown>>

export interface Clickhouse {
  /** Rows of a query; `{name:Type}` in the text takes its value from `parameters`. */
  query<T extends object = StoreRow>(sql: string, parameters?: Parameters): Promise<T[]>
  /** The response as a stream, in `format` unless the query names its own. */
  bytes(sql: string, format: string, parameters?: Parameters): Promise<Buffer>
  /** Stores all rows or none; a second call with the same table and token changes nothing. */
  insert(
    table: string,
    rows: readonly StoreRow[],
    options?: { readonly token?: string },
  ): Promise<void>
  command(sql: string): Promise<void>
  /** Whether a server is there, without a query. STORE_UNREACHABLE. */
  ping(): Promise<void>
  close(): Promise<void>
}

export type StoreSettings = Pick<Config, 'clickhouseUrl'> &
  Partial<Pick<Config, 'clickhouseUser' | 'clickhousePassword' | 'clickhouseCa'>>

/** A URL, or one whose user, password or authority are apart. */
export type StoreAddress = string | (StoreSettings & { readonly clickhouseUrl: string })

/** The server of the settings; null where there is none. */
export function storeOf(settings: StoreSettings): StoreAddress | null {
  const { clickhouseUrl, clickhouseUser, clickhousePassword, clickhouseCa } = settings
  return clickhouseUrl === null
    ? null
    : {
        clickhouseUrl,
        clickhouseUser: clickhouseUser ?? null,
        clickhousePassword: clickhousePassword ?? null,
        clickhouseCa: clickhouseCa ?? null,
      }
}

/** For people: host and port, without user and password. */
export function hostOf(address: StoreAddress): string {
  return new URL(typeof address === 'string' ? address : address.clickhouseUrl).host
}

/** The store responded with an exception. */
export class StoreRefused extends Error {
  readonly number: number
  readonly label: string

  constructor(number: number, label: string, message: string, cause: unknown) {
    super(message, { cause })
    this.name = 'StoreRefused'
    this.number = number
    this.label = label
  }
}

/** Temporary errors: time, memory, disk, too many queries or parts, shutdown, keeper, quorum. */
const passing = new Set([
  159, 201, 202, 203, 209, 210, 241, 242, 243, 252, 254, 285, 319, 425, 439, 473, 999, 236, 74, 75,
  225, 286, 289,
])

/** Of every request to a cluster, see REPLICAS. */
const ofReplicas = {
  insert_quorum: 'auto',
  insert_quorum_parallel: 0,
  insert_quorum_timeout: 60_000, // ms, shorter than a request may take
  select_sequential_consistency: 1,
  // A replica that is away gets the statement when it is back; the others don't wait for it
  distributed_ddl_output_mode: 'null_status_on_timeout_only_active',
  distributed_ddl_task_timeout: 10, // s
} as const

const longestRequestMs = 120_000

/**
 * A client for an address such as `http://user:password@host:port/database`; sends nothing yet.
 * With `readOnly` the store rejects changes whatever the user's rights. Every request has a
 * deadline, from waiting for a connection to the last byte: a store that takes connections and never
 * answers is STORE_UNREACHABLE. CONFIG_INVALID for any other address. `replicated`: for the sink of
 * a cluster.
 */
export function openClickhouse(
  address: StoreAddress,
  { readOnly = false, deadlineMs = longestRequestMs, replicated = false } = {},
): Clickhouse {
  const client = clientOf(address, deadlineMs)
  const guard: Record<string, string> = readOnly ? { readonly: '2' } : {}
  const always = replicated ? ofReplicas : {}
  const inTurn = replicated ? oneAtATime() : <T>(work: () => Promise<T>): Promise<T> => work()
  const answers = {
    ...always,
    ...guard,
    output_format_json_quote_64bit_integers: 1,
    output_format_json_quote_decimals: 1,
  } as const
  const guarded = <T>(work: (deadline: AbortSignal) => Promise<T>): Promise<T> =>
    coded(() => within(deadlineMs, work))
  return {
    query: async <T extends object>(sql: string, parameters: Parameters = {}) =>
      guarded(async (abort_signal) =>
        (
          await client.query({
            abort_signal,
            query: sql,
            format: 'JSONEachRow',
            query_params: { ...parameters },
            clickhouse_settings: answers,
          })
        ).json<T>(),
      ),
    bytes: async (sql, format, parameters = {}) =>
      guarded(async (abort_signal) => {
        const { stream } = await client.exec({
          abort_signal,
          query: sql.replace(/[\s;]+$/, ''),
          query_params: { ...parameters },
          clickhouse_settings: { ...guard, default_format: format } as Record<string, string>,
        })
        abort_signal.addEventListener('abort', () => stream.destroy(), { once: true })
        const chunks: Buffer[] = []
        for await (const chunk of stream) chunks.push(chunk as Buffer)
        return Buffer.concat(chunks)
      }),
    insert: async (table, rows, { token } = {}) => {
      if (rows.length === 0) return
      const send = async (abort_signal: AbortSignal): Promise<unknown> =>
        client.insert({
          abort_signal,
          table,
          values: [...rows],
          format: 'JSONEachRow',
          clickhouse_settings: {
            ...always,
            input_format_skip_unknown_fields: 0,
            async_insert: 0,
            ...(token === undefined
              ? {}
              : {
                  insert_deduplicate: 1,
                  insert_deduplication_token: token,
                  deduplicate_blocks_in_dependent_materialized_views: 1,
                }),
          },
        })
      await inTurn(() => guarded(send))
    },
    command: async (sql) => {
      await guarded(async (abort_signal) =>
        client.command({ abort_signal, query: sql, clickhouse_settings: always }),
      )
    },
    ping: async () => {
      const { success } = await guarded(async () => client.ping())
      if (!success) throw new ErrataError('STORE_UNREACHABLE', 'ClickHouse does not answer')
    },
    close: async () => client.close(),
  }
}

/** Work of which each begins when the one before has ended, however it ended. */
function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve()
  return (work) => {
    const done = last.then(work)
    last = done.catch(() => {})
    return done
  }
}

function clientOf(address: StoreAddress, deadlineMs: number): ReturnType<typeof createClient> {
  const settings = typeof address === 'string' ? { clickhouseUrl: address } : address
  const { clickhouseUser, clickhousePassword, clickhouseCa }: Partial<StoreSettings> = settings
  // the client's own log is off: it would print queries, and with them values of documents
  try {
    return createClient({
      url: settings.clickhouseUrl,
      ...(clickhouseUser == null ? {} : { username: clickhouseUser }),
      ...(clickhousePassword == null ? {} : { password: clickhousePassword }),
      ...(clickhouseCa == null ? {} : { tls: { ca_cert: Buffer.from(clickhouseCa) } }),
      request_timeout: deadlineMs,
      application: 'errata',
      log: { level: ClickHouseLogLevel.OFF },
      keep_alive: { enabled: true, idle_socket_ttl: 2000 },
    })
  } catch (cause) {
    throw new ErrataError(
      'CONFIG_INVALID',
      'CLICKHOUSE_URL must look like http://user:password@host:8123/database',
      {},
      cause,
    )
  }
}

/** Aborts and gives up what takes longer. */
async function within<T>(ms: number, work: (deadline: AbortSignal) => Promise<T>): Promise<T> {
  const deadline = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`no answer within ${ms / 1000} s`))
      deadline.abort()
    }, ms)
  })
  try {
    return await Promise.race([work(deadline.signal), late])
  } finally {
    clearTimeout(timer)
  }
}

async function coded<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (error instanceof ClickHouseError) {
      const number = Number(error.code)
      if (passing.has(number))
        throw new ErrataError(
          'STORE_UNREACHABLE',
          `ClickHouse says: not now (${error.type ?? number})`,
          { number },
          error,
        )
      throw new StoreRefused(number, error.type ?? '', error.message, error)
    }
    throw new ErrataError(
      'STORE_UNREACHABLE',
      'ClickHouse does not answer',
      { reason: (error as NodeJS.ErrnoException).code ?? (error as Error).message.slice(0, 60) },
      error,
    )
  }
}
