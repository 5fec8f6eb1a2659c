/**
 * Identifies the code that a training depends on: a hash over the sources of trainer and processors,
 * since a change in either gives another model from the same verdicts. A release number is not
 * enough: two checkouts may share one.
 *
 * The hash covers the path and content of every source below trainer/ and processors/, and of the
 * packed invoices that every training starts from. It does not cover dependencies or the review
 * page; a release pins those. The package has no sources and keeps the version of those that it was
 * made of.
 */

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folders = ['trainer', 'processors'] as const
/** Where the package keeps it. */
export const packagedVersion = 'trainer/code-version.txt'
const letters = 12 // characters of the hash: enough to distinguish versions of one project

/** The same sources give the same version, wherever they are checked out. */
export function codeVersion(root = fileURLToPath(new URL('..', import.meta.url))): string {
  const packaged = join(root, packagedVersion)
  if (existsSync(packaged)) return readFileSync(packaged, 'utf8')
  const hash = createHash('sha256')
  for (const folder of folders) {
    const sources = readdirSync(`${root}/${folder}`, { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.(?:ts|examples)$/.test(path))
      .sort()
    for (const path of sources)
      hash
        .update(`${folder}/${path}\n`)
        .update(readFileSync(`${root}/${folder}/${path}`))
        .update('\n')
  }
  return hash.digest('hex').slice(0, letters)
}
