/**
 * The command line as a golden run calls it: a process of its own, with the clock of clock.mjs, a
 * home of its own and the defaults of every setting. Time zone and language stay those of the
 * caller, since no result may depend on them.
 *
 * The commands are a contract and `bin` of package.json says where they start, so nothing in here
 * moves with the code.
 */

import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { settings } from '../../config.ts'

export const root = fileURLToPath(new URL('../../', import.meta.url))

export interface Output {
  readonly stdout: string
  readonly stderr: string
}

/** Runs `errata` with `words`; an error where it ends with a code that is not among `codes`. */
export function errata(home: string, words: readonly string[], codes = [0]): Promise<Output> {
  const { bin } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Package
  const child = spawn(process.execPath, [join(root, bin.errata), ...words], {
    cwd: root,
    env: environment(home),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text))
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text))
  return new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('close', (code, signal) => {
      const fault = `errata ${words[0]} ended with ${code ?? signal}: ${stderr.slice(-500)}`
      if (code !== null && codes.includes(code)) resolve({ stdout, stderr })
      else reject(new Error(fault))
    })
  })
}

interface Package {
  readonly bin: { readonly errata: string }
}

function environment(home: string): NodeJS.ProcessEnv {
  const dropped = new Set(['NODE_OPTIONS', ...Object.values(settings).map(({ env }) => env)])
  const isKept = (name: string): boolean => !dropped.has(name.replace(/_FILE$/, ''))
  const kept = Object.entries(process.env).filter(([name]) => isKept(name))
  return {
    ...Object.fromEntries(kept),
    ERRATA_HOME: home,
    ERRATA_OCR_ENGINE: 'tesseract',
    NODE_OPTIONS: `--import=${new URL('clock.mjs', import.meta.url).href}`,
  }
}
