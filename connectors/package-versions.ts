/**
 * Versions of installed packages, as pinned in package.json; a reading records them as part of its
 * origin.
 */

import { readFileSync } from 'node:fs'
import { ErrataError } from '../errors.ts'

const pinned = (
  JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
    dependencies: Readonly<Record<string, string>>
  }
).dependencies

/** For example '2.1.13'. */
export function packageVersion(dependency: string): string {
  const version = pinned[dependency]
  if (version === undefined) throw new ErrataError('BUG', 'not a dependency', { dependency })
  return version
}
