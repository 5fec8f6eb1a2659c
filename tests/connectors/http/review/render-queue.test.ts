/** The order of renderings. */

import { setTimeout as delay } from 'node:timers/promises'
import { openRenderQueue } from '../../../../connectors/http/review/render-queue.ts'

it('a rendering that takes long keeps no other waiting', async () => {
  const queue = openRenderQueue<string>({ atOnce: 1, longMs: 20, mostBegun: 2, mostWaiting: 1 })
  const never = () => new Promise<string>(() => {})
  void queue.ask('slow', 0, never)
  expect(await queue.ask('quick', 0, async () => 'done')).toBe('done')
  void queue.ask('another', 0, never)
  await delay(40)
  void queue.ask('waits', 0, never) // two are begun
  await expect(queue.ask('refused', 0, never)).rejects.toThrow('too many pages')
})
