/**
 * Loaded into a process before the program: where the program would kill itself at a named point
 * (ERRATA_CRASH_AT), its event loop stands still for FAULTS_STALL_MS instead, and then goes on; and
 * so wherever it is when SIGUSR2 arrives.
 */

import { writeSync } from 'node:fs'

export const stalledWords = { begin: 'the event loop stands still', end: 'the event loop goes on' }

const stallMs = Number(process.env['FAULTS_STALL_MS'] ?? 0)

function stall(): void {
  writeSync(2, `${stalledWords.begin}\n`)
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, stallMs)
  writeSync(2, `${stalledWords.end}\n`)
}

if (stallMs > 0) {
  process.on('SIGUSR2', stall)
  const kill = process.kill.bind(process)
  process.kill = (pid, signal) => {
    if (pid !== process.pid || signal !== 'SIGKILL') return kill(pid, signal)
    stall()
    return true
  }
}
