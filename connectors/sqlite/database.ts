/**
 * A local SQLite file that is derived from topics: what it says of them and how far it has read them
 * is committed together, so that after a crash it goes on where it was.
 *
 *   record ─► change ─► rows and position ─┐ one transaction for all records of a moment
 *   record ─► change ─► rows and position ─┴─► commit
 *
 * Nothing in it can't be made again: a file that is missing, damaged, of another version or of
 * another log is emptied, and whoever opened it reads the topics from their start. What is deleted is
 * overwritten with zeros (secure_delete), and gone from the write-ahead log with `scrub`.
 *
 * One process for each folder. What that process has not committed yet it sees itself.
 */

import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import Database from 'libsql'
import { ErrataError } from '../../errors.ts'

export interface StorePlace {
  readonly folder: string
  readonly name: string // of the file, without its ending
  /** Of what the tables mean: a file of another version is emptied. */
  readonly version: number
  /** Which log it is derived from: a file of another one is emptied. */
  readonly log: string
  readonly schema: string // SQL
}

export interface LocalStore {
  readonly prepare: (sql: string) => Database.Statement
  /** Why it was opened empty; null where it goes on from before. */
  readonly emptied: () => 'new' | 'other' | 'damaged' | 'behind' | null
  /** All of `act` or nothing of it. DISK_FULL. */
  readonly change: (act: () => void) => void
  /** Position after the last record that was taken in; 0 where none was. */
  readonly position: (topic: string, partition: number) => number
  readonly positions: (topic: string) => ReadonlyMap<number, bigint>
  /** Inside of `change`. */
  readonly move: (topic: string, partition: number, next: number) => void
  /** Called before each commit, inside of the transaction. */
  readonly beforeCommit: (act: () => void) => void
  /** Commits, and removes from the write-ahead log what was deleted. */
  readonly scrub: () => void
  /** Begins with an empty file, since it is behind the log. */
  readonly empty: () => void
  readonly close: () => void
}

const commitMs = 200 // a commit syncs nothing (WAL), but writes pages
const cacheKiB = 16_384
const busyMs = 10_000 // for the process before this one to end its transaction

const ownTables = `
  CREATE TABLE IF NOT EXISTS about (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS positions (
    topic TEXT NOT NULL, partition INTEGER NOT NULL, next INTEGER NOT NULL,
    PRIMARY KEY (topic, partition)
  ) WITHOUT ROWID;
`

/** DISK_FULL. */
export function openLocalStore(place: StorePlace): LocalStore {
  mkdirSync(place.folder, { recursive: true, mode: 0o700 })
  const path = join(place.folder, `${place.name}.sqlite`)
  let { database, emptied } = openOrEmpty(path, place)
  let statements = new Map<string, Database.Statement>()
  let timer: NodeJS.Timeout | null = null
  const befores: (() => void)[] = []
  const prepare = (sql: string): Database.Statement => {
    const known = statements.get(sql) ?? database.prepare(sql)
    statements.set(sql, known)
    return known
  }
  const commit = (): void => {
    if (timer === null) return
    clearTimeout(timer)
    timer = null
    for (const act of befores) act()
    database.exec('COMMIT')
  }
  const change = (act: () => void): void => {
    if (timer === null) {
      database.exec('BEGIN IMMEDIATE')
      timer = setTimeout(commit, commitMs)
    }
    database.exec('SAVEPOINT record')
    try {
      act()
      database.exec('RELEASE record')
    } catch (error) {
      database.exec('ROLLBACK TO record; RELEASE record')
      throw asOwn(error)
    }
  }
  const close = (): void => {
    commit()
    database.close()
  }
  return {
    prepare,
    emptied: () => emptied,
    change,
    position(topic, partition) {
      const row = prepare('SELECT next FROM positions WHERE topic = ? AND partition = ?').get(
        topic,
        partition,
      ) as { readonly next: number } | undefined
      return row?.next ?? 0
    },
    positions(topic) {
      const rows = prepare('SELECT partition, next FROM positions WHERE topic = ?').all(topic) as {
        readonly partition: number
        readonly next: number
      }[]
      return new Map(rows.map(({ partition, next }) => [partition, BigInt(next)]))
    },
    move: (topic, partition, next) =>
      void prepare('INSERT OR REPLACE INTO positions VALUES (?, ?, ?)').run(topic, partition, next),
    beforeCommit: (act) => void befores.push(act),
    scrub() {
      commit()
      database.pragma('wal_checkpoint(TRUNCATE)')
    },
    empty() {
      close()
      removeFiles(path)
      ;({ database } = openOrEmpty(path, place))
      emptied = 'behind'
      statements = new Map()
    },
    close,
  }
}

interface Opened {
  readonly database: Database.Database
  readonly emptied: ReturnType<LocalStore['emptied']>
}

function openOrEmpty(path: string, place: StorePlace): Opened {
  let why: ReturnType<LocalStore['emptied']> = 'new'
  try {
    const database = openFile(path)
    const mark = markIn(database)
    if (mark === markOf(place)) return { database, emptied: null }
    if (mark !== null) why = 'other'
    database.close()
  } catch (error) {
    if (!damages.has(codeOf(error))) throw asOwn(error)
    why = 'damaged'
  }
  removeFiles(path)
  const database = openFile(path)
  database.exec(`${ownTables}${place.schema}`)
  database.prepare('INSERT INTO about VALUES (?, ?)').run('mark', markOf(place))
  return { database, emptied: why }
}

const markOf = ({ version, log }: StorePlace): string => JSON.stringify([version, log])

function openFile(path: string): Database.Database {
  const database = new Database(path)
  database.pragma(`busy_timeout = ${busyMs}`)
  database.pragma('journal_mode = WAL')
  database.pragma('synchronous = NORMAL')
  database.pragma('secure_delete = ON')
  database.pragma(`cache_size = -${cacheKiB}`)
  database.exec(ownTables)
  return database
}

function markIn(database: Database.Database): string | null {
  const row = database.prepare('SELECT value FROM about WHERE key = ?').get('mark') as
    { readonly value: string } | undefined
  return row?.value ?? null
}

function removeFiles(path: string): void {
  for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${ending}`, { force: true })
}

const damages = new Set(['SQLITE_CORRUPT', 'SQLITE_NOTADB'])

function codeOf(error: unknown): string {
  const { code } = (error ?? {}) as { readonly code?: unknown }
  return typeof code === 'string' ? code : ''
}

function asOwn(error: unknown): unknown {
  const code = codeOf(error)
  if (code === 'SQLITE_FULL') return new ErrataError('DISK_FULL', 'the disk of the index is full')
  return error
}
