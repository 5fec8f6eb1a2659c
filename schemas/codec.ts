/**
 * Records as bytes: Confluent's wire format (a zero byte, the schema's id as four bytes, Avro) over
 * the schemas of this folder.
 *
 * Decoding reads what an older or newer version wrote: the writer's schema comes from the registry
 * by its id and is resolved to ours; the resolver is kept, so that each id is asked for once. A kind
 * of rule that a later version added is read as `unknown` (`unread` in the schema). Bytes
 * come from outside and are bounded first (bounds.ts), so that no record can take more than memory
 * linear in its size. Errors name codes, ids and lengths, never contents:
 *
 *   RECORD_NOT_FRAMED   no zero byte and id in front
 *   RECORD_TOO_LARGE    over the limit of the topic, when read and when written
 *   RECORD_UNDECODABLE  not a value of the schema that it names, bytes left over, or a long beyond 2^53
 *   SCHEMA_FOREIGN      the id names a schema that can't be read as the topic's
 *   SCHEMA_NEWER        the same, but it is registered as the topic's: by a later release, which will read it
 *   SCHEMA_UNKNOWN, REGISTRY_UNREACHABLE  from the registry; these three are tried again
 *
 * Logical types stay what they are underneath: a timestamp is a number of milliseconds.
 */

import avro, { type Type } from 'avsc'
import { ErrataError } from '../errors.ts'
import { boundsOf, OutOfBounds } from './bounds.ts'
import { readerSchemaOf, schemaNames, schemaOf } from './schemas.ts'
import type { Topics } from './types.ts'

type TopicName = keyof Topics

/** Where schema ids come from; connectors/registry/registry.ts in production. */
export interface SchemaIds {
  /** The id under which the topic's schema is registered. */
  idOf(topic: TopicName): number
  /**
   * The Avro schema of an id, as JSON text. SCHEMA_UNKNOWN, SCHEMA_FOREIGN, REGISTRY_UNREACHABLE.
   */
  schemaOf(id: number): Promise<string>
  /** Whether the id is that of a schema which is registered as the topic's. REGISTRY_UNREACHABLE. */
  isReleased(topic: TopicName, id: number): Promise<boolean>
}

export interface Codec {
  /** RECORD_TOO_LARGE; BUG for a value that isn't of the topic's type. */
  encode<T extends TopicName>(topic: T, value: Topics[T]): Buffer
  decode<T extends TopicName>(topic: T, bytes: Uint8Array): Promise<Topics[T]>
}

/**
 * Largest value of any topic in bytes. Topics must take a little more: `max.message.bytes` of 10
 * MiB.
 */
export const largestRecord = 8_388_608

/** Largest value in bytes; a topic that isn't here takes `largestRecord`. */
const limits: Partial<Record<TopicName, number>> = {
  rules: 262_144,
  profiles: 262_144,
  models: 4_194_304, // manifest and evidence; the model itself lies in the blob store
}

export function recordLimit(topic: TopicName): number {
  return limits[topic] ?? largestRecord
}

const magic = 0
const frame = 5 // bytes in front of the Avro value

interface Reader {
  readonly check: (bytes: Uint8Array) => void
  /** undefined: written with our own schema */
  readonly resolver: object | undefined
}

