/**
 * Folds for out-of-fold predictions, split in one of two ways. By vendor: all documents of a vendor
 * are held out together, which measures a model on unseen vendors. By document: training contains
 * about as many documents of a held-out document's vendor as it will for the next document of the
 * stream, so these folds represent the stream. Either way generated documents of one layout are
 * held out together: a model that has seen a layout is surer of it than of those that it will meet.
 */

import { randomFrom, shuffled } from './random.ts'

export type Dealt = 'by vendor' | 'by document'

/** The fold of each example, 0 to count - 1. */
export function foldsOf(
  examples: readonly { readonly vendor: string; readonly alike?: string | undefined }[],
  count: number,
  seed: number,
  dealt: Dealt,
): number[] {
  const random = randomFrom(seed)
  const groups = new Map<string, number[]>()
  examples.forEach(({ vendor, alike }, k) => {
    const group = alike ?? (dealt === 'by vendor' ? vendor : String(k))
    const members = groups.get(group)
    if (members === undefined) groups.set(group, [k])
    else members.push(k)
  })
  const folds = new Array<number>(examples.length).fill(0)
  const load = new Array<number>(count).fill(0)
  const membersOf = (group: string): number[] => groups.get(group) as number[]
  for (const group of shuffled([...groups.keys()].sort(), random).sort(
    (a, b) => membersOf(b).length - membersOf(a).length,
  )) {
    const fold = load.indexOf(Math.min(...load))
    for (const k of membersOf(group)) folds[k] = fold
    load[fold] = (load[fold] as number) + membersOf(group).length
  }
  return folds
}
