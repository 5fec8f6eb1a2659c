/** `errata train` as a process of its own, since it keeps a core busy for a minute. */

import { spawn } from 'node:child_process'
import type { Training } from '../../connectors/http/trainings.ts'
import { ownScript } from '../../connectors/own-script.ts'
import type { Trained } from '../../operations/train.ts'

const longestOutcome = 1_000_000 // characters

/**
 * Trains a profile; the process's last line on stdout is the outcome, its messages say how
 * far it is.
 */
export function trainInChild(
  home: string,
  profile: string,
  stop: AbortSignal,
  onProgress: (progress: Training['progress']) => void,
): Promise<Trained> {
  const { path, loader } = ownScript('../../cli/supervised.ts', import.meta.url)
  const child = spawn(process.execPath, [...loader, path, home, 'train', '--profile', profile], {
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
  })
  let said = ''
  child.on('message', (message: unknown) => {
    if (isProgress(message)) onProgress(message) // the loader speaks there too
  })
  child.stdout
    ?.setEncoding('utf8')
    .on('data', (text: string) => (said = (said + text).slice(-longestOutcome)))
  stop.addEventListener('abort', () => child.kill('SIGTERM'), { once: true })
  return new Promise((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code, signal) => {
      const last = said.trim().split('\n').at(-1) ?? ''
      if (code === 0 && last.startsWith('{')) resolve(JSON.parse(last) as Trained)
      else reject(new Error(`the training ended with ${signal ?? `exit code ${code}`}`))
    })
  })
}

function isProgress(message: unknown): message is NonNullable<Training['progress']> {
  return (
    typeof message === 'object' &&
    message !== null &&
    'step' in message &&
    'done' in message &&
    'of' in message
  )
}
