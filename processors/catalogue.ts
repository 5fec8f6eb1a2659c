/**
 * The models topic as a table: every version in its latest state, and the champion of each name.
 *
 * The topic has one partition, so all readers see one order. The champion is the version whose record says so; should two
 * say so (a writer died between demoting and promoting), the later record wins. A version that this process could not use
 * (checksum, features, smoke test) is the caller's business: the table says what was decided, not what works here.
 */

import type { Model } from '../schemas/types.ts'

export interface Catalogue {
  readonly versions: ReadonlyMap<string, Listed> // by key: name/version
}

export interface Listed {
  readonly model: Model
  readonly offset: bigint
}

export const emptyCatalogue: Catalogue = { versions: new Map() }

export function modelKey(model: Pick<Model, 'name' | 'version'>): string {
  return `${model.name}/${model.version}`
}

/** The table with one more record; a tombstone removes the version. */
export function withModel(catalogue: Catalogue, key: string, model: Model | null, offset: bigint): Catalogue {
  const versions = new Map(catalogue.versions)
  if (model === null) versions.delete(key)
  else versions.set(key, { model, offset })
  return { versions }
}

/** Versions of a name, the newest first. */
export function versionsOf(catalogue: Catalogue, name: string): Listed[] {
  return [...catalogue.versions.values()].filter((listed) => listed.model.name === name).sort((a, b) => b.model.version - a.model.version)
}

export function championOf(catalogue: Catalogue, name: string): Model | null {
  const champions = versionsOf(catalogue, name).filter((listed) => listed.model.state === 'champion')
  return champions.sort((a, b) => Number(b.offset - a.offset))[0]?.model ?? null
}

/** The newest version that came after the champion, whatever became of it: what to watch before it reigns; null where there is none. */
export function candidateOf(catalogue: Catalogue, name: string): Model | null {
  const [newest] = versionsOf(catalogue, name)
  return newest !== undefined && newest.model.version > (championOf(catalogue, name)?.version ?? 0) ? newest.model : null
}

/** The last champion before the present one, to roll back to. */
export function previousChampionOf(catalogue: Catalogue, name: string): Model | null {
  const retired = versionsOf(catalogue, name).filter((listed) => listed.model.state === 'retired')
  // By when it reigned and not by its record, which may have been written anew since, as where somebody asked for it in vain
  return retired.sort((a, b) => (b.model.championSince ?? 0) - (a.model.championSince ?? 0) || Number(b.offset - a.offset))[0]?.model ?? null
}

export function nextVersion(catalogue: Catalogue, name: string): number {
  return (versionsOf(catalogue, name)[0]?.model.version ?? 0) + 1
}

export function withFingerprint(catalogue: Catalogue, name: string, fingerprint: string): Model | null {
  return versionsOf(catalogue, name).find((listed) => listed.model.fingerprint === fingerprint)?.model ?? null
}

/** The records that make a version the champion, in this order: should a writer die in between, the new one reigns already. */
export function promotion(catalogue: Catalogue, model: Model, by: string, at: number, reason: string): Model[] {
  const present = championOf(catalogue, model.name)
  const stamp = { decidedBy: by, decidedAt: at, reason }
  const retire = present !== null && present.version !== model.version ? [{ ...present, ...stamp, state: 'retired' as const }] : []
  return [{ ...model, ...stamp, state: 'champion' as const, championSince: at }, ...retire]
}
