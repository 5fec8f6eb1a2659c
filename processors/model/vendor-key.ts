/** How a manifest names vendors and their fields: by hashes, since a model may be shared. */

import { hash } from 'node:crypto'
import { textHash } from '../shared/text-hash.ts'

/** Of a vendor's name or identifier. */
export function vendorKey(vendor: string): string {
  return hash('sha256', vendor).slice(0, 12)
}

/** Of a field of a vendor's documents. */
export function relearnedKey(vendor: string, field: string): string {
  return textHash(JSON.stringify([vendor, field]))
}
