/**
 * Which code a training is a function of: a hash over the sources of what trains and of what reads,
 * since the same verdicts give another model where either has changed. A release number alone would
 * not tell: two checkouts may share one.
 *
 * Known by this name: every source below trainer/ and processors/, by path and content. Not known:
 * what the packages in use do, and how people are asked; a release pins those.
 */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const folders = ['trainer', 'processors'] as const
const letters = 12 // of the hash: enough to tell versions of one project apart

/** The same sources give the same name, wherever they lie. */
export function codeVersion(root = fileURLToPath(new URL('..', import.meta.url))): string {
  const hash = createHash('sha256')
  for (const folder of folders) {
    const sources = readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.ts'))
      .sort()
    for (const path of sources)
      hash
        .update(`${folder}/${path}\n`)
        .update(readFileSync(`${root}/${folder}/${path}`))
        .update('\n')
  }
  return hash.digest('hex').slice(0, letters)
}
