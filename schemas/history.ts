/**
 * Every schema that was ever released, so that a change can be judged without a registry:
 * `history/<topic>.<n>.json`.
 *
 * The rule is the registry's BACKWARD, against all versions and not just the last one: today's
 * reader can read whatever any release wrote, since `corrected` is kept for ever. `npm run schemas`
 * adds a version where a schema changed and refuses one that breaks the rule; a test checks that it
 * was run.
 */

import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import avsc from 'avsc'
import { ErrataError } from '../errors.ts'
import { schemaNames, schemaOf } from './schemas.ts'
import type { Topics } from './types.ts'

const folder = fileURLToPath(new URL('history/', import.meta.url))

/** Released schemas of a topic, the oldest first. */
export function releasesOf(topic: keyof Topics): unknown[] {
  const pattern = new RegExp(`^${topic}\\.(\\d+)\\.json$`)
  const files = existsSync(folder) ? readdirSync(folder).filter((name) => pattern.test(name)) : []
  return files
    .sort((a, b) => Number(pattern.exec(a)?.[1]) - Number(pattern.exec(b)?.[1]))
    .map((name) => JSON.parse(readFileSync(folder + name, 'utf8')) as unknown)
}

/** Why a reader with the new schema can't read what the old one wrote; null where it can. */
export function breaks(writer: unknown, reader: unknown): string | null {
  try {
    avsc.Type.forSchema(reader as avsc.Schema).createResolver(
      avsc.Type.forSchema(writer as avsc.Schema),
    )
    return null
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

/**
 * Adds the present schemas where they differ from the last release; SCHEMA_FOREIGN where one could
 * not read an old record.
 */
export function release(): string[] {
  mkdirSync(folder, { recursive: true })
  return schemaNames.flatMap((topic) => {
    const past = releasesOf(topic)
    const present = schemaOf(topic)
    if (past.length > 0 && JSON.stringify(past.at(-1)) === JSON.stringify(present)) return []
    for (const old of past) {
      const reason = breaks(old, present)
      if (reason !== null)
        throw new ErrataError(
          'SCHEMA_FOREIGN',
          `${topic} could no longer read released records: ${reason}`,
          { topic },
        )
    }
    const file = `${topic}.${past.length + 1}.json`
    writeFileSync(folder + file, `${JSON.stringify(present, null, 1)}\n`)
    return [file]
  })
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  for (const file of release()) console.error(`schemas/history/${file}`)
