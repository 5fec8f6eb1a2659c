/**
 * Duplicates: the same file under another identifier, or another file with the same invoice of the
 * same vendor. Paying twice is the costliest mistake in accounts payable, so the second document
 * goes to review whatever the confidence. The profile's `identity` lists the fields that identify
 * an invoice; without it only files are compared.
 *
 * The first document in the log keeps the claim, so a document that is sent again is no duplicate
 * of its own duplicate. Two that arrive at nearly the same time may both pass, since the index lags
 * behind its topic.
 */

import { hash } from 'node:crypto'
import type { Profile } from '../../schemas/profiles.ts'
import type { Extracted } from '../../schemas/types.ts'

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

/**
 * The keys that a reading claims: its bytes, and vendor plus identity of its profile where all of
 * that was read.
 */
export function claimsOf(
  document: Pick<Extracted, 'tenant' | 'profile' | 'sha256' | 'vendor' | 'fields'>,
  profile: Profile,
): string[] {
  const values = profile.identity.map(
    (name) => document.fields.find((field) => field.name === name)?.value ?? null,
  )
  const scope = [document.tenant, document.profile]
  const known =
    profile.identity.length > 0 && !values.includes(null) && document.vendor.evidence !== 'none'
  return [
    claim('file', ...scope, document.sha256),
    ...(known ? [claim('invoice', ...scope, document.vendor.id, ...(values as string[]))] : []),
  ]
}

export function claimIndex(): ClaimIndex {
  const holders = new Map<string, string>()
  const held = new Map<string, { readonly claims: readonly string[]; readonly vendor: string }>()
  const documents = new Map<string, number>() // by vendor
  const remove = (documentId: string): void => {
    const known = held.get(documentId)
    if (known === undefined) return
    for (const one of known.claims) if (holders.get(one) === documentId) holders.delete(one)
    const left = (documents.get(known.vendor) ?? 0) - 1
    if (left > 0) documents.set(known.vendor, left)
    else documents.delete(known.vendor)
    held.delete(documentId)
  }
  return {
    firstOther: (claims, documentId) =>
      claims
        .map((one) => holders.get(one))
        .find((holder) => holder !== undefined && holder !== documentId) ?? null,
    documentsOf: (vendor) => documents.get(vendor) ?? 0,
    add(claims, documentId, vendor) {
      remove(documentId) // a later reading may have other claims
      for (const one of claims) if (!holders.has(one)) holders.set(one, documentId)
      held.set(documentId, { claims, vendor })
      documents.set(vendor, (documents.get(vendor) ?? 0) + 1)
    },
    remove,
  }
}

function claim(...parts: readonly string[]): string {
  return hash('sha256', JSON.stringify(parts), 'base64url').slice(0, 22)
}
