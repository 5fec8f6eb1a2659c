/**
 * The `.avsc` files of this folder as self-contained Avro schemas: what lies here is what exists. A
 * file is called after the topic whose values it describes. It may name a type of `common.json`;
 * the first mention in each schema is replaced by its definition, so that what is registered
 * depends on nothing else.
 */

import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Topics } from './types.ts'

type Json = string | number | boolean | null | readonly Json[] | { readonly [key: string]: Json }

/** Topics without a file of their own, and the topic whose fact they carry. */
const sameAs: Partial<Record<keyof Topics, keyof Topics>> = {
  verdicts: 'corrected', // a verdict
  training: 'corrected',
  shadow: 'extracted', // a reading
  screened: 'claims', // a claim
}

const folder = fileURLToPath(new URL('.', import.meta.url))
const ending = '.avsc'

/** Every topic that has a schema. */
export const schemaNames: readonly (keyof Topics)[] = [
  ...readdirSync(folder)
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length)),
  ...Object.keys(sameAs),
].sort() as (keyof Topics)[]

const fileOf = (topic: keyof Topics): string => `${sameAs[topic] ?? topic}${ending}`
const load = (file: string): Json => JSON.parse(readFileSync(folder + file, 'utf8')) as Json

function inline(node: Json, common: ReadonlyMap<string, Json>, done: Set<string>): Json {
  if (typeof node === 'string') {
    const definition = common.get(node)
    if (definition === undefined || done.has(node)) return node
    done.add(node)
    return inline(definition, common, done)
  }
  if (Array.isArray(node)) return node.map((item: Json) => inline(item, common, done))
  if (node === null || typeof node !== 'object') return node
  // Only these keys hold types; names, docs, symbols and defaults stay as they are.
  return Object.fromEntries(
    Object.entries(node).map(([key, value]) => [
      key,
      ['type', 'items', 'values', 'fields'].includes(key) ? inline(value, common, done) : value,
    ]),
  )
}

/**
 * The schema by which a topic is read: an enum with `unread` has that symbol for each one that it
 * doesn't know, because a later version wrote it. Nothing is written with it, so earlier readers
 * don't meet it.
 */
export function readerSchemaOf(topic: keyof Topics): { readonly [key: string]: Json } {
  return tolerant(schemaOf(topic)) as { readonly [key: string]: Json }
}

function tolerant(node: Json): Json {
  if (Array.isArray(node)) return node.map(tolerant)
  if (node === null || typeof node !== 'object') return node
  const copy = Object.fromEntries(
    Object.entries(node).map(([key, value]) => [key, tolerant(value)]),
  )
  const { unread, symbols } = copy
  return typeof unread === 'string' && Array.isArray(symbols)
    ? { ...copy, symbols: [...symbols, unread], default: unread }
    : copy
}

/** The Avro schema of a topic's values, as JSON. */
export function schemaOf(topic: keyof Topics): { readonly [key: string]: Json } {
  const common = new Map(
    (load('common.json') as readonly { name: string }[]).map((type) => [
      type.name,
      type as unknown as Json,
    ]),
  )
  return inline(load(fileOf(topic)), common, new Set()) as { readonly [key: string]: Json }
}
