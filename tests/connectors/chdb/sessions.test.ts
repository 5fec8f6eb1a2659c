/** A FAKE session, since the engine can't be told to get stuck. */

import type { Session } from 'chdb'
import { lane } from '../../../connectors/chdb/sessions.ts'

test('a lane says how long its longest statement has run', async () => {
  const run = lane([{} as Session, {} as Session])
  expect(run.busyMs()).toBe(0)
  let finish: () => void = () => {}
  const stuck = run(() => new Promise<void>((resolve) => (finish = resolve)))
  await new Promise((resolve) => setTimeout(resolve, 60))
  await run(async () => {}) // a short one beside it changes nothing
  expect(run.busyMs()).toBeGreaterThan(50)
  finish()
  await stuck
  expect(run.busyMs()).toBe(0)
})
