/** How many statements partitions cost that work at the same time, and what a shared one must keep. */

import { openProgress } from '../../../connectors/clickhouse/sink-progress.ts'
import { together } from '../../../connectors/clickhouse/together.ts'

/** A question whose answers are given by hand. */
function asking() {
  const asked: { readonly wanted: readonly number[]; answer(sum: number): void; fail(): void }[] =
    []
  const ask = together<number, number>(
    (wanted) =>
      new Promise((resolve, reject) =>
        asked.push({ wanted, answer: resolve, fail: () => reject(new Error('away')) }),
      ),
  )
  return { ask, asked }
}
const soon = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))

test('calls share the statement after the one that is under way, which began before them', async () => {
  const { ask, asked } = asking()
  const first = ask(1)
  await soon()
  const [second, third] = [ask(2), ask(3)]
  await soon()
  expect(asked.map(({ wanted }) => wanted)).toEqual([[1]])
  asked[0]?.answer(1)
  expect(await first).toBe(1)
  await soon()
  expect(asked.map(({ wanted }) => wanted)).toEqual([[1], [2, 3]])
  asked[1]?.answer(5)
  expect(await Promise.all([second, third])).toEqual([5, 5])
})

test('a failure is everybody’s who shared it, and nobody’s after them', async () => {
  const { ask, asked } = asking()
  const failing = [ask(1), ask(2)]
  const refused = Promise.all(failing.map((one) => expect(one).rejects.toThrow('away')))
  await soon()
  const next = ask(3)
  asked[0]?.fail()
  await refused
  await soon()
  asked[1]?.answer(3)
  expect(await next).toBe(3)
})

test('eight partitions that note their positions at once cost the store two statements', async () => {
  const statements: string[] = []
  const progress = openProgress({
    query: async <T>(sql: string) => {
      statements.push(sql.slice(0, 6))
      await soon()
      return [{ version: 1, made_at: 'then', held: [['t.raw', '3', '7', '1000']] }] as T[]
    },
    insert: async (table, rows) => {
      statements.push(`${table} ${rows.length}`)
      await soon()
    },
  })
  const partitions = Array.from({ length: 8 }, (_, partition) => ({ topic: 't.raw', partition }))
  const held = await Promise.all(
    partitions.map(async (partition) => {
      const { heldOf } = await progress.state()
      await progress.note([{ _partition: partition.partition }])
      return heldOf(partition)
    }),
  )
  expect(held.map(({ position }) => position)).toEqual([0n, 0n, 0n, 7n, 0n, 0n, 0n, 0n])
  expect(statements).toEqual(['SELECT', 'sink_progress 8'])
})
