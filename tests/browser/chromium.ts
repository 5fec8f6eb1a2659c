/** The system's Chromium, or null if there is none. Nothing is downloaded. */

import { chromium, type Browser } from 'playwright-core'
import { chromiumPath } from '../../trainer/samples/html/chromium.ts'

export { chromiumPath }

export async function openBrowser(): Promise<Browser> {
  return chromium.launch({
    executablePath: chromiumPath as string,
    headless: true,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  })
}
