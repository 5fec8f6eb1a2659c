/**
 * The models topic as a table: every version in its latest state, and the champion of each name.
 *
 * The topic has one partition, so all readers see one order. The champion is the version whose
 * record says so. If two say so (a writer died between promoting and demoting, or an old record was
 * sent again), the one promoted last is the champion. The table holds decisions and fallbacks;
 * whether this process can use a version (checksum, features, smoke test) is up to the caller.
 *
 * A published version never changes: a record that gives it another bundle is rejected, and so is a
 * version number far above all others, which would leave no room for the next ones.
 */

import { ErrataError } from '../../errors.ts'
import type { Model } from '../../schemas/types.ts'
import { provenanceOf } from './published-model.ts'

export interface ModelRegistry {
  readonly versions: ReadonlyMap<string, Listed> // by key: name/version
}

export interface Listed {
  readonly model: Model
  readonly offset: bigint
}

export const emptyCatalogue: ModelRegistry = { versions: new Map() }

export function modelKey(model: Pick<Model, 'name' | 'version'>): string {
  return `${model.name}/${model.version}`
}

const widestGap = 10_000 // largest gap between two versions of a name

/**
 * The table with one more record; a tombstone removes the version. RECORD_INVALID for a record that
 * contradicts the others.
 */
export function withModel(
  catalogue: ModelRegistry,
  key: string,
  model: Model | null,
  offset: bigint,
): ModelRegistry {
  if (model !== null) refuseContradiction(catalogue, key, model)
  const versions = new Map(catalogue.versions)
  if (model === null) versions.delete(key)
  else versions.set(key, { model, offset })
  return { versions }
}

/** Versions of a name, newest first. */
export function versionsOf(catalogue: ModelRegistry, name: string): Listed[] {
  return [...catalogue.versions.values()]
    .filter((listed) => listed.model.name === name)
    .sort((a, b) => b.model.version - a.model.version)
}

function refuseContradiction(catalogue: ModelRegistry, key: string, model: Model): void {
  const known = catalogue.versions.get(key)?.model
  if (
    known !== undefined &&
    (known.sha256 !== model.sha256 || known.fingerprint !== model.fingerprint)
  ) {
    throw new ErrataError('RECORD_INVALID', 'the version was published with another bundle', {
      version: model.version,
    })
  }
  if (model.version > nextVersion(catalogue, model.name) + widestGap) {
    throw new ErrataError('RECORD_INVALID', `more than ${widestGap} above every other version`, {
      version: model.version,
    })
  }
}

export function championOf(catalogue: ModelRegistry, name: string): Model | null {
  return (
    lastReign(versionsOf(catalogue, name).filter(({ model }) => model.state === 'champion'))[0] ??
    null
  )
}

/**
 * The models that may be used for a name, best first: the champion, then earlier champions. A later
 * version that was champion is not among them: it was rolled back.
 */
export function modelReadersOf(catalogue: ModelRegistry, name: string): Model[] {
  const champion = championOf(catalogue, name)
  const before = ({ state, version }: Model): boolean =>
    state === 'champion' || (state === 'retired' && version < (champion?.version ?? Infinity))
  const others = versionsOf(catalogue, name).filter(
    ({ model }) => model !== champion && before(model),
  )
  return [...(champion === null ? [] : [champion]), ...lastReign(others)]
}

/**
 * The best champion up to the present one, by the gate's comparisons; null where that is the present
 * one, or where nobody compared them.
 */
export function bestBefore(catalogue: ModelRegistry, name: string): Model | null {
  const champion = championOf(catalogue, name)
  const best = champion === null ? null : (provenanceOf(champion).best ?? null)
  if (champion === null || best === null || best === modelKey(champion)) return null
  const found = catalogue.versions.get(best)?.model ?? null
  return found?.name === name ? found : null
}

/**
 * The newest version after the champion, whatever its state: what to watch before a promotion; null
 * if there is none.
 */
export function candidateOf(catalogue: ModelRegistry, name: string): Model | null {
  const [newest] = versionsOf(catalogue, name)
  return newest !== undefined && newest.model.version > (championOf(catalogue, name)?.version ?? 0)
    ? newest.model
    : null
}

/** Earlier champions, to roll back to: the latest first. */
export function previousChampionsOf(catalogue: ModelRegistry, name: string): Model[] {
  return lastReign(versionsOf(catalogue, name).filter(({ model }) => model.state === 'retired'))
}

/**
 * Sorted by the time they became champion, not by their records, which may have been rewritten
 * since, for example after a rejected promotion.
 */
function lastReign(listed: readonly Listed[]): Model[] {
  const latestFirst = [...listed].sort(
    (a, b) =>
      (b.model.championSince ?? 0) - (a.model.championSince ?? 0) || Number(b.offset - a.offset),
  )
  return latestFirst.map(({ model }) => model)
}

export function nextVersion(catalogue: ModelRegistry, name: string): number {
  return (versionsOf(catalogue, name)[0]?.model.version ?? 0) + 1
}

export function withFingerprint(
  catalogue: ModelRegistry,
  name: string,
  fingerprint: string,
): Model | null {
  return (
    versionsOf(catalogue, name).find((listed) => listed.model.fingerprint === fingerprint)?.model ??
    null
  )
}

/**
 * The records that make a version the champion, in this order: if the writer dies in between, the
 * new version is already champion.
 */
export function promotion(
  catalogue: ModelRegistry,
  model: Model,
  by: string,
  at: number,
  reason: string,
): Model[] {
  const present = championOf(catalogue, model.name)
  const stamp = { decidedBy: by, decidedAt: at, reason }
  // also where the clock behind the last decision was ahead
  const championSince = Math.max(at, (present?.championSince ?? 0) + 1)
  const retire =
    present !== null && present.version !== model.version
      ? [{ ...present, ...stamp, state: 'retired' as const }]
      : []
  return [{ ...model, ...stamp, state: 'champion' as const, championSince }, ...retire]
}
