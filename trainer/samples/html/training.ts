/**
 * The printed invoices that a model is trained on: all languages, all kinds.
 *
 * Where a typeface is missing, Chromium takes another one, or boxes instead of letters: the
 * documents, and the model, would then be others. So the typefaces are tried first.
 */

import { ErrataError } from '../../../errors.ts'
import type { Profile } from '../../../schemas/profiles.ts'
import { withPrinter } from './chromium.ts'
import { labelsOf } from './drawn-locales.ts'
import type { LaidOut } from '../../printed-examples.ts'
import { printedExamples } from './examples.ts'
import { locales } from './locales.ts'
import { typefaces } from './look.ts'
import { fontsOfHtml, type Printer } from './print.ts'

const fontPackages =
  'fonts-dejavu-core fonts-dejavu-extra fonts-liberation fonts-noto-core fonts-noto-cjk'

/**
 * Printed invoices, each of a different issuer. CHROMIUM_MISSING where Chromium or typefaces are
 * missing.
 */
export async function printedInvoices(
  profile: Profile,
  count: number,
  seed: number,
): Promise<LaidOut[]> {
  const wanted = { seed, count, locales, english: labelsOf('en') }
  return withPrinter(async (printer) => {
    const missing = await missingFonts(printer)
    if (missing.length > 0)
      throw new ErrataError(
        'CHROMIUM_MISSING',
        `Chromium doesn't find ${missing.join(', ')}: install ${fontPackages}`,
      )
    return printedExamples(printer, profile, wanted)
  })
}

/** The typefaces of the looks that Chromium has to replace by others. */
export async function missingFonts(printer: Printer): Promise<string[]> {
  const html = typefaces.map(([family, letter]) => `<p style="font-family:${family}">${letter}</p>`)
  const used = [...(await fontsOfHtml(printer, html.join('')))].map(plain)
  return typefaces
    .map(([family]) => family)
    .filter((family) => !used.some((name) => name.includes(plain(family))))
}

const plain = (name: string): string => name.toLowerCase().replace(/[^a-z0-9]/g, '')
