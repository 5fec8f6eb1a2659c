/**
 * The starter model of a profile, which ships with Errata. starter.ts generates its training
 * documents.
 */

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The bundle of a profile's starter model; null if it has none. */
export function starterBundle(profile: string): Buffer | null {
  const path = fileURLToPath(
    new URL(`starter/${encodeURIComponent(profile)}.model`, import.meta.url),
  )
  return existsSync(path) ? readFileSync(path) : null
}
