/** The system's Chromium, as a printer of training documents; nothing is downloaded. */

import { existsSync } from 'node:fs'
import { ErrataError } from '../../../errors.ts'
import type { Printer } from './print.ts'

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome']

export const chromiumPath = places.find((path) => existsSync(path)) ?? null

/** Runs `use` with a printer. CHROMIUM_MISSING. */
export async function withPrinter<T>(
  use: (printer: Printer) => Promise<T>,
  executablePath = chromiumPath,
): Promise<T> {
  const library = await import('playwright-core').catch(() => null)
  if (executablePath === null || library === null)
    throw new ErrataError(
      'CHROMIUM_MISSING',
      executablePath === null
        ? `printing training documents needs Chromium: ${places.join(' or ')}`
        : 'printing training documents needs the package playwright-core: npm ci',
    )
  const browser = await library.chromium.launch({
    executablePath,
    headless: true,
    args: ['--no-sandbox', '--disable-gpu', '--disable-background-networking', '--no-first-run'],
  })
  try {
    // Documents hold no scripts and fetch nothing
    const page = await browser.newPage({ javaScriptEnabled: false, offline: true })
    return await use(page)
  } finally {
    await browser.close()
  }
}
