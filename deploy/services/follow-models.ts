/**
 * The models topic as the extractor uses it: for each profile the champion, verified and tried
 * before it is used, or else the last version before it that passes.
 *
 *   invoice/8 champion, bytes missing ─┐
 *   invoice/7 retired, fails its test ─┤  tried in this order, at the start as later:
 *   invoice/6 retired, passes ─────────┘  what reads after a restart is what read before it
 *
 * Models are swapped between two messages. Where another version than the champion reads, the log,
 * /ready, `errata status` and `errata doctor` say so, and every record names the version that read
 * it. Where the store is to blame (bytes missing or damaged, the store unavailable) the stage is not
 * ready, and the bytes are looked for again; where the version itself is, it is only noted.
 *
 * Before the first version is published, documents are read without a model and people review them.
 * Where versions were published and none can be used, nothing is read: the stage waits, is not ready
 * and says why.
 */

import {
  emptyCatalogue,
  modelKey,
  modelReadersOf,
  withModel,
  type ModelRegistry,
} from '../../processors/model/model-registry.ts'
import type { FieldReader } from '../../processors/model/reader.ts'
import { follow, type FollowOptions } from '../../runtime/follow.ts'
import { ErrataError, type ErrorCode, type Problem } from '../../errors.ts'
import type { Model as Published } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { trustedKeys } from '../../operations/model-signatures.ts'
import type { ServiceContext } from './service.ts'
import {
  openFirst,
  openModelReader,
  refusedText,
  type RefusedModel,
} from '../../operations/published-models.ts'

export interface ModelsInUse {
  /** Null before a version was published. MODEL_UNUSABLE where none of those can be used. */
  readonly readerOf: (profile: string) => FieldReader | null
  /** By profile: the version that reads it, and how many that should instead can't be used. */
  readonly inUse: () => readonly ModelInUse[]
  /** Where what reads is not what was decided, by the version's own fault, in words. */
  readonly notes: () => readonly string[]
  /** Resolves when every version that was there at the call is in use, or was refused. */
  readonly caughtUp: () => Promise<void>
  readonly ready: Promise<unknown>
  readonly failed: Promise<never>
  readonly problems: () => readonly Problem[]
  stop(): Promise<void>
}

export interface ModelInUse {
  readonly profile: string
  /** Null where none reads it. */
  readonly version: number | null
  readonly refused: number
}

interface Use extends Pick<ServiceContext, 'config' | 'blobs' | 'profiles' | 'log'> {
  readonly connection: Pick<FollowOptions<'models'>, 'cluster' | 'registry'>
}

/** What reads a profile. */
interface Seat {
  readonly reader: FieldReader | null
  readonly refused: readonly RefusedModel[] // that should read rather than it
}

const againAfterMs = 30_000 // where bytes were missing

/**
 * `choose`: versions of a profile in the order in which they shall be tried; none: nothing was
 * published.
 */
