/**
 * The printed invoices behind the starter model, packed beside it: every training has them without
 * a browser, and the model is a function of files of the tree. `npm run starter:print` prints them
 * anew.
 */

import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, brotliDecompressSync, constants } from 'node:zlib'
import { ErrataError } from '../errors.ts'
import { packWords, unpackWords } from '../processors/document/words.ts'
import type { Profile } from '../schemas/profiles.ts'
import type { Page, Words } from '../schemas/types.ts'
import type { Example, Truth } from './dataset.ts'

/** An example of a known layout. */
export interface LaidOut extends Example {
  readonly layout: string
}

interface Packed {
  readonly documentId: string
  readonly vendor: string
  readonly layout: string
  readonly pages: readonly Page[]
  readonly words: Words
  readonly truth: readonly (readonly [name: string, truth: Truth])[]
}

export const printedFile = (profile: string): string =>
  fileURLToPath(new URL(`starter/${encodeURIComponent(profile)}.examples`, import.meta.url))

/** JSON of columns, compressed. */
export function packExamples(examples: readonly LaidOut[]): Buffer {
  const packed = examples.map(({ documentId, vendor, layout, print, truth }): Packed => ({
    documentId,
    vendor,
    layout,
    pages: print.pages,
    words: packWords(print.words),
    truth: [...truth],
  }))
  return brotliCompressSync(JSON.stringify(packed), {
    params: { [constants.BROTLI_PARAM_LGWIN]: constants.BROTLI_MAX_WINDOW_BITS },
  })
}

export function unpackExamples(packed: Buffer, profile: string): LaidOut[] {
  const examples = JSON.parse(brotliDecompressSync(packed).toString()) as readonly Packed[]
  return examples.map(({ documentId, vendor, layout, pages, words, truth }) => ({
    documentId,
    vendor,
    layout,
    print: { pages, words: unpackWords(words) },
    profile,
    truth: new Map(truth),
    generated: true,
  }))
}

/**
 * The printed invoices of a profile. CONFIG_INVALID where the file is missing: a training that
 * starts from less would be another one without a word.
 */
export function printedExamplesOf({ name }: Pick<Profile, 'name'>): LaidOut[] {
  const path = printedFile(name)
  if (!existsSync(path))
    throw new ErrataError('CONFIG_INVALID', 'a file that ships with Errata is missing', { path })
  return unpackExamples(readFileSync(path), name)
}
