/**
 * Duplicates: the same file under another identifier, or another file with the same invoice of the
 * same vendor. Paying twice is the costliest mistake in accounts payable, so the second document
 * goes to review whatever the confidence. The profile's `identity` lists the fields that identify
 * an invoice; without it only files are compared.
 *
 * The first document in the log holds the claim, so a document that is sent again is no duplicate
 * of its own duplicate. When it gives the claim up, the next in line holds it. The index lags behind
 * its topic, so two documents that arrive at nearly the same time both pass here; the stage `screen`
 * decides between them.
 */

import type { FieldType, Profile } from '../../schemas/profiles.ts'
import type { Extracted } from '../../schemas/types.ts'
import { plainOf } from '../values/identifiers.ts'
import { firstIn, join, leave, type ClaimLines } from './claim-lines.ts'
import { withoutTrailingZeros } from '../values/money.ts'
import { textHash } from '../shared/text-hash.ts'

export interface Claims {
  /** The first other document that claimed one of these. */
  readonly firstOther: (claims: readonly string[], documentId: string) => string | null
  /** How many documents of this vendor are known. */
  readonly documentsOf: (vendor: string) => number
}

export interface ClaimIndex extends Claims {
  readonly add: (claims: readonly string[], documentId: string, vendor: string) => void
  readonly remove: (documentId: string) => void
}

type Claimant = Pick<Extracted, 'tenant' | 'profile' | 'sha256' | 'vendor' | 'fields'>

/**
 * The keys that a reading claims: its bytes, and vendor plus identity of its profile where all of
 * that was read.
 */
export function claimsOf(document: Claimant, profile: Profile): string[] {
  const invoice = invoiceClaim(document, profile)
  return invoice === null ? [fileClaim(document)] : [fileClaim(document), invoice]
}

/**
 * What no two documents share unless they are the same invoice, in 22 characters: the invoice where
 * it could be read, else the file.
 */
export function identityOf(document: Claimant, profile: Profile): string {
  return invoiceClaim(document, profile) ?? fileClaim(document)
}

function fileClaim({ tenant, profile, sha256 }: Claimant): string {
  return claim('file', tenant, profile, sha256)
}

function invoiceClaim(document: Claimant, { identity, fields }: Profile): string | null {
  if (identity.length === 0 || document.vendor.evidence === 'none') return null
  const values: string[] = []
  for (const name of identity) {
    const value = document.fields.find((field) => field.name === name)?.value ?? null
    if (value === null) return null
    values.push(comparable(fields.find((field) => field.name === name)?.type ?? 'text', value))
  }
  return claim('invoice', document.tenant, document.profile, document.vendor.id, ...values)
}

/** 300 and 300.00 are one amount; R-1 and r 1 are one number. */
function comparable(type: FieldType, value: string): string {
  if (type === 'money') return withoutTrailingZeros(value)
  const plain = plainOf(value)
  return type === 'id' && plain !== '' ? plain : value
}

export function claimIndex(): ClaimIndex {
  const lines: ClaimLines = new Map()
  const held = new Map<string, { readonly claims: readonly string[]; readonly vendor: string }>()
  const documents = new Map<string, number>() // by vendor
  const count = (vendor: string, by: number): void => {
    const left = (documents.get(vendor) ?? 0) + by
    if (left > 0) documents.set(vendor, left)
    else documents.delete(vendor)
  }
  const forget = (documentId: string, kept: readonly string[]): void => {
    const known = held.get(documentId)
    if (known === undefined) return
    for (const one of known.claims) if (!kept.includes(one)) leave(lines, one, documentId)
    count(known.vendor, -1)
    held.delete(documentId)
  }
  return {
    firstOther(claims, documentId) {
      for (const one of claims) {
        const first = firstIn(lines, one)
        if (first !== null && first !== documentId) return first
      }
      return null
    },
    documentsOf: (vendor) => documents.get(vendor) ?? 0,
    add(claims, documentId, vendor) {
      forget(documentId, claims) // a later reading may claim something else, or the same again
      for (const one of claims) join(lines, one, documentId)
      held.set(documentId, { claims, vendor })
      count(vendor, 1)
    },
    remove: (documentId) => forget(documentId, []),
  }
}

function claim(...parts: readonly string[]): string {
  return textHash(JSON.stringify(parts))
}
