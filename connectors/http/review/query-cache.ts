/**
 * Answers of the analytics store, remembered for as long as the store has taken in nothing more: to
 * count a million documents takes seconds, and whoever comes back to the dashboard, or looks at it
 * beside somebody else, would have them counted again.
 *
 * How far the store is, is asked before each answer, and what is remembered is of that very state:
 * nothing is older than what the events tell, and nothing outlives the erasure of a document.
 * Questions that are alike and open at the same time are asked once. What depends on the time of
 * day, such as the age of the queue, may be `longestMs` late. Failures are not remembered. Each
 * instance remembers for itself.
 */

import type { ReviewDeps } from './context.ts'

type Query = NonNullable<ReviewDeps['analytics']>['query']

const longestMs = 60_000
const mostAnswers = 100
const mostRows = 5_000 // of an answer; larger ones are files in the making

/**
 * Of each topic, how many records the store has taken in: the sum of its partitions' next offsets.
 */
export async function storeProgress(query: Query): Promise<ReadonlyMap<string, string>> {
  return new Map(
    (
      await query(
        'SELECT _topic AS topic, toString(sum(next_offset)) AS next FROM sink_progress FINAL GROUP BY topic ORDER BY topic',
        {},
      )
    ).map((row) => [String(row['topic']), String(row['next'])]),
  )
}

/** The same questions with the same answers, sooner. */
export function remembering(
  query: Query,
  now: () => number,
  onErased: ReviewDeps['tasks']['onErased'] = () => {},
): Query {
  const answers = new Map<
    string,
    { readonly state: string; readonly at: number; readonly rows: ReturnType<Query> }
  >()
  onErased(() => answers.clear())
  return async (sql, parameters) => {
    const state = JSON.stringify([...(await storeProgress(query))])
    const key = JSON.stringify([sql, parameters])
    const known = answers.get(key)
    if (known !== undefined && known.state === state && now() - known.at < longestMs)
      return known.rows
    const rows = query(sql, parameters)
    const answer = { state, at: now(), rows }
    const drop = (): void => void (answers.get(key) === answer && answers.delete(key))
    rows.then(({ length }) => length > mostRows && drop(), drop)
    answers.delete(key)
    answers.set(key, answer)
    for (const oldest of answers.keys()) if (answers.size > mostAnswers) answers.delete(oldest)
    return rows
  }
}
