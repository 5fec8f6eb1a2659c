/** What a benchmark measures and reports. */

export interface BenchRow {
  readonly what: string
  readonly ours: number
  readonly peer: number | null // null where the peer can't be run here: no ratio
  readonly unit: string // higher is better
  readonly peerName: string
}

/** CPU seconds that `work` takes in this process. */
export async function cpuSeconds(work: () => void | Promise<void>): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const used = process.cpuUsage(before)
  return (used.user + used.system) / 1e6
}

/** The median; of an even count the upper one. */
export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] as number
}
