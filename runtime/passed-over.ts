/**
 * The records that this process has passed over, for people. Apart from the counter of the metrics,
 * whose library takes longer to load than a short command has to do.
 */

const counts = new Map<string, { readonly topic: string; readonly code: string; count: number }>()

export function notePassedOver(topic: string, code: string): void {
  const key = `${topic} ${code}`
  const known = counts.get(key) ?? { topic, code, count: 0 }
  known.count++
  counts.set(key, known)
}

/** A line for each topic and code. */
export function passedOver(): string[] {
  return [...counts.values()]
    .map(
      ({ topic, code, count }) =>
        `${topic}: ${count} record${count === 1 ? '' : 's'} passed over (${code})`,
    )
    .sort()
}
