/**
 * Whether money would go where people have sent it before. An invoice of a known vendor with another
 * account is the commonest payment fraud, and the copy is otherwise perfect: so a person decides,
 * whatever the confidence and wherever the account stands.
 *
 *   account_changed   not among the accounts that people confirmed for this vendor
 *   account_first     the first account of a vendor that people know without one
 *
 * A vendor is known once people have answered a document of it. Everything that the document is known
 * by must lead to its account: one that carries the VAT id of one vendor and the name of another must
 * be right for both.
 */

import type { Profile } from '../../schemas/profiles.ts'
import type { Field, Reason, Vendor } from '../../schemas/types.ts'
import { accountOf, type Payees } from './payees.ts'
import { isIban } from '../values/identifiers.ts'

interface Stated {
  readonly vendor: Vendor
  /** What was read, from whatever source: several values of a field where sources disagree. */
  readonly fields: readonly Field[]
  /** What the document is known by beside its account. */
  readonly keys: () => readonly string[]
}

const mostListed = 20 // known accounts in a reason, the newest

/** Reasons for review. One with wrong check digits has a reason of its own; see route.ts. */
export function accountDoubts(
  profile: Profile,
  { vendor, fields, keys }: Stated,
  payees: Payees,
): Reason[] {
  const names = new Set(profile.fields.flatMap(({ name, type }) => (type === 'iban' ? [name] : [])))
  const stated = fields
    .filter(({ name }) => names.has(name))
    .map(({ name, value }) => ({ name, account: accountOf(value ?? '') }))
    .filter(({ account }) => isIban(account))
  if (stated.length === 0) return []
  const its = keys()
  const known = its.flatMap((key) => {
    const accounts = payees.accountsBy(key)
    return accounts === null ? [] : [accounts]
  })
  const doubts = [...names].flatMap((name) => {
    const accounts = stated.filter((one) => one.name === name)
    return accounts.flatMap(({ account }) => doubtAbout(name, account, known)).slice(0, 1)
  })
  return doubts.length === 0 && isAnother(vendor, its, payees)
    ? [{ code: 'vendor_name', field: 'seller_name', detail: null }]
    : doubts
}

function doubtAbout(
  field: string,
  account: string,
  known: readonly (readonly string[])[],
): Reason[] {
  const others = known.filter((accounts) => !accounts.includes(account))
  if (others.length === 0) return []
  const listed = [...new Set(others.flat())].slice(0, mostListed)
  return listed.length === 0
    ? [{ code: 'account_first', field, detail: null }]
    : [{ code: 'account_changed', field, detail: listed.join(' ') }]
}

/** Whether nothing but the account tells that it is this vendor. */
function isAnother({ id, evidence }: Vendor, keys: readonly string[], payees: Payees): boolean {
  const known = evidence === 'iban' ? payees.keysOf(id) : null
  return known !== null && known.length > 0 && !known.some((key) => keys.includes(key))
}
