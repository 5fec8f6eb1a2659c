/**
 * What there is to train on: the versions so far, and the verdicts and erasures that none of them
 * has seen.
 */

import {
  championOf,
  emptyCatalogue,
  withModel,
  type ModelRegistry,
} from '../../processors/model/model-registry.ts'
import { provenanceOf } from '../../processors/model/published-model.ts'
import { follow } from '../../runtime/follow.ts'
import { topicName } from '../../topology.ts'
import { followedBy, type Followed, type ServiceContext } from './service.ts'

/** A record of the training topic: a verdict, or a tombstone of a document that was trained on. */
export interface UnseenRecord {
  readonly profile: string
  readonly partition: number
  readonly offset: bigint
}

export interface VersionsInUse extends Followed {
  readonly catalogue: () => ModelRegistry
  /**
   * By profile and partition: the ends of the snapshots that versions say to have had, whatever
   * became of them.
   */
  readonly ends: ReadonlyMap<string, ReadonlySet<bigint>>
  /** By profile: documents that the champion was trained on. */
  readonly taught: ReadonlyMap<string, ReadonlySet<string>>
}

export function followVersions({ config, connection, log }: ServiceContext): VersionsInUse {
  let catalogue: ModelRegistry = emptyCatalogue
  const ends = new Map<string, Set<bigint>>()
  const taught = new Map<string, ReadonlySet<string>>()
  const training = topicName('training', config.topicPrefix)
  const models = follow({
    ...connection,
    topic: 'models',
    name: topicName('models', config.topicPrefix),
    log,
    apply: (key, model, at) => {
      catalogue = withModel(catalogue, key, model, at.offset)
      const champion = model === null ? null : championOf(catalogue, model.name)
      if (champion !== null) taught.set(champion.name, new Set(provenanceOf(champion).trainedOn))
      const { topic = training, offsets = {} } = model === null ? {} : provenanceOf(model)
      if (topic !== training) return // of an earlier generation: offsets there say nothing here
      for (const [partition, end] of Object.entries(offsets)) {
        const place = `${model?.name} ${partition}`
        ends.set(place, (ends.get(place) ?? new Set()).add(BigInt(end)))
      }
    },
  })
  return {
    catalogue: () => catalogue,
    ends,
    taught,
    ...followedBy(models),
  }
}

export interface News extends Followed {
  /** What no published version has seen. */
  readonly of: (profile: string) => readonly UnseenRecord[]
  /** Profiles that have any. */
  readonly profiles: () => readonly string[]
  /** A training has seen these. */
  readonly drop: (marks: readonly UnseenRecord[]) => void
}

export function followNews(
  { config, connection, log }: ServiceContext,
  { ends, taught }: VersionsInUse,
): News {
  let marks: UnseenRecord[] = [] // as far as `unseen` was asked
  const training = follow({
    ...connection,
    topic: 'training',
    name: topicName('training', config.topicPrefix),
    log,
    apply: (documentId, verdict, { partition, offset }) => {
      const about =
        verdict === null
          ? [...taught]
              .filter(([, documents]) => documents.has(documentId))
              .map(([profile]) => profile)
          : [verdict.profile]
      marks.push(...about.map((profile) => ({ profile, partition, offset })))
    },
  })
  /**
   * A snapshot that ends behind the log's end can't have been taken: nobody may keep the trainer
   * from what is new by saying so.
   */
  const unseen = (): readonly UnseenRecord[] => {
    const seen = new Map(
      [...ends].map(([place, all]) => {
        const end = training.position().get(Number(place.slice(place.lastIndexOf(' ') + 1))) ?? 0n
        return [
          place,
          [...all].reduce((most, one) => (one <= end && one > most ? one : most), 0n),
        ] as const
      }),
    )
    return (marks = marks.filter(
      ({ profile, partition, offset }) => offset >= (seen.get(`${profile} ${partition}`) ?? 0n),
    ))
  }
  return {
    of: (profile) => unseen().filter((mark) => mark.profile === profile),
    profiles: () => [...new Set(unseen().map((mark) => mark.profile))],
    drop: (taken) => void (marks = marks.filter((mark) => !taken.includes(mark))),
    ...followedBy(training),
  }
}
