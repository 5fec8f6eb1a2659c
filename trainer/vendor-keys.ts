/** Hashes of a real vendor by its name and by what identifies it, to recognise it later. */

import { vendorKey } from '../processors/model/vendor-key.ts'
import { identifyVendor } from '../processors/rules/vendor.ts'
import type { Example } from './dataset.ts'

export function vendorKeys({ documentId, vendor, print, generated }: Example): string[] {
  return generated === true
    ? []
    : [vendor, identifyVendor(print.words, documentId).id].map(vendorKey)
}
