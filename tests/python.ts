/**
 * Python programs that tests run against, from PyPI: virtual environments below Errata's cache,
 * each made once for its list of packages by uv, which takes seconds where pip takes minutes. Runs
 * side by side wait for each other.
 */

import { execFile, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { promisify } from 'node:util'
import { readConfig } from '../config.ts'
import { releaseLock, takeLock } from '../connectors/files/file-lock.ts'
import { cacheOf } from '../deploy/stack/home.ts'

export const hasPython = spawnSync('python3', ['-c', 'import venv, ensurepip']).status === 0

/** The folder of an environment with these packages. Rejects where they can't be had. */
export async function venv(name: string, packages: readonly string[]): Promise<string> {
  const cache = join(cacheOf(readConfig(process.env)), 'integrations')
  const folder = join(cache, name)
  const mark = join(folder, `installed ${packages.join(' ').replace(/[^\w. =-]/g, '_')}`)
  if (existsSync(mark)) return folder
  mkdirSync(cache, { recursive: true })
  const lock = join(cache, 'lock')
  while (takeLock(lock) !== null) await sleep(200)
  try {
    if (existsSync(mark)) return folder
    const uv = join(cache, 'uv', 'bin', 'uv')
    if (!existsSync(uv)) {
      await must('python3', '-m', 'venv', '--clear', join(cache, 'uv'))
      await must(
        join(cache, 'uv', 'bin', 'python'),
        '-m',
        'pip',
        'install',
        '--quiet',
        '--disable-pip-version-check',
        'uv',
      )
    }
    process.stderr.write(`${name}: installing ${packages.join(', ')}\n`)
    await must(uv, 'venv', '--quiet', '--clear', '--python', 'python3', folder)
    await must(uv, 'pip', 'install', '--quiet', '--python', folder, ...packages)
    writeFileSync(mark, '')
    return folder
  } finally {
    releaseLock(lock)
  }
}

async function must(command: string, ...words: readonly string[]): Promise<void> {
  // uv trusts authorities of its own, not those that this machine trusts
  const trust = { UV_SYSTEM_CERTS: 'true', UV_NATIVE_TLS: 'true' }
  const env = { ...process.env, ...trust, UV_LINK_MODE: 'copy' }
  await promisify(execFile)(command, words, { env })
}
