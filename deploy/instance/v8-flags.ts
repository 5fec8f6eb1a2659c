/**
 * V8 flags for processes that read documents: objects of a document die with it, so they belong in
 * V8's young generation, which is collected often and cheaply.
 *
 * V8 measures how many objects of an allocation site survive a collection, and may allocate later
 * ones directly in the old generation (pretenuring). It does so with the words and tokens of
 * receipts, which then only a full collection frees. So pretenuring is off. The heap limit stays
 * Node's own.
 */

import { setFlagsFromString } from 'node:v8'

export function collectCheaply(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}
