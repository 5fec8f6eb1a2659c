/**
 * A Confluent-compatible schema registry, by @kafkajs/confluent-schema-registry.
 *
 * At start every topic's schema is registered as `<full topic name>-value` with compatibility
 * BACKWARD; one that would break readers is rejected there (TOPOLOGY_MISMATCH). After that the
 * registry is queried only for unknown ids: cached schemas keep working while it is unavailable.
 *
 * An id that the registry doesn't know is SCHEMA_UNKNOWN (retried) for five seconds, since
 * instances of a registry may lag behind each other, and SCHEMA_FOREIGN (a dead letter) from then
 * on, so that an invented id can't hold up a partition forever. Ids rejected in quick succession
 * share those seconds: a thousand invented ids hold it up no longer than one.
 *
 * A schema that this release can't read, but that is registered under the topic's own subject, is a
 * later release's (SCHEMA_NEWER): such records wait until that release reads them.
 *
 * A registry is trusted only while it knows the schemas that this process registered: a registry
 * that lost its data, a proxy that responds in its place and a registry that fails every request
 * are outside faults (REGISTRY_UNREACHABLE), and no record is skipped because of them.
 *
 * Two gaps of the library are filled. It rejects a subject whose compatibility differs from the
 * requested one, and a registry may report its own default for a new subject: compatibility.ts sets
 * it first. And it builds a resolver for every record that it decodes: schemas/codec.ts caches
 * them.
 */

import { setTimeout as sleep } from 'node:timers/promises'
import { SchemaRegistry, SchemaType } from '@kafkajs/confluent-schema-registry'
import { ErrataError } from '../../errors.ts'
import { createCodec, type Codec, type SchemaIds } from '../../schemas/codec.ts'
import { schemaOf } from '../../schemas/schemas.ts'
import type { Topics } from '../../schemas/types.ts'
import {
  refusesUs,
  registryAccess,
  registryRefuses,
  type RegistryAccess,
  type RegistrySettings,
} from './access.ts'
import { setCompatibility } from './compatibility.ts'
import { subjectsWith, type RegistrySubject } from './registered.ts'
import { boundary, lost, notAnAnswer, OtherType, statusOf } from './answers.ts'

export interface Registry extends SchemaIds {
  readonly url: string
  readonly codec: Codec
  /** Whether it answers, and still knows what this process registered. REGISTRY_UNREACHABLE. */
  readonly check: () => Promise<void>
}

// names of error classes of the library
const compatibilityDiffers = 'ConfluentSchemaRegistryCompatibilityError'
const unreadable = /^ConfluentSchemaRegistry\w+Error$/ // for an invalid Avro schema
const patienceMs = 5_000 // how long an unknown id is retried
const quietMs = 60_000 // without an unknown id: after this the next one gets the full time again

/** Registers all schemas. REGISTRY_UNREACHABLE, TOPOLOGY_MISMATCH for an incompatible schema. */
export async function openRegistry(
  config: RegistrySettings,
  url: string,
  subjects: readonly RegistrySubject[],
): Promise<Registry> {
  const access = registryAccess(config, url)
  const open = (): SchemaRegistry =>
    new SchemaRegistry({
      host: url.replace(/\/$/, ''),
      clientId: 'errata',
      retry: { retries: 0 },
      middlewares: [boundary(access.headers)],
      ...(access.agent === null ? {} : { agent: access.agent }),
    })
  const library = open()
  const ids = new Map<keyof Topics, number>()
  const schemas = new Map<number, string>()
  let [firstDenial, lastDenial] = [-Infinity, -Infinity] // of any ids, in ms of the process's clock

  await inTurns(subjects, 4, async ({ name, topic }) => {
    const schema = JSON.stringify(schemaOf(topic))
    const id = await register(library, access, `${name}-value`, schema)
    ids.set(topic, id)
    schemas.set(id, schema)
  })

  /**
   * Throws unless the registry knows what this process registered, bypassing the library's cache.
   */
  const checkOwn = async (): Promise<void> => {
    const [own] = ids.values()
    if (own === undefined) return
    await open()
      .getSchema(own)
      .catch((error: unknown) => {
        throw failure(error, `schema ${own}, which we registered`)
      })
  }

  const subjectsOf = (topic: keyof Topics): readonly string[] =>
    subjects.filter((one) => one.topic === topic).map(({ name }) => `${name}-value`)

  const registry: SchemaIds = {
    idOf(topic) {
      const id = ids.get(topic)
      if (id === undefined)
        throw new ErrataError('BUG', `no schema was registered for ${topic}`, { topic })
      return id
    },
    async schemaOf(id) {
      const known = schemas.get(id)
      if (known !== undefined) return known
      if (id <= 0)
        throw new ErrataError('SCHEMA_FOREIGN', `schema ${id} can't be: ids begin at 1`, { id })
      const schema = await lookUp(library, id).catch(async (error: unknown) => {
        if (!isDenial(error)) throw failure(error, `schema ${id}`)
        await checkOwn()
        const now = performance.now()
        if (now - lastDenial > quietMs) firstDenial = now
        lastDenial = now
        const code = now - firstDenial < patienceMs ? 'SCHEMA_UNKNOWN' : 'SCHEMA_FOREIGN'
        throw new ErrataError(code, `the registry doesn't know schema ${id}`, { id })
      })
      schemas.set(id, schema)
      return schema
    },
    async isReleased(topic, id) {
      const having = await subjectsWith(access, id)
      return subjectsOf(topic).some((subject) => having.has(subject))
    },
  }
  return { ...registry, url, codec: createCodec(registry), check: checkOwn }
}

