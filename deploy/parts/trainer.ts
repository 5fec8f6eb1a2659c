/**
 * The trainer's schedule: by cron and by the count of new verdicts, one training at a time. Each training runs in a
 * process of its own (`errata train`), since it keeps a core busy for a minute and nothing else may wait for that; killed
 * anywhere it can be run again. At the first start it publishes the models that ship with Errata.
 */

import { spawn, type ChildProcess } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { Cron } from 'croner'
import { emptyCatalogue, versionsOf, withModel, type Catalogue } from '../../processors/catalogue.ts'
import { follow } from '../../processors/runtime/follow.ts'
import { topicName } from '../../topology.ts'
import { starterBundle } from '../../trainer/shipped.ts'
import { publishStarter } from '../train-topic.ts'
import type { Context, Part } from './part.ts'

interface Mark {
  readonly profile: string
  readonly partition: number
  readonly offset: bigint
}

const lookEveryMs = 5_000

export async function startTrainer({ config, home, connection, blobs, profiles, log }: Context): Promise<Part> {
  let catalogue: Catalogue = emptyCatalogue
  let marks: Mark[] = [] // verdicts that no published version has seen
  let running: ChildProcess | null = null
  const queue: string[] = []
  const models = follow({
    ...connection, topic: 'models', name: topicName('models', config.topicPrefix), log,
    apply: (key, model, at) => {
      catalogue = withModel(catalogue, key, model, at.offset)
      marks = marks.filter((mark) => !wasSeen(catalogue, mark))
    },
  })
  await Promise.race([models.ready, models.failed])
  for (const profile of profiles.keys()) {
    const bundle = starterBundle(profile)
    if (bundle !== null && (await publishStarter(config, connection, blobs, catalogue, profile, bundle))) log.info({ profile }, 'starter model published')
  }
  const training = follow({
    ...connection, topic: 'training', name: topicName('training', config.topicPrefix), log,
    apply: (_key, verdict, { partition, offset }) => {
      if (verdict === null) return
      const mark = { profile: verdict.profile, partition, offset }
      if (!wasSeen(catalogue, mark)) marks.push(mark)
    },
  })

  const next = (): void => {
    if (running !== null || queue.length === 0) return
    const profile = queue.shift() as string
    const taken = marks.filter((mark) => mark.profile === profile)
    log.info({ profile, verdicts: taken.length }, 'training starts')
    running = spawn(process.execPath, ['--import', 'tsx', fileURLToPath(new URL('../supervised.ts', import.meta.url)), home, 'train', '--profile', profile], { stdio: ['pipe', 'ignore', 'inherit'] })
    running.once('exit', (code, signal) => {
      log.info({ profile, code, signal }, 'training ended')
      if (code === 0) marks = marks.filter((mark) => !taken.includes(mark))
      running = null
      next()
    })
  }
  const want = (profile: string): void => {
    if (!queue.includes(profile)) queue.push(profile)
    next()
  }
  const due = (): readonly string[] => [...new Set(marks.map((mark) => mark.profile))].filter((profile) => profiles.has(profile))
  const cron = config.trainCron === '' ? null : new Cron(config.trainCron, () => due().forEach(want))
  const counter = setInterval(() => {
    if (config.trainCount === 0 || running !== null) return
    due().filter((profile) => marks.filter((mark) => mark.profile === profile).length >= config.trainCount).forEach(want)
  }, lookEveryMs)
  let ready = false
  void training.ready.then(() => (ready = true), () => {})

  return {
    ready: () => ready,
    failed: Promise.race([models.failed, training.failed]),
    async stop() {
      cron?.stop()
      clearInterval(counter)
      queue.length = 0
      running?.kill('SIGTERM')
      await Promise.all([models.stop(), training.stop()])
    },
  }
}

/** Whether some version of the profile, whatever became of it, had this verdict in its snapshot. */
function wasSeen(catalogue: Catalogue, mark: Mark): boolean {
  return versionsOf(catalogue, mark.profile).some(({ model }) => {
    const { offsets } = JSON.parse(model.manifest) as { offsets?: Readonly<Record<string, string>> }
    return BigInt(offsets?.[String(mark.partition)] ?? '0') > mark.offset
  })
}
