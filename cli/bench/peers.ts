/**
 * Peers that are Python packages: installed once from PyPI into the cache, run with one thread, CPU
 * seconds as they count them.
 */

import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ErrataError } from '../../errors.ts'

const packages = ['spacy==3.8.7', 'pdfplumber==0.11.8']

export interface Peers {
  /** The JSON that a script beside this file answers to one on stdin. */
  readonly ask: (script: string, question: unknown) => unknown
}

/** Null, and said why, where there is no Python with pip or PyPI doesn't answer. */
export function pythonPeers(cache: string, say: (line: string) => void): Peers | null {
  const python = ['python3', 'python'].find(
    (name) => spawnSync(name, ['-m', 'pip', '--version']).status === 0,
  )
  if (python === undefined) {
    say('no Python with pip: no peer, no ratio')
    return null
  }
  const folder = join(cache, 'peers', packages.join('-').replace(/[^a-z0-9.-]/g, '-'))
  if (!existsSync(folder)) {
    say(`installing ${packages.join(' and ')} from PyPI once, into ${folder}`)
    const work = `${folder}.part`
    mkdirSync(work, { recursive: true })
    const { status } = spawnSync(
      python,
      [
        '-m',
        'pip',
        'install',
        '--quiet',
        '--no-input',
        '--disable-pip-version-check',
        '--only-binary',
        ':all:',
        '--target',
        work,
        ...packages,
      ],
      { stdio: 'ignore', timeout: 900_000 },
    )
    if (status !== 0) {
      rmSync(work, { recursive: true, force: true })
      say(`pip ended with ${status}: no peer, no ratio`)
      return null
    }
    renameSync(work, folder)
  }
  return {
    ask: (script, question) => {
      const path = fileURLToPath(new URL(script, import.meta.url))
      const { status, stdout } = spawnSync(python, [path, folder], {
        input: JSON.stringify(question),
        encoding: 'utf8',
        maxBuffer: 64 * 1024 * 1024,
        stdio: ['pipe', 'pipe', 2],
      })
      if (status !== 0)
        throw new ErrataError('BUG', 'the peer failed', { script, status: status ?? -1 })
      return JSON.parse(stdout) as unknown
    },
  }
}
