/**
 * The process of the embedded analytics store: `node --import tsx/esm deploy/store.ts FOLDER HOST PORT [--with-parent]`.
 *
 * On stdout one line of JSON once it serves: {"url", "writeUrl"}; writeUrl carries the token that writing needs, `url` is for
 * everybody else. The token is kept in FOLDER.token (mode 0600), so that restarts don't strand the sink. It ends at
 * SIGTERM or SIGINT; --with-parent also when its standard input closes, so that a supervisor that was killed leaves no orphan
 * that holds the folder.
 */

import { randomBytes } from 'node:crypto'
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { openChdb } from '../connectors/chdb.ts'

const [folder, host, port, parent] = process.argv.slice(2)
if (folder === undefined || host === undefined || port === undefined) {
  process.stderr.write('usage: store.ts FOLDER HOST PORT [--with-parent]\n')
  process.exit(2)
}

const token = tokenOf(`${folder}.token`)
try {
  const chdb = await openChdb({ folder, host, port: Number(port), writeToken: token })
  process.stdout.write(`${JSON.stringify({ url: chdb.url, writeUrl: chdb.url.replace('://', `://errata:${token}@`) })}\n`)
  const end = (): void => void chdb.close().then(() => process.exit(0))
  process.once('SIGTERM', end)
  process.once('SIGINT', end)
  if (parent === '--with-parent') process.stdin.once('end', end).once('error', end).resume()
} catch (error) {
  const { code = 'BUG', message, cause } = error as { code?: string; message: string; cause?: Error }
  process.stderr.write(`${code}: ${message}${cause === undefined ? '' : ` (${cause.message.slice(0, 300)})`}\n`)
  process.exit(1)
}

function tokenOf(file: string): string {
  if (existsSync(file)) return readFileSync(file, 'utf8').trim()
  mkdirSync(dirname(file), { recursive: true })
  const made = randomBytes(24).toString('hex')
  writeFileSync(file, made, { mode: 0o600 })
  return made
}
