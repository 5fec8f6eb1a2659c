/**
 * How processes that read documents keep their memory: what is made of a document dies with it, so
 * all of it belongs where V8 collects often and cheaply.
 *
 * V8 notes how many of the objects that a piece of code makes outlive a collection, and may put
 * later ones among the old from the start. It did so with the words and tokens of receipts, which
 * only the collection of the whole heap frees. That decision is switched off. Not a limit on
 * memory; that is Node's own.
 */

import { setFlagsFromString } from 'node:v8'

export function collectCheaply(): void {
  setFlagsFromString('--no-allocation-site-pretenuring')
}
