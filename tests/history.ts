/**
 * Checks a history: what went in against what came out at the end of a pipeline that copies. Every
 * input must have exactly one output or one dead letter, in the partition it went into, in the
 * order it went in.
 */

export interface In {
  readonly key: string
  readonly partition: number
}

export interface Out {
  readonly key: string
  readonly partition: number
  readonly offset: bigint
}

export interface Verdict {
  readonly lost: readonly string[]
  readonly doubled: readonly string[]
  readonly unknown: readonly string[]
  readonly moved: readonly string[]
  readonly outOfOrder: readonly string[]
}

/**
 * `inputs` in the order of sending, with unique keys; `outputs` and `dead` in any order. All lists
 * empty: nothing is wrong.
 */
export function checkHistory(
  inputs: readonly In[],
  outputs: readonly Out[],
  dead: readonly Out[] = [],
): Verdict {
  const places = new Map(inputs.map(({ key, partition }, index) => [key, { partition, index }]))
  const counts = new Map<string, number>()
  for (const { key } of [...outputs, ...dead]) counts.set(key, (counts.get(key) ?? 0) + 1)
  const sorted = [...outputs].sort(
    (a, b) => a.partition - b.partition || (a.offset < b.offset ? -1 : 1),
  )
  const outOfOrder = sorted.filter((out, i) => {
    const before = sorted[i - 1]
    if (before === undefined || before.partition !== out.partition) return false
    return (places.get(before.key)?.index ?? -1) > (places.get(out.key)?.index ?? -1)
  })
  return {
    lost: inputs.filter(({ key }) => !counts.has(key)).map(({ key }) => key),
    doubled: [...counts].filter(([, count]) => count > 1).map(([key]) => key),
    unknown: [...counts.keys()].filter((key) => !places.has(key)),
    moved: [...outputs, ...dead]
      .filter(({ key, partition }) => places.has(key) && places.get(key)?.partition !== partition)
      .map(({ key }) => key),
    outOfOrder: outOfOrder.map(({ key }) => key),
  }
}

export const nothingWrong: Verdict = {
  lost: [],
  doubled: [],
  unknown: [],
  moved: [],
  outOfOrder: [],
}