export function createCodec(ids: SchemaIds): Codec {
  const readers = new Map<string, Reader>()

  const readerOf = async (topic: TopicName, id: number): Promise<Reader> => {
    const known = readers.get(`${topic}/${id}`)
    if (known !== undefined) return known
    const schema = await ids.schemaOf(id)
    const reader = makeReader(schema, topic)
    if (reader instanceof Error) throw await unreadable(ids, topic, id, reader)
    readers.set(`${topic}/${id}`, reader)
    return reader
  }

  return {
    encode(topic, value) {
      const body = avroOf(topic, value)
      refuseLarge(topic, frame + body.length)
      const bytes = Buffer.allocUnsafe(frame + body.length)
      bytes.writeUInt8(magic, 0)
      bytes.writeInt32BE(ids.idOf(topic), 1)
      body.copy(bytes, frame)
      return bytes
    },

    async decode<T extends TopicName>(topic: T, value: Uint8Array): Promise<Topics[T]> {
      const bytes = Buffer.isBuffer(value)
        ? value
        : Buffer.from(value.buffer, value.byteOffset, value.byteLength)
      refuseLarge(topic, bytes.length)
      if (bytes.length < frame || bytes[0] !== magic)
        throw new ErrataError('RECORD_NOT_FRAMED', 'not in the Confluent wire format', {
          topic,
          bytes: bytes.length,
        })
      const id = bytes.readInt32BE(1)
      const { check, resolver } = await readerOf(topic, id)
      const body = bytes.subarray(frame)
      try {
        check(body)
        return readTypeOf(topic).fromBuffer(body, resolver as never) as Topics[T]
      } catch (error) {
        const why = error instanceof OutOfBounds ? error.message : 'the decoder refused it'
        throw new ErrataError('RECORD_UNDECODABLE', `not a value of schema ${id}: ${why}`, {
          topic,
          id,
          bytes: bytes.length,
        })
      }
    },
  }
}

/** A codec for records that stay in this process: ids without a registry. */
export function createLocalCodec(): Codec {
  return createCodec({
    idOf: (topic) => 1 + schemaNames.indexOf(topic),
    async schemaOf(id) {
      const topic = schemaNames[id - 1]
      if (topic === undefined)
        throw new ErrataError('SCHEMA_FOREIGN', `no schema has the id ${id}`, { id })
      return JSON.stringify(schemaOf(topic))
    },
    isReleased: async () => false,
  })
}

/** Whether this can be a value of the topic's type. */
export function isValue(topic: TopicName, value: unknown): boolean {
  return typeOf(topic).isValid(value)
}

/** The error where it can't be read as the topic's. */
function makeReader(schema: string, topic: TopicName): Reader | Error {
  try {
    const writer = avro.Type.forSchema(JSON.parse(schema) as never, options())
    const type = readTypeOf(topic)
    return {
      check: boundsOf(writer),
      resolver: type.equals(writer) ? undefined : (type.createResolver(writer) as object),
    }
  } catch (error) {
    return error as Error
  }
}

async function unreadable(
  ids: SchemaIds,
  topic: TopicName,
  id: number,
  cause: Error,
): Promise<ErrataError> {
  const facts = { topic, id }
  if (await ids.isReleased(topic, id)) {
    const why = `schema ${id} of ${topic} is a later release's: update this process`
    return new ErrataError('SCHEMA_NEWER', why, facts, cause)
  }
  return new ErrataError('SCHEMA_FOREIGN', `schema ${id} can't be read as ${topic}`, facts, cause)
}

function avroOf(topic: TopicName, value: unknown): Buffer {
  const type = typeOf(topic)
  try {
    return type.toBuffer(value)
  } catch {
    const wrong: string[] = []
    type.isValid(value, { errorHook: (path) => wrong.push(path.join('.')) })
    throw new ErrataError('BUG', `not a value of ${topic}, at ${wrong.slice(0, 5).join(', ')}`, {
      topic,
    }) // without the cause: it quotes the value
  }
}

function refuseLarge(topic: TopicName, bytes: number): void {
  if (bytes > recordLimit(topic))
    throw new ErrataError('RECORD_TOO_LARGE', `${bytes} bytes, more than ${recordLimit(topic)}`, {
      topic,
      bytes,
    })
}

// A registry of its own for each type, since several schemas define types of the same name; no
// logical types.
const options = () => ({ logicalTypes: {}, registry: {} })

const types = new Map<TopicName, Type>()

function typeOf(topic: TopicName): Type {
  const known = types.get(topic) ?? avro.Type.forSchema(schemaOf(topic) as never, options())
  types.set(topic, known)
  return known
}

const readTypes = new Map<TopicName, Type>()

function readTypeOf(topic: TopicName): Type {
  const known =
    readTypes.get(topic) ?? avro.Type.forSchema(readerSchemaOf(topic) as never, options())
  readTypes.set(topic, known)
  return known
}
