import { register } from 'prom-client'
import type { Training } from '../../../connectors/http/trainings.ts'
import { measureTrainings } from '../../../deploy/services/trainer.ts'
import { loadProfiles } from '../../../schemas/profiles.ts'
import { trainingRunOf } from '../../records.ts'

test('says of each outcome when a training had it last, and how much waits', async () => {
  const training = (change: Partial<Training>): Training => ({
    ...trainingRunOf('a key'),
    profile: 'invoice',
    state: 'done',
    progress: null,
    ...change,
  })
  const newestFirst = [
    training({ state: 'running', endedAt: null, outcome: null }),
    training({ endedAt: 9_000, outcome: 'refused' }),
    training({ endedAt: 7_000, outcome: null, state: 'failed' }),
    training({ endedAt: 5_000, outcome: 'refused' }),
    training({ endedAt: 4_000, outcome: 'promoted', profile: 'gone' }),
  ]
  const unseen = { profile: 'invoice', partition: 0, offset: 1n }
  const stop = measureTrainings(
    { profiles: { now: () => loadProfiles() } },
    { list: () => newestFirst },
    { of: (profile) => (profile === 'invoice' ? [unseen, unseen] : []) },
  )
  const lines = async (): Promise<string[]> =>
    (await register.metrics()).split('\n').filter((line) => line.startsWith('errata_training'))
  expect(await lines()).toEqual([
    'errata_training_ended_timestamp_seconds{profile="invoice",outcome="refused"} 9',
    'errata_training_ended_timestamp_seconds{profile="invoice",outcome="failed"} 7',
    'errata_training_unseen_records{profile="invoice"} 2',
    'errata_training_unseen_records{profile="receipt"} 0',
  ])
  stop()
  expect(await lines()).toEqual([])
})
