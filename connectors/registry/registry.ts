/**
 * A Confluent-compatible schema registry over its REST interface.
 *
 * At start every topic's schema is registered as `<full topic name>-value` with compatibility
 * BACKWARD set on the subject, since the registry's own default may be none; one that would break
 * readers is refused there (TOPOLOGY_MISMATCH). After that the registry is asked only for ids that
 * were never seen: what is in memory keeps working while it is away.
 *
 * An id that the registry denies knowing is SCHEMA_UNKNOWN (tried again) for five seconds, for a
 * registry whose instances lag behind each other, and SCHEMA_FOREIGN (a dead letter) from then on,
 * so that a made-up id can't hold up a partition for ever. Ids that are denied soon after one
 * another share those seconds: a thousand made-up ids hold it up no longer.
 *
 * A registry is believed only while it knows what we registered ourselves: one that lost its data,
 * a proxy that answers in its place and one that fails whatever is asked are the world's fault
 * (REGISTRY_UNREACHABLE), and nothing is passed over because of them.
 *
 * The REST interface and not @kafkajs/confluent-schema-registry: that refuses a subject whose
 * compatibility differs from the default instead of setting it, and makes a new resolver for every
 * record.
 */

import type { Config } from '../../config.ts'
import { ErrataError } from '../../errors.ts'
import { createCodec, type Codec, type SchemaIds } from '../../schemas/codec.ts'
import { schemaOf } from '../../schemas/schemas.ts'
import type { Topics } from '../../schemas/types.ts'

export interface Registry extends SchemaIds {
  readonly url: string
  readonly codec: Codec
}

export interface RegistrySubject {
  /** Full topic name. */
  readonly name: string
  readonly topic: keyof Topics
}

const timeoutMs = 10_000
const patienceMs = 5_000 // how long an unknown id may still become known
const quietMs = 60_000 // without a denial: the next one is waited for anew
const accept = 'application/vnd.schemaregistry.v1+json'

/** Registers all schemas. REGISTRY_UNREACHABLE, TOPOLOGY_MISMATCH for an incompatible schema. */
export async function openRegistry(
  config: Pick<Config, 'registryUser' | 'registryPassword'>,
  url: string,
  subjects: readonly RegistrySubject[],
): Promise<Registry> {
  const call = caller(url.replace(/\/$/, ''), config)
  const schemas = new Map<number, string>()
  let [firstDenial, lastDenial] = [-Infinity, -Infinity] // of whichever ids, in ms of the process's clock
  const ids = new Map<keyof Topics, number>()

  await inTurns(subjects, 4, async ({ name, topic }) => {
    const schema = JSON.stringify(schemaOf(topic))
    const id = await register(call, `${name}-value`, schema)
    ids.set(topic, id)
    schemas.set(id, schema)
  })

  const checkOwn = async (): Promise<void> => {
    const [own] = ids.values()
    if (own !== undefined)
      expectOk(await call('GET', `/schemas/ids/${own}`), `schema ${own}, which we registered`)
  }

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
      const answer = await call('GET', `/schemas/ids/${id}`)
      if (isDenial(answer)) {
        await checkOwn()
        const now = performance.now()
        if (now - lastDenial > quietMs) firstDenial = now
        lastDenial = now
        const code = now - firstDenial < patienceMs ? 'SCHEMA_UNKNOWN' : 'SCHEMA_FOREIGN'
        throw new ErrataError(code, `the registry doesn't know schema ${id}`, { id })
      }
      const { schema, schemaType = 'AVRO' } = expectOk(answer, `schema ${id}`) as {
        schema: string
        schemaType?: string
      }
      if (schemaType !== 'AVRO')
        throw new ErrataError('SCHEMA_FOREIGN', `schema ${id} is of type ${schemaType}`, { id })
      schemas.set(id, schema)
      return schema
    },
  }
  return { ...registry, url, codec: createCodec(registry) }
}

/** An answer about the id alone: neither a schema nor a refusal of our credentials. */
function isDenial({ status }: Answer): boolean {
  return status >= 300 && status !== 401 && status !== 403
}

interface Answer {
  readonly status: number
  readonly body: unknown
}
type Call = (method: string, path: string, body?: object) => Promise<Answer>

function caller(
  url: string,
  { registryUser, registryPassword }: Pick<Config, 'registryUser' | 'registryPassword'>,
): Call {
  const basic = Buffer.from(`${registryUser ?? ''}:${registryPassword ?? ''}`).toString('base64')
  const headers = {
    accept,
    'content-type': accept,
    ...(registryUser === null ? {} : { authorization: `Basic ${basic}` }),
  }
  return async (method, path, body) => {
    try {
      const response = await fetch(url + path, {
        method,
        headers,
        signal: AbortSignal.timeout(timeoutMs),
        redirect: 'error',
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      })
      const text = await response.text()
      return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) }
    } catch (error) {
      throw new ErrataError(
        'REGISTRY_UNREACHABLE',
        `${method} ${path}: ${error instanceof Error ? error.message : 'failed'}`,
        { path },
        error,
      )
    }
  }
}

async function register(call: Call, subject: string, schema: string): Promise<number> {
  const name = encodeURIComponent(subject)
  const setCompatibility = (): Promise<Answer> =>
    call('PUT', `/config/${name}`, { compatibility: 'BACKWARD' })
  // Before the schema, so that the registry compares; a registry may not take it for a subject that
  // has no schema yet.
  const early = await setCompatibility()
  const answer = await call('POST', `/subjects/${name}/versions`, { schema })
  if (answer.status === 409 || answer.status === 422) {
    throw new ErrataError(
      'TOPOLOGY_MISMATCH',
      `the schema of ${subject} doesn't read what is registered there`,
      { subject, status: answer.status },
    )
  }
  const { id } = expectOk(answer, subject) as { id: number }
  if (early.status >= 300) expectOk(await setCompatibility(), subject)
  return id
}

function expectOk({ status, body }: Answer, what: string): unknown {
  if (status === 401 || status === 403)
    throw new ErrataError('CONFIG_INVALID', `the registry refuses our credentials for ${what}`, {
      status,
    })
  if (status >= 300)
    throw new ErrataError('REGISTRY_UNREACHABLE', `the registry answers ${status} for ${what}`, {
      status,
    })
  return body
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
