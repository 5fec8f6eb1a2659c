/**
 * The answers of a registry before the library takes them for schemas. It would take a redirect or
 * the page of a proxy for one, and compile schemas of other types than Avro; it waits for an answer
 * for ever. What was lost on the way it reports as status 400, as if the registry had said so.
 */

import type { SchemaRegistry } from '@kafkajs/confluent-schema-registry'

type Middleware = NonNullable<
  ConstructorParameters<typeof SchemaRegistry>[0]['middlewares']
>[number]

const timeoutMs = 10_000
const notAnAnswer = 599 // status of what only looks like an answer
export const lost = 400 // of a connection that failed or was silent; no registry says so of an id

/** The id is that of a schema of another type than Avro. */
export class OtherType extends Error {}

export const boundary: Middleware = () => ({
  prepareRequest: async (next) => (await next()).enhance({ timeout: timeoutMs }),
  response: async (next) => {
    const response = await next()
    const data: unknown = response.data()
    if (response.status() >= 300 || typeof data !== 'object' || data === null)
      throw Object.assign(new Error('not the answer of a registry'), { status: notAnAnswer })
    const { schemaType = 'AVRO' } = data as { schemaType?: string }
    if (schemaType !== 'AVRO') throw new OtherType(`of type ${schemaType}`)
    return response
  },
})

/** Status of an answer that was made an error of; null for other errors. */
export function statusOf(error: unknown): number | null {
  const { status } = (error ?? {}) as { status?: unknown }
  return typeof status === 'number' ? status : null
}
