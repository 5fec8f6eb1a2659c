/**
 * A walk over Avro bytes that builds nothing: whether they are one whole value of a type, within
 * bounds.
 *
 * The decoder trusts what it reads: an array that states 2^53 items is read for ever, past the end
 * of the buffer, each item taking memory. So untrusted bytes are walked first, in time and memory
 * linear in their length. Refused are lengths beyond what is left, more items than bytes, numbers
 * longer than their type, unknown branches and symbols, nesting deeper than 64, and bytes left
 * over.
 */

import type { Type, types } from 'avsc'

export class OutOfBounds extends Error {}

interface Cursor {
  readonly bytes: Uint8Array
  at: number
  /** Items that arrays and maps may still hold: an item without bytes costs time all the same. */
  items: number
  depth: number
}

type Walk = (cursor: Cursor) => void

const deepest = 64

/** A function that throws OutOfBounds where bytes aren't exactly one value of the type. */
export function boundsOf(type: Type): (bytes: Uint8Array) => void {
  const walk = walkOf(type, new Map())
  return (bytes) => {
    const cursor: Cursor = { bytes, at: 0, items: bytes.length, depth: 0 }
    walk(cursor)
    if (cursor.at !== bytes.length)
      throw new OutOfBounds(`${bytes.length - cursor.at} bytes left over`)
  }
}

function walkOf(type: Type, done: Map<Type, Walk>): Walk {
  const known = done.get(type)
  if (known !== undefined) return known
  let made: Walk | undefined
  const later: Walk = (cursor) => (made as Walk)(cursor) // for types that contain themselves
  done.set(type, later)
  made = build(type, done)
  done.set(type, made)
  return made
}

function build(type: Type, done: Map<Type, Walk>): Walk {
  return primitives.get(type.typeName) ?? buildComposite(type, done)
}

const primitives: ReadonlyMap<string, Walk> = new Map<string, Walk>([
  ['null', () => {}],
  ['boolean', (cursor) => skip(cursor, 1)],
  ['int', (cursor) => void readNumber(cursor, 5)],
  ['long', (cursor) => void readNumber(cursor, 10)],
  ['float', (cursor) => skip(cursor, 4)],
  ['double', (cursor) => skip(cursor, 8)],
  ['bytes', skipText],
  ['string', skipText],
])

function buildComposite(type: Type, done: Map<Type, Walk>): Walk {
  switch (type.typeName) {
    case 'fixed': {
      const { size } = type as types.FixedType
      return (cursor) => skip(cursor, size)
    }
    case 'enum': {
      const { length } = (type as types.EnumType).symbols
      return (cursor) => void readIndex(cursor, length)
    }
    case 'array': {
      const item = walkOf((type as types.ArrayType).itemsType, done)
      return (cursor) => walkBlocks(cursor, item)
    }
    case 'map': {
      const value = walkOf((type as types.MapType).valuesType, done)
      return (cursor) =>
        walkBlocks(cursor, (at) => {
          skipText(at)
          value(at)
        })
    }
    case 'union:wrapped':
    case 'union:unwrapped': {
      const branches = (type as types.UnwrappedUnionType).types.map((branch) =>
        walkOf(branch, done),
      )
      return (cursor) => nested(cursor, branches[readIndex(cursor, branches.length)] as Walk)
    }
    case 'record':
    case 'error': {
      const fields = (type as types.RecordType).fields.map((field) => walkOf(field.type, done))
      return (cursor) =>
        nested(cursor, () => {
          for (const field of fields) field(cursor)
        })
    }
    default:
      if (type.typeName.startsWith('logical:'))
        return walkOf((type as types.LogicalType).underlyingType, done)
      throw new OutOfBounds(`unknown type ${type.typeName}`)
  }
}

function nested(cursor: Cursor, walk: Walk): void {
  if (++cursor.depth > deepest) throw new OutOfBounds(`nested deeper than ${deepest}`)
  walk(cursor)
  cursor.depth--
}

function walkBlocks(cursor: Cursor, item: Walk): void {
  nested(cursor, () => {
    for (let count = readNumber(cursor, 10); count !== 0; count = readNumber(cursor, 10)) {
      if (count < 0) {
        count = -count
        const size = readNumber(cursor, 10)
        if (size < 0 || cursor.at + size > cursor.bytes.length)
          throw new OutOfBounds('a block longer than what is left')
      }
      cursor.items -= count
      if (!(cursor.items >= 0)) throw new OutOfBounds('more items than bytes')
      for (; count > 0; count--) item(cursor)
    }
  })
}

function skip(cursor: Cursor, length: number): void {
  if (length < 0 || cursor.at + length > cursor.bytes.length)
    throw new OutOfBounds(
      `a length of ${length} with ${cursor.bytes.length - cursor.at} bytes left`,
    )
  cursor.at += length
}

/** Bytes or a string. */
function skipText(cursor: Cursor): void {
  skip(cursor, readNumber(cursor, 10))
}

function readIndex(cursor: Cursor, count: number): number {
  const index = readNumber(cursor, 5)
  if (index < 0 || index >= count) throw new OutOfBounds(`branch or symbol ${index} of ${count}`)
  return index
}

/** A zigzag number of up to `most` bytes; beyond 2^53 it isn't exact, which suffices for bounds. */
function readNumber(cursor: Cursor, most: number): number {
  const { bytes } = cursor
  let unsigned = 0
  let scale = 1
  for (let i = 0; i < most; i++) {
    const byte = bytes[cursor.at++]
    if (byte === undefined) throw new OutOfBounds('ends within a number')
    unsigned += (byte & 0x7f) * scale
    if (byte < 0x80) return unsigned % 2 === 0 ? unsigned / 2 : -(unsigned + 1) / 2
    scale *= 128
  }
  throw new OutOfBounds(`a number of more than ${most} bytes`)
}
