/**
 * The program as it was before its schemas last changed, from the history of this checkout: what an
 * update meets that runs beside the release before it.
 */

import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

const git = (...words: readonly string[]): string => {
  const { status, stdout } = spawnSync('git', words, { encoding: 'utf8' })
  return status === 0 ? stdout.trim() : ''
}

/** Null where this is no checkout, or one whose history doesn't go back so far. */
export function earlierCommit(): string | null {
  const changed = git('log', '-1', '--format=%H', '--diff-filter=A', '--', 'schemas/history')
  const before = changed === '' ? '' : git('rev-parse', '--quiet', '--verify', `${changed}^`)
  return before === '' ? null : before
}

/** Its files, beside the packages of today. */
export function unpackCommit(commit: string, folder: string): void {
  mkdirSync(folder, { recursive: true })
  const archive = execFileSync('git', ['archive', commit], { maxBuffer: 1e9 })
  execFileSync('tar', ['x', '-C', folder], { input: archive })
  symlinkSync(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'))
}