export function followModels(
  { config, connection, blobs, profiles, log }: Use,
  choose: (catalogue: ModelRegistry, profile: string) => readonly Published[] = modelReadersOf,
  retryMs: number = againAfterMs,
): ModelsInUse {
  trustedKeys(config) // a key that is none ends the process, and refuses no model
  let catalogue: ModelRegistry = emptyCatalogue
  let caughtUp = false
  let loaded = false
  const seats = new Map<string, Seat>()
  const tried = new Map<string, string>() // by profile: what was chosen last
  let loading: Promise<void> = Promise.resolve()

  const seat = async (profile: string, chosen: readonly Published[]): Promise<void> => {
    const before = seats.get(profile) ?? { reader: null, refused: [] }
    const isPresent = ({ version, sha256 }: Published): boolean =>
      before.reader?.ref.version === version && before.reader.ref.sha256 === sha256
    const { opened: reader, refused } = await openFirst(chosen, async (model) =>
      isPresent(model) ? (before.reader as FieldReader) : openModelReader(model, blobs, config),
    )
    seats.set(profile, { reader, refused })
    tellChange(profile, before, { reader, refused }, log)
  }
  const update = (): void => {
    for (const profile of profiles.now().keys()) {
      const chosen = choose(catalogue, profile)
      const mark = markOf(chosen)
      if (tried.get(profile) === mark) continue
      tried.set(profile, mark)
      loading = loading.then(() => seat(profile, chosen))
    }
  }
  profiles.onChange(() => {
    if (caughtUp) update()
  })
  const again = setInterval(() => {
    for (const [profile, { refused }] of seats) {
      if (refused.some(({ code }) => isStoresFault(code)))
        loading = loading.then(() => seat(profile, choose(catalogue, profile)))
    }
  }, retryMs)
  again.unref()

  const table = follow({
    cluster: connection.cluster,
    registry: connection.registry,
    topic: 'models',
    name: topicName('models', config.topicPrefix),
    log,
    apply: (key, model, at) => {
      catalogue = withModel(catalogue, key, model, at.offset)
      if (caughtUp) update()
    },
  })
  const ready = table.ready.then(async () => {
    caughtUp = true
    update()
    await loading
    loaded = true
  })
  return {
    readerOf: (profile) => readerIn(seats, profile),
    inUse: () => inUseIn(seats),
    notes: () => notesOf(seats),
    async caughtUp() {
      await ready
      await table.caughtUp()
      await loading
    },
    ready,
    failed: table.failed,
    problems() {
      const reading = table.problems()
      return reading.length > 0 ? reading : problemsOf(seats, loaded)
    },
    async stop() {
      clearInterval(again)
      await table.stop()
    },
  }
}

/** Says what reads a profile, and what can't, where that has changed. */
function tellChange(profile: string, before: Seat, now: Seat, log: Use['log']): void {
  const news = now.refused.filter(
    ({ key, code }) => !before.refused.some((one) => one.key === key && one.code === code),
  )
  for (const { key, code, why } of news) log.error({ model: key, code, why }, 'model refused')
  const { reader } = now
  if (reader !== null && reader !== before.reader)
    log.info({ model: reader.ref.name, version: reader.ref.version }, 'model in use')
  if (reader === null && news.length > 0)
    log.error({ profile }, 'no version can be used: documents wait')
}

function markOf(chosen: readonly Published[]): string {
  return chosen.map(({ version, sha256, signature }) => `${version} ${sha256} ${signature}`).join()
}

type Seats = ReadonlyMap<string, Seat>

/** MODEL_UNUSABLE */
function readerIn(seats: Seats, profile: string): FieldReader | null {
  const { reader = null, refused = [] } = seats.get(profile) ?? {}
  if (reader === null && refused.length > 0)
    throw new ErrataError(
      'MODEL_UNUSABLE',
      `no version of ${profile} can be used: ${refusedText(refused)}`,
      { profile },
    )
  return reader
}

function inUseIn(seats: Seats): readonly ModelInUse[] {
  return [...seats].map(([profile, { reader, refused }]) => ({
    profile,
    version: reader?.ref.version ?? null,
    refused: refused.length,
  }))
}

function problemsOf(seats: Seats, loaded: boolean): readonly Problem[] {
  if (!loaded) return [{ code: 'STARTING', why: 'the models are being opened' }]
  return [...seats].flatMap(([profile, seat]) => {
    const code = problemOf(seat)
    return code === null ? [] : [{ code, why: noteOf(profile, seat) }]
  })
}

function notesOf(seats: Seats): readonly string[] {
  return [...seats]
    .filter(([, seat]) => seat.refused.length > 0 && problemOf(seat) === null)
    .map(([profile, seat]) => noteOf(profile, seat))
}

/** Why a seat keeps the stage from being ready; null where it doesn't. */
function problemOf({ reader, refused }: Seat): ErrorCode | null {
  const [first] = reader === null ? refused : refused.filter(({ code }) => isStoresFault(code))
  return first?.code ?? null
}

/** Not the version's own: other bytes may be there later. */
function isStoresFault(code: ErrorCode): boolean {
  return code !== 'MODEL_UNUSABLE'
}

function noteOf(profile: string, { reader, refused }: Seat): string {
  const instead =
    reader === null
      ? `documents of ${profile} wait for a version that can`
      : `${modelKey(reader.ref)} reads instead`
  return `${refusedText(refused)} can't be used: ${instead}`
}
