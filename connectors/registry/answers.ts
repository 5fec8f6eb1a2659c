/**
 * Validates responses of a registry before the library parses them. The library would take a
 * redirect or a proxy's page for a schema, compile schemas of other types than Avro, wait for a
 * response forever, and report a lost connection as status 400, as if the registry had said so.
 */

import type { SchemaRegistry } from '@kafkajs/confluent-schema-registry'

type Middleware = NonNullable<
  ConstructorParameters<typeof SchemaRegistry>[0]['middlewares']
>[number]

const timeoutMs = 10_000
export const notAnAnswer = 599 // status for a response that is not from a registry
export const lost = 400 // status for a failed or silent connection; no registry uses it for an id

/** The id belongs to a schema of another type than Avro. */
export class OtherType extends Error {}

/** `headers`: of each request, such as a token that changes. */
export const boundary =
  (headers: () => Promise<Readonly<Record<string, string>>>): Middleware =>
  () => ({
    prepareRequest: async (next) =>
      (await next()).enhance({ timeout: timeoutMs, headers: await headers() }),
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

/** Status of an invalid response that became an error; null for other errors. */
export function statusOf(error: unknown): number | null {
  const { status } = (error ?? {}) as { status?: unknown }
  return typeof status === 'number' ? status : null
}
