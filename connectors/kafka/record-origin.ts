/** A record's place, and the header of a copied record that says where it lay before. */

import type { Headers } from './consumer.ts'

export interface RecordOrigin {
  readonly topic: string // full name
  readonly partition: number
  readonly offset: number
}

export const copiedFromHeader = 'errata-copied-from'

/** `topic/partition/offset`; null where a header names no place. */
export function parseOrigin(header: Buffer | undefined): RecordOrigin | null {
  const found = /^(.+)\/(\d{1,9})\/(\d{1,15})$/.exec(header?.toString('latin1') ?? '')
  if (found === null) return null
  const [, topic = '', partition, offset] = found
  return { topic, partition: Number(partition), offset: Number(offset) }
}

/** Where a copied record lay before; null for one that was not copied. */
export function copiedFrom({ headers }: { readonly headers: Headers }): RecordOrigin | null {
  return parseOrigin(headers[copiedFromHeader])
}
