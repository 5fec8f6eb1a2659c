/**
 * The pieces that the contract of the HTTP API is written in: plain JSON schemas, written once.
 * Fastify checks requests by them, the OpenAPI document repeats them, and `Wire` is their
 * TypeScript type: of what a handler is given and may answer, and of what the pages see.
 */

import type {
  FastifyBaseLogger,
  FastifyInstance,
  FastifyTypeProvider,
  RawServerDefault,
} from 'fastify'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { FromSchema, JSONSchema } from 'json-schema-to-ts'

declare module 'fastify' {
  interface FastifySchema {
    readonly summary?: string
    readonly description?: string
    readonly tags?: readonly string[]
  }
}

export type Schema = Readonly<Record<string, unknown>>

/** What a schema describes; nothing of it may be changed. */
export type Wire<S> = S extends JSONSchema
  ? Immutable<FromSchema<S, { deserialize: [Binary] }>>
  : unknown

interface Binary {
  readonly pattern: typeof binary
  readonly output: Uint8Array
}

type Immutable<T> = T extends Uint8Array
  ? T
  : T extends object
    ? { readonly [Name in keyof T]: Immutable<T[Name]> }
    : T

export interface ContractTypes extends FastifyTypeProvider {
  readonly validator: Wire<this['schema']>
  readonly serializer: Wire<this['schema']>
}

/** A server whose handlers are typed by the schemas of their routes. */
export type Api = FastifyInstance<
  RawServerDefault,
  IncomingMessage,
  ServerResponse,
  FastifyBaseLogger,
  ContractTypes
>

export const binary = { type: 'string', format: 'binary' } as const
export const text = { type: 'string' } as const
export const textOrNull = { type: ['string', 'null'] } as const
export const texts = { type: 'array', items: text } as const
export const whole = { type: 'integer' } as const
export const wholeOrNull = { type: ['integer', 'null'] } as const
export const wholes = { type: 'array', items: whole } as const
export const number = { type: 'number' } as const
export const numberOrNull = { type: ['number', 'null'] } as const
export const flag = { type: 'boolean' } as const
export const time = { type: 'integer', description: 'Milliseconds since 1970.' } as const
export const timeOrNull = {
  type: ['integer', 'null'],
  description: 'Milliseconds since 1970.',
} as const

interface ObjectSchema<Properties, Required> {
  readonly type: 'object'
  readonly properties: Properties
  readonly required: Required
  readonly additionalProperties: false
}

/** An object without other members; those that `required` doesn't name may be absent. Default: all are needed. */
export function object<
  const P extends Readonly<Record<string, unknown>>,
  const R extends readonly (keyof P & string)[] = readonly (keyof P & string)[],
>(properties: P, required?: R): ObjectSchema<P, R> {
  return {
    type: 'object',
    properties,
    required: required ?? (Object.keys(properties) as unknown as R),
    additionalProperties: false,
  }
}

/** The same with members that it doesn't name. */
export function open<const S extends object>(
  schema: S,
): Omit<S, 'additionalProperties'> & { readonly additionalProperties: true } {
  return { ...schema, additionalProperties: true }
}

export function list<const S extends object>(items: S) {
  return { type: 'array', items } as const
}

export function orNull<const S extends object>(schema: S) {
  return { anyOf: [schema, { type: 'null' }] } as const
}

/** An object whose members all have this schema, whatever their names. */
export function mapOf<const S extends object>(schema: S) {
  return { type: 'object', additionalProperties: schema } as const
}
