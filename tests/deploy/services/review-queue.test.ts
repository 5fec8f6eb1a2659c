import { register } from 'prom-client'
import { byKnownProfile, measureQueue } from '../../../deploy/services/review-queue.ts'
import type { QueueChange } from '../../../processors/review/review-queue.ts'
import { loadProfiles } from '../../../schemas/profiles.ts'

test('profiles that nobody waits in are said too, and those from outside as one', () => {
  const open = byKnownProfile(
    new Map([
      ['invoice', { count: 2, oldest: 7 }],
      ['from outside', { count: 3, oldest: 9 }],
      ['another', { count: 1, oldest: 8 }],
    ]),
    loadProfiles(),
  )
  expect(open.get('invoice')).toEqual({ count: 2, oldest: 7 })
  expect(open.get('receipt')).toEqual({ count: 0, oldest: Infinity })
  expect(open.get('other')).toEqual({ count: 4, oldest: 8 })
  expect([...open.keys()].filter((name) => !loadProfiles().has(name))).toEqual(['other'])
})

test('all tasks are looked at only after a change, and once in a minute at most', async () => {
  let clock = 0
  let looks = 0
  let change: (what: QueueChange) => void = () => {}
  const stop = measureQueue(
    {
      openByProfile: () => new Map([['invoice', { count: ++looks, oldest: 5_000 }]]),
      onChange(listener) {
        change = listener
        return () => {}
      },
    },
    { now: () => loadProfiles() },
    () => clock,
  )
  const invoices = async (): Promise<string[]> => {
    const text = await register.metrics()
    return [...text.matchAll(/^errata_review_\w+\{profile="invoice"\} (.*)$/gm)].map(
      ([, value]) => value as string,
    )
  }
  expect(await invoices()).toEqual(['1', '5'])
  clock += 120_000
  expect(await invoices()).toEqual(['1', '5']) // nothing has changed
  change({ kind: 'opened', documentId: 'd-1' })
  expect(await invoices()).toEqual(['2', '5'])
  change({ kind: 'closed', documentId: 'd-1' })
  clock += 59_000
  expect(await invoices()).toEqual(['2', '5']) // a moment ago
  clock += 1_000
  expect(await invoices()).toEqual(['3', '5'])
  stop()
})
