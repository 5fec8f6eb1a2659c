/**
 * What others know of the trainer, by the topic `trainers` alone: that one runs, and what would begin
 * its next training. The trainer that leads writes it, and the pages' process follows it, with the
 * trainings beside it; neither needs the other's address.
 */

import { openProducer } from '../../connectors/kafka/kafka.ts'
import type { Next, TrainerStatus } from '../../connectors/http/trainings.ts'
import { inOrder, type TrainingRecords } from '../../operations/trainings.ts'
import { follow } from '../../runtime/follow.ts'
import { headerNames, software } from '../../runtime/headers.ts'
import type { TrainerBeat } from '../../schemas/types.ts'
import { topicName } from '../../topology.ts'
import { followedBy, type Followed, type ServiceContext } from './service.ts'

type Use = Pick<ServiceContext, 'config' | 'connection' | 'log'>

const name = 'trainer' // of all of them one works at a time
const lookMs = 2_000
const beatMs = 30_000
const silentMs = 150_000 // five beats, and what the clocks of two machines may differ by
const shown = 6 // trainings

/** Writes while `leads`. `stop` says that it has ended. */
export function startBeat(
  { config, connection: { cluster, registry }, log }: Use,
  leads: () => boolean,
  next: () => Next,
): { stop(): Promise<void> } {
  const producer = openProducer(cluster)
  let said = ''
  let saidAt = -Infinity
  let writing: Promise<unknown> = Promise.resolve()
  const write = (beat: TrainerBeat | null): void => {
    writing = producer
      .send(topicName('trainers', config.topicPrefix), {
        key: name,
        value: beat === null ? null : registry.codec.encode('trainers', beat),
        headers: { [headerNames.software]: software },
      })
      .catch((error: unknown) => {
        said = ''
        log.warn({ error }, 'the pages could not be told of the trainer')
      })
  }
  const look = (): void => {
    if (!leads()) return void (said = '')
    const { waiting, wanted, at: nextAt } = next()
    const text = JSON.stringify({ waiting, wanted, nextAt })
    if (text === said && performance.now() - saidAt < beatMs) return
    said = text
    saidAt = performance.now()
    write({ name, at: Date.now(), waiting, wanted, nextAt })
  }
  const timer = setInterval(look, lookMs)
  timer.unref()
  look()
  return {
    async stop() {
      clearInterval(timer)
      await writing
      if (said !== '') write(null)
      await writing
      await producer.close()
    },
  }
}

export interface TrainerInUse extends Followed {
  readonly status: () => TrainerStatus
}

/** What a trainer on any machine does now. */
export function followTrainer(
  { config, connection, log }: Use,
  records: Pick<TrainingRecords, 'all'>,
): TrainerInUse {
  let beat: TrainerBeat | null = null
  const table = follow({
    ...connection,
    topic: 'trainers',
    name: topicName('trainers', config.topicPrefix),
    log,
    apply(key, value) {
      if (key === name) beat = value
    },
  })
  return {
    ...followedBy(table),
    status() {
      const trainings = inOrder(records.all()).reverse().slice(0, shown)
      if (beat === null || Date.now() - beat.at > silentMs)
        return { reachable: false, trainings, next: null }
      const { waiting, wanted, nextAt: at } = beat
      return { reachable: true, trainings, next: { waiting, wanted, at } }
    },
  }
}
