/** Samples as PDF or picture files, and as a folder. See sample.ts for what a sample is. */

import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Language } from '../../processors/values/normalise.ts'
import { pdfOf } from './pdf.ts'
import { randomOf } from './random.ts'
import { drawSample, type SampleOptions, type SampleWords } from './sample.ts'
import { scanOf } from './scan.ts'
import { ciiOf, ciiProfiles, type CiiProfile } from './xml.ts'

export interface Sample extends SampleWords {
  /** Exactly one of the two: `ID.pdf` or `ID.jpg`. */
  readonly pdf: Buffer | null
  readonly image: Buffer | null
  readonly fileName: string
  readonly mediaType: string
}

export interface DocumentOptions extends SampleOptions {
  readonly scan?: boolean
  readonly xml?: boolean // attach the e-invoice
}

export interface FolderOptions {
  readonly count: number
  readonly seed: number
  readonly languages?: readonly Language[]
  readonly scans?: number // share of documents that are pictures, 0 to 1
  readonly profile?: 'invoice' | 'receipt'
}

/** A sample with its file. A scan has one page: a longer drawing stays a PDF. */
export async function sample(
  seed: number,
  index: number,
  options: DocumentOptions = {},
): Promise<Sample> {
  const drawn = drawSample(seed, index, options)
  const { id, words, truth, canvas, invoice, issuer } = drawn
  const onePage = canvas.pageCount() === 1
  const profile = randomOf(seed, 'e-invoice', index).pick(Object.keys(ciiProfiles) as CiiProfile[])
  const pdf = await pdfOf(
    canvas,
    options.xml === true && invoice !== null ? ciiOf(issuer, invoice, profile) : null,
  )
  if (options.scan !== true || !onePage)
    return {
      id,
      words,
      truth,
      pdf,
      image: null,
      fileName: `${id}.pdf`,
      mediaType: 'application/pdf',
    }
  const scan = await scanOf(pdf, words, randomOf(seed, 'scan', index))
  return {
    id,
    words: scan.words,
    truth,
    pdf: null,
    image: scan.image,
    fileName: `${id}.jpg`,
    mediaType: 'image/jpeg',
  }
}

/** Writes ID.pdf or ID.jpg, ID.words.json and ID.truth.json for each sample; returns their ids. */
export async function generateSamples(folder: string, options: FolderOptions): Promise<string[]> {
  await mkdir(folder, { recursive: true })
  const ids: string[] = []
  for (let index = 0; index < options.count; index++) {
    const scan = randomOf(options.seed, 'as scan', index).chance(options.scans ?? 0)
    const made = await sample(options.seed, index, {
      scan,
      ...(options.languages === undefined ? {} : { languages: options.languages }),
      ...(options.profile === undefined ? {} : { profile: options.profile }),
    })
    await writeFile(join(folder, made.fileName), made.pdf ?? made.image ?? Buffer.alloc(0))
    await writeFile(join(folder, `${made.id}.words.json`), JSON.stringify(made.words))
    await writeFile(join(folder, `${made.id}.truth.json`), JSON.stringify(made.truth, null, 1))
    ids.push(made.id)
  }
  return ids
}
