/**
 * Prints the invoices that the starter model is trained on beside drawn ones, by Chromium, and
 * packs them: `npm run starter:print`. It needs the fonts that CONTRIBUTING.md names; with the same
 * Chromium, fonts and Node the bytes are the same each time. `npm run starter` trains on them.
 */

import { writeFileSync } from 'node:fs'
import { loadProfiles, profileOf } from '../schemas/profiles.ts'
import { packExamples, printedFile } from './printed-examples.ts'
import { printedInvoices } from './samples/html/training.ts'
import { seeds } from './starter.ts'

const documents = 2400

const profile = profileOf(loadProfiles(), 'invoice')
const packed = packExamples(await printedInvoices(profile, documents, seeds.training))
writeFileSync(printedFile(profile.name), packed)
process.stderr.write(`${documents} printed invoices, ${(packed.length / 1024).toFixed(0)} KiB\n`)
