/**
 * What a golden run compares: for each document its key and its content as JSON with sorted keys,
 * without times. Two runs agree where these texts are the same bytes.
 */

import { createHash } from 'node:crypto'

/** A document, or another part of an output that can differ by itself. */
export interface Entry {
  readonly key: string
  readonly text: string
}

const varying = new Set(['ms']) // how long a document took

export function entryOf(key: string, value: unknown): Entry {
  return { key, text: JSON.stringify(sorted(value)) }
}

/** Lines of `--jsonl` by their ids; the summary, which has none, by its first key. */
export function entriesOf(jsonl: string): Entry[] {
  return jsonl
    .trimEnd()
    .split('\n')
    .map((line) => {
      const value = JSON.parse(line) as Readonly<Record<string, unknown>>
      const { id = Object.keys(value)[0] } = value
      return entryOf(String(id), value)
    })
}

export function sha256Of(bytes: string | Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}

/** Of all entries in their order. */
export function hashOf(entries: readonly Entry[]): string {
  return sha256Of(fileOf(entries))
}

export function fileOf(entries: readonly Entry[]): string {
  return entries.map(({ key, text }) => `${key}\t${text}\n`).join('')
}

/** The entries that `fileOf` wrote. */
export function readEntries(text: string): Entry[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => {
      const tab = line.indexOf('\t')
      return { key: line.slice(0, tab), text: line.slice(tab + 1) }
    })
}

/** The keys whose entries differ, or that only one side has. */
export function differing(one: readonly Entry[], other: readonly Entry[]): string[] {
  const textsOf = new Map(other.map(({ key, text }) => [key, text]))
  const changed = one.filter(({ key, text }) => textsOf.get(key) !== text)
  const here = new Set(one.map(({ key }) => key))
  const gone = other.filter(({ key }) => !here.has(key))
  return [...changed, ...gone].map(({ key }) => key)
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  const kept = Object.entries(value).filter(([key]) => !varying.has(key))
  const ordered = kept.sort(([a], [b]) => (a < b ? -1 : 1))
  return Object.fromEntries(ordered.map(([key, part]) => [key, sorted(part)]))
}
