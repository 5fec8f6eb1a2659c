/**
 * What ships with Errata for a profile: its starter model. The documents behind it are generated
 * anew by starter.ts.
 */

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The bundle of a profile's starter model; null where none ships. */
export function starterBundle(profile: string): Buffer | null {
  const path = fileURLToPath(
    new URL(`starter/${encodeURIComponent(profile)}.model`, import.meta.url),
  )
  return existsSync(path) ? readFileSync(path) : null
}
