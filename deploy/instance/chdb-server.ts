/**
 * The process of the embedded analytics store: `node --import tsx/esm
 * deploy/instance/chdb-server.ts FOLDER HOST PORT [--with-parent]`.
 *
 * On stdout one line of JSON once it serves: {"url", "writeUrl"}; writeUrl carries the token that
 * writing needs, `url` is for everybody else. The owner's token is kept in FOLDER.token, so that
 * the sink can reconnect after a restart; the read token of commands on this machine is in
 * FOLDER.read-token; both are readable for their owner only.
 *
 * It ends at SIGTERM or SIGINT, and by itself when a statement is stuck in the engine. With --with-parent it also ends when its standard input closes, so
 * that a supervisor that was killed leaves no orphan that holds the folder; and nobody reads
 * without a token until a line there says otherwise:
 * {"readers": null} opens it to this machine, {"readers": ["<sha256 of a token>", …]} names who may.
 */

import { mkdirSync } from 'node:fs'
import { resolve } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readers } from '../../connectors/chdb/access.ts'
import { openChdb } from '../../connectors/chdb/gateway.ts'
import { secretIn } from '../../connectors/files/secret-file.ts'
import { tokenHash } from '../../processors/review/accounts.ts'

const [given, host, port, parent] = process.argv.slice(2)
if (given === undefined || host === undefined || port === undefined) {
  process.stderr.write('usage: chdb-server.ts FOLDER HOST PORT [--with-parent]\n')
  process.exit(2)
}

const stuckAfterMs = 600_000 // the sink asks again after two minutes, reads end after one
const lookEveryMs = 10_000
const folder = resolve(given)
const hasParent = parent === '--with-parent'
let readers: Readers = hasParent ? [] : null

try {
  const ownerToken = secretIn(`${folder}.token`)
  const ours = tokenHash(secretIn(`${folder}.read-token`))
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  // The engine treats the name of an unknown table as a file of the working folder; this one has
  // only folders
  process.chdir(folder)
  const allowed = (): Readers => (readers === null ? null : [...readers, ours])
  const chdb = await openChdb({ folder, host, port: Number(port), ownerToken, readers: allowed })
  process.stdout.write(
    `${JSON.stringify({ url: chdb.url, writeUrl: chdb.url.replace('://', `://errata:${ownerToken}@`) })}\n`,
  )
  const end = (): void => void chdb.close().then(() => process.exit(0))
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  if (hasParent) followParent(end)
  setInterval(() => {
    if (chdb.busyMs() < stuckAfterMs) return
    process.stderr.write(`STALLED: a statement has run for ${stuckAfterMs / 1000} s\n`)
    process.exit(1) // not by closing, which waits for it
  }, lookEveryMs).unref()
} catch (error) {
  const {
    code = 'BUG',
    message,
    cause,
  } = error as { code?: string; message: string; cause?: Error }
  process.stderr.write(
    `${code}: ${message}${cause === undefined ? '' : ` (${cause.message.slice(0, 300)})`}\n`,
  )
  process.exit(1)
}

function followParent(end: () => void): void {
  process.stdin.once('error', end)
  createInterface({ input: process.stdin })
    .on('line', (line) => {
      readers = (JSON.parse(line) as { readonly readers: Readers }).readers
    })
    .once('close', end)
}
