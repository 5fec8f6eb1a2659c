/**
 * Examples for training and evaluation, and how they are read from a folder: `ID.words.json` holds
 * the words, `ID.truth.json` the true values. A document without either file is left out.
 *
 * Words files hold boxes in points or pixels, of words or of whole lines; a line is split at white
 * space, and each word gets its share of the line's box.
 */

import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isRegular } from '../connectors/files/regular-file.ts'
import { ErrataError } from '../errors.ts'
import type { Profile } from '../schemas/profiles.ts'
import type { Unit } from '../schemas/types.ts'
import type { Encounter } from './encounter.ts'
import type { Print, Word } from '../processors/document/words.ts'

/**
 * The truth about a field. `value` null: the document does not have it. A field that is not in the
 * map is unknown.
 */
export interface Truth {
  readonly value: string | null // normalised
  readonly raw: string | null // as printed, where known
  readonly words: readonly number[] // its words, where known
  // all its occurrences, where all are known
  readonly places?: readonly (readonly number[])[]
}

export interface Example {
  readonly documentId: string
  readonly vendor: string // the issuer: examples of one vendor resemble each other
  readonly print: Print
  readonly profile: string
  readonly truth: ReadonlyMap<string, Truth>
  /**
   * From a generator: used for training, but no evidence of a model's quality on real documents.
   */
  readonly generated?: boolean
  /** Of generated documents: they are held out together with others that have the same here. */
  readonly alike?: string
  /** Of a document that came through the stage. */
  readonly encounter?: Encounter
}

/** Examples that need not all be in memory; an array is one form of them. */
export interface Examples {
  readonly length: number
  readonly at: (k: number) => Example | undefined
}

export interface WordsFile {
  readonly unit: Unit
  readonly level?: 'line' | 'word'
  readonly pages: readonly {
    readonly page: number
    readonly width: number
    readonly height: number
    readonly words: readonly { readonly t: string; readonly b: readonly number[] }[]
  }[]
}

export interface TruthFile {
  readonly id: string
  readonly source?: string
  readonly issuer?: string
  readonly fields: Readonly<Record<string, string | null>>
  readonly absent?: readonly string[]
  readonly raw?: Readonly<Record<string, string | null>>
  readonly printed?: Readonly<Record<string, boolean>>
  readonly line_items?: readonly Readonly<Record<string, string | null>>[]
  // names of the printed cells
  readonly line_items_printed?: readonly (readonly string[] | null)[]
  /** For each field the words of its occurrences, as indexes into the words of all pages. */
  readonly spans?: Readonly<Record<string, readonly (readonly number[])[]>>
}

/** Field names in the truth files of SROIE receipts. */
export const officialNames: Readonly<Record<string, string>> = {
  seller_name: 'company',
  seller_address: 'address',
  issue_date: 'date',
  grand_total: 'total',
}

/**
 * All examples of a folder and its subfolders, by document id; CONFIG_INVALID if there are none.
 */
export function readExamples(
  folder: string,
  profile: Profile,
  only?: ReadonlySet<string>,
): Example[] {
  const examples = examplesIn(folder, profile, only)
  return Array.from({ length: examples.length }, (_, k) => examples.at(k) as Example)
}

/** The same, each of them read when it is asked for. */
export function examplesIn(folder: string, profile: Profile, only?: ReadonlySet<string>): Examples {
  const found = truthFiles(folder).flatMap((path) => {
    const { id } = readTruth(path)
    const words = path.replace(/\.truth\.json$/, '.words.json')
    return (only !== undefined && !only.has(id)) || !isRegular(words) ? [] : [{ id, path, words }]
  })
  if (found.length === 0)
    throw new ErrataError('CONFIG_INVALID', 'no document with ID.truth.json and ID.words.json', {
      folder,
    })
  found.sort((a, b) => (a.id < b.id ? -1 : 1))
  return {
    length: found.length,
    at(k) {
      const one = found[k]
      if (one === undefined) return undefined
      const words = JSON.parse(readFileSync(one.words, 'utf8')) as WordsFile
      return exampleOf(readTruth(one.path), printOfWordsFile(words), profile)
    },
  }
}

const readTruth = (path: string): TruthFile => JSON.parse(readFileSync(path, 'utf8')) as TruthFile

/** Lists one after the other. */
export function joined(...lists: readonly Examples[]): Examples {
  const length = lists.reduce((sum, one) => sum + one.length, 0)
  return {
    length,
    at(k) {
      let place = k
      for (const list of lists) {
        if (place < list.length) return list.at(place)
        place -= list.length
      }
      return undefined
    },
  }
}

/** The words of a words file. CONFIG_INVALID for anything else. */
export function printOfWordsFile(file: WordsFile): Print {
  if (!Array.isArray(file?.pages))
    throw new ErrataError('CONFIG_INVALID', 'a words file needs pages')
  const words: Word[] = []
  let line = 0
  for (const page of file.pages) {
    for (const given of page.words) {
      const text = given.t.normalize('NFC')
      const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = given.b.map((edge: number) => 10 * edge)
      for (const part of text.matchAll(/\S+/g)) {
        const at = (k: number): number => Math.round(x0 + ((x1 - x0) * k) / text.length)
        words.push({
          text: part[0],
          page: page.page,
          line,
          box: [at(part.index), Math.round(y0), at(part.index + part[0].length), Math.round(y1)],
          confidence: 100,
        })
      }
      line++
    }
  }
  return {
    pages: file.pages.map(({ page, width, height }) => ({
      number: page,
      width,
      height,
      unit: file.unit,
      source: 'given',
    })),
    words,
  }
}

/** sha256 over everything that training uses, example by example: the identity of a data set. */
export function datasetHasher(): {
  readonly add: (example: Example) => void
  readonly digest: () => string // hex
} {
  const hash = createHash('sha256')
  return {
    add({ documentId, vendor, profile, print, truth }) {
      hash.update(JSON.stringify([documentId, vendor, profile, print, [...truth]]))
    },
    digest: () => hash.digest('hex'),
  }
}

/** One example from truth and words. */
export function exampleOf(file: TruthFile, print: Print, profile: Profile): Example {
  const truth = new Map<string, Truth>()
  for (const { name } of profile.fields) {
    const known = truthOf(file, name)
    if (known !== null) truth.set(name, known)
  }
  return { documentId: file.id, vendor: vendorOfTruth(file), print, profile: profile.name, truth }
}

/** The truth about a field in a file; null where it is unknown. */
function truthOf(file: TruthFile, name: string): Truth | null {
  const value = file.fields[name]
  if (value === undefined && file.absent?.includes(name) !== true) return null
  const places = file.spans?.[name]
  // If all occurrences are known and a value has none, a reader should find none: it counts as
  // absent
  if (file.spans !== undefined && places === undefined) return { value: null, raw: null, words: [] }
  return {
    value: value ?? null,
    raw: rawOf(file, name),
    words: places?.[0] ?? [],
    ...(places === undefined ? {} : { places }),
  }
}

function rawOf({ raw = {} }: TruthFile, name: string): string | null {
  return raw[officialNames[name] ?? name] ?? raw[name] ?? null
}

/** The issuer, by letters and digits. */
export function vendorOfTruth(file: TruthFile): string {
  return (file.issuer ?? file.raw?.company ?? file.fields.seller_name ?? file.id)
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** The truth files of a folder and its subfolders. */
export function truthFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    if (entry.isDirectory()) return truthFiles(path)
    return entry.name.endsWith('.truth.json') && isRegular(path) ? [path] : []
  })
}
