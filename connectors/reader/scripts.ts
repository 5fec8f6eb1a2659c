/**
 * Reads a page in a script that PP-OCR lacks by Tesseract, which has a language of it. Which script
 * it is, the recognisers say themselves: each reads the top of the page, and the surest reads all of
 * it. That takes seconds, so it is for pages of which much was left unread. Nothing is kept between
 * pages.
 */

import { codeOf } from '../../errors.ts'
import type { Prepared } from '../images/images.ts'
import { openTesseract, type OcrEngine, type TesseractSettings } from '../tesseract/tesseract.ts'
import { readUpright, sureness, type PageImages, type UprightRead } from './deskew.ts'

/** Tesseract's languages for the scripts that PP-OCR does not know, or only the capitals of. */
const languagesOf = {
  Cyrillic: 'ukr+bul',
  Arabic: 'ara',
  Greek: 'ell',
  Hebrew: 'heb',
  Hangul: 'kor',
  Devanagari: 'hin',
  Thai: 'tha',
} as const

/** Share of the print that PP-OCR left unread from which its script is asked for. */
export const mostUnread = 0.2
const sampled = 700 // pixels from the top: names, numbers and labels
// Mean confidence of the sample. Of a page in its script each has 79 to 95, and of another at most 79
const leastSure = 75
const beyondDoubt = 85 // from here on no other script is tried

export type ScriptSettings = Pick<TesseractSettings, 'deadlineMs' | 'cacheFolder'>

/** Null where it is in none of these scripts, or not legible. DOCUMENT_TIMEOUT. */
export async function readInItsScript(
  settings: ScriptSettings,
  image: Prepared,
  images: PageImages,
  within: (engine: OcrEngine) => OcrEngine,
): Promise<(UprightRead & { readonly engine: string }) | null> {
  const best = { languages: '', sure: leastSure }
  for (const languages of Object.values(languagesOf)) {
    const sure = await withEngine(settings, languages, async (engine) => {
      const top = Math.min(sampled, image.height)
      const { words } = await within(engine).read({ ...image, bytes: image.png, top })
      return sureness(words)
    })
    if (sure === null || sure <= best.sure) continue
    Object.assign(best, { languages, sure })
    if (sure >= beyondDoubt) break
  }
  if (best.languages === '') return null
  return withEngine(settings, `${best.languages}+eng`, async (engine) => ({
    ...(await readUpright(within(engine), image, images)),
    engine: `${engine.name}-${engine.version}`,
  }))
}

/** Null where the language is not installed. */
async function withEngine<T>(
  settings: ScriptSettings,
  languages: string,
  use: (engine: OcrEngine) => Promise<T>,
): Promise<T | null> {
  const engine = await openTesseract({ ...settings, languages, workers: 1 }).catch(
    (error: unknown) => {
      if (codeOf(error) === 'CONFIG_INVALID') return null
      throw error
    },
  )
  if (engine === null) return null
  try {
    return await use(engine)
  } finally {
    await engine.close()
  }
}
