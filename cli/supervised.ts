/**
 * A process of a supervisor: `supervised.ts HOME COMMAND…` runs a command of the command line and
 * ends when its standard input closes, that is when the supervisor is gone, however it went. HOME
 * only marks the process in lists of processes.
 */

import { main } from './cli.ts'

const patienceMs = 13_000 // a process gives its parts 12 s

process.stdin
  .on('error', () => {})
  .once('close', () => {
    process.kill(process.pid, 'SIGTERM')
    setTimeout(() => process.exit(1), patienceMs).unref()
  })
  .resume()
process.stdin.on('end', () => process.stdin.destroy())
// The pipe must not keep a process alive whose work is done.
;(process.stdin as unknown as { unref?: () => void }).unref?.()

void main(process.argv.slice(3), process.env).then((code) => process.exit(code))
