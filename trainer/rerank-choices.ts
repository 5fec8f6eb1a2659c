/**
 * The choices that a re-ranker is fitted on: the best spans of a field on each document, their
 * features, and which of them are right. In columns, as there are two for each document.
 */

import { logOf } from '../processors/model/span-attributes.ts'
import type { Span } from '../processors/model/tagger.ts'
import { column } from './columns.ts'

/** The spans of one document and field. */
export interface RerankChoice {
  readonly spans: readonly Span[]
  readonly features: readonly (readonly number[])[]
  readonly right: readonly boolean[]
}

export interface RerankChoices {
  /** Keeps a choice of a held-out document if it teaches anything: a right span beside others. */
  readonly add: (held: number, vendor: string, choice: RerankChoice) => void
  /** The numbers of the choices of some held-out documents. */
  readonly of: (isIn: (held: number) => boolean) => number[]
  readonly at: (choice: number) => KeptChoice
}

/** Span k has features[starts[k] - starts[0]] and so on. */
export interface KeptChoice {
  readonly vendor: string
  readonly logs: Float64Array // of each span
  readonly right: Uint8Array
  readonly starts: Int32Array
  readonly features: Uint16Array
}

export function rerankChoices(): RerankChoices {
  const vendors: string[] = []
  const documents = column(new Int32Array(0))
  const firstSpans = column(new Int32Array(0)) // of each choice, and one after the last
  const logs = column(new Float64Array(0))
  const rights = column(new Uint8Array(0))
  const firstFeatures = column(new Int32Array(0)) // of each span, and one after the last
  const hashes = column(new Uint16Array(0))
  firstSpans.push(0)
  firstFeatures.push(0)
  return {
    add(held, vendor, { spans, features, right }) {
      if (spans.length < 2 || !right.includes(true)) return
      vendors.push(vendor)
      documents.push(held)
      spans.forEach((span, k) => {
        logs.push(logOf(span))
        rights.push(right[k] === true ? 1 : 0)
        for (const feature of features[k] as readonly number[]) hashes.push(feature)
        firstFeatures.push(hashes.length())
      })
      firstSpans.push(logs.length())
    },
    of: (isIn) => vendors.flatMap((_, k) => (isIn(documents.values()[k] as number) ? [k] : [])),
    at(choice) {
      const first = firstSpans.values()[choice] as number
      const last = firstSpans.values()[choice + 1] as number
      const starts = firstFeatures.values().subarray(first, last + 1)
      return {
        vendor: vendors[choice] as string,
        logs: logs.values().subarray(first, last),
        right: rights.values().subarray(first, last),
        starts,
        features: hashes.values().subarray(starts[0], starts.at(-1)),
      }
    },
  }
}
