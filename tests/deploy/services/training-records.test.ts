/** Trainings that an earlier version kept in a folder are not forgotten. */

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { adoptFolder } from '../../../deploy/services/training-records.ts'
import { ErrataError } from '../../../errors.ts'
import type { TrainingRecords } from '../../../operations/trainings.ts'
import type { TrainingRun } from '../../../schemas/types.ts'
import { trainingRunOf } from '../../records.ts'

const home = mkdtempSync(join(tmpdir(), 'errata-adopt-'))
const folder = join(home, 'trainings')
afterAll(() => rmSync(home, { recursive: true, force: true }))

const topic = new Map<string, TrainingRun>()
let isAway = false
const records: TrainingRecords = {
  all: () => topic,
  async change(key, decide) {
    if (isAway) throw new ErrataError('BROKER_UNREACHABLE', 'the broker is away')
    const run = decide(topic.get(key)) ?? null
    if (run !== null) topic.set(key, run)
    return topic.get(key)
  },
  caughtUp: async () => {},
  onChange() {},
}

test('what a folder has moves to the topic once, and never replaces what the topic says', async () => {
  mkdirSync(folder)
  for (const key of ['old', 'both'])
    writeFileSync(
      join(folder, `${key}.json`),
      JSON.stringify({ ...trainingRunOf(key), progress: null }),
    )
  topic.set('both', trainingRunOf('both', { outcome: 'promoted' }))

  isAway = true
  await expect(adoptFolder(folder, records)).rejects.toMatchObject({ code: 'BROKER_UNREACHABLE' })
  expect(readdirSync(folder)).toContain('old.json')

  isAway = false
  await adoptFolder(folder, records)
  await adoptFolder(folder, records)
  expect(topic.get('old')).toEqual(trainingRunOf('old'))
  expect(topic.get('both')?.outcome).toBe('promoted')
  expect(existsSync(folder)).toBe(false)
})