/** The schema as JSON, its references resolved. */
async function lookUp(library: SchemaRegistry, id: number): Promise<string> {
  const type = (await library.getSchema(id)) as unknown as { schema(options: object): object }
  return JSON.stringify(type.schema({ exportAttrs: true }))
}

/** Errors about the id itself, provided that the registry knows ours. */
function isDenial(error: unknown): boolean {
  const status = statusOf(error)
  return status !== null && ![lost, 401, 403].includes(status)
}

const shortestPause = 50 // ms
const longestPause = 1_600 // ms; about three seconds in all

/** Again for a while where a registry refuses or fails in a way that may pass. */
async function register(
  library: SchemaRegistry,
  access: RegistryAccess,
  subject: string,
  schema: string,
): Promise<number> {
  for (let pause = shortestPause; ; pause *= 2) {
    try {
      return await registerOnce(library, access, subject, schema)
    } catch (error) {
      if (!mayPass(error) || pause > longestPause) throw error
    }
    await sleep(pause * (0.5 + Math.random()))
  }
}

/**
 * It refuses a schema also while a sibling registers the same one, which is there a moment later,
 * and fails (5xx) while more processes register at once than its database has connections.
 */
function mayPass(error: unknown): boolean {
  if (!(error instanceof ErrataError)) return false
  if (error.code === 'TOPOLOGY_MISMATCH') return true
  const { status } = error.facts
  return typeof status === 'number' && status >= 500 && status !== notAnAnswer
}

async function registerOnce(
  library: SchemaRegistry,
  access: RegistryAccess,
  subject: string,
  schema: string,
): Promise<number> {
  try {
    // Before the schema, so that the registry checks compatibility
    await setCompatibility(access, subject)
    const wanted = { subject, compatibility: 'BACKWARD' } as const
    const { id } = await library.register({ type: SchemaType.AVRO, schema }, wanted as object)
    return id
  } catch (error) {
    const status = statusOf(error)
    if (status === 409 || status === 422) {
      const why = `the schema of ${subject} doesn't read what is registered there`
      throw new ErrataError('TOPOLOGY_MISMATCH', why, { subject, status })
    }
    if ((error as Error).name === compatibilityDiffers) {
      const why = `${subject} has another compatibility than BACKWARD, and the registry keeps it`
      throw new ErrataError('TOPOLOGY_MISMATCH', why, { subject })
    }
    throw failure(error, subject)
  }
}

/** An error of the library, with a code. */
function failure(error: unknown, what: string): ErrataError {
  if (error instanceof ErrataError) return error
  const said = error instanceof Error ? error.message : 'failed'
  const status = statusOf(error)
  if (refusesUs(status)) {
    const why = registryRefuses(what)
    return new ErrataError('CONFIG_INVALID', why, { status })
  }
  if (status !== null) {
    const why = `the registry fails for ${what}: ${said}`
    return new ErrataError('REGISTRY_UNREACHABLE', why, { status }, error)
  }
  const isForeign = error instanceof OtherType || unreadable.test((error as Error).name)
  const code = isForeign ? 'SCHEMA_FOREIGN' : 'REGISTRY_UNREACHABLE'
  return new ErrataError(code, `${what}: ${said}`, {}, error)
}

async function inTurns<T>(
  items: readonly T[],
  atOnce: number,
  act: (item: T) => Promise<void>,
): Promise<void> {
  const left = [...items]
  const work = async (): Promise<void> => {
    for (let item = left.shift(); item !== undefined; item = left.shift()) await act(item)
  }
  await Promise.all(Array.from({ length: atOnce }, work))
}
