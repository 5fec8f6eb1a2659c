/**
 * Versions of what is installed, as pinned in package.json: they are part of what a reading says
 * about its origin.
 */

import { readFileSync } from 'node:fs'
import { ErrataError } from '../errors.ts'

const pinned = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>
  }
).dependencies

/** Such as '2.1.13'. */
export function packageVersion(dependency: string): string {
  const version = pinned[dependency]
  if (version === undefined) throw new ErrataError('BUG', 'not a dependency', { dependency })
  return version
}
