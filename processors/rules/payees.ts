/**
 * Payees: the bank accounts that people confirmed for each vendor. `teach` writes them from the
 * verdicts that count, and `extract` compares every account with them; see payee-check.ts.
 *
 * A vendor without VAT id is identified by its account, so a copy of its invoice with another account
 * would be a vendor that nobody knows. So a payee is found by keys that don't depend on the account:
 * its VAT id, what else its documents are identified by, and the seller's name.
 */

import type { Field, Payee, PayeeAccount, Vendor, Verdict } from '../../schemas/types.ts'
import { unpackWords, type Word } from '../document/words.ts'
import { isIban, isVatId, plainOf } from '../values/identifiers.ts'
import { identitiesBesideAccount } from './vendor.ts'

/** What one verdict says of its vendor. */
export interface PayeeEvidence {
  readonly keys: readonly string[]
  readonly accounts: readonly string[]
  readonly reviewer: string
  readonly decidedAt: number
}

export interface Payees {
  /**
   * The accounts of the payees that have this key, the newest first; null where people answered no
   * document with it.
   */
  readonly accountsBy: (key: string) => readonly string[] | null
  /** The keys of a payee; null where people answered no document of this vendor. */
  readonly keysOf: (vendor: string) => readonly string[] | null
}

export interface PayeeTable extends Payees {
  /** Adds a record of the topic; null is a tombstone. */
  readonly put: (vendor: string, payee: Payee | null) => void
}

/** Where no verdict is known. */
export const noPayees: Payees = { accountsBy: () => null, keysOf: () => null }

const mostAccounts = 500 // of a payee, the newest
const mostKeys = 100 // of a payee, the newest
const leastName = 3 // letters and digits of a name that tells one vendor from another

/** Upper case without spaces and punctuation. */
export function accountOf(value: string): string {
  return value.toUpperCase().replace(/[^0-9A-Z]/g, '')
}

/** What a document is known by beside its account. */
export function payeeKeys(
  vendor: Vendor,
  words: readonly Word[],
  fields: readonly Field[],
  sender: string | null = null,
): string[] {
  const valueOf = (name: string): string => fields.find((field) => field.name === name)?.value ?? ''
  const [name, vat] = [plainOf(valueOf('seller_name')), valueOf('seller_vat_id')]
  return [
    ...new Set([
      ...identitiesBesideAccount(vendor, words, sender),
      ...(isVatId(vat) === true ? [`vat:${vat}`] : []),
      ...(name.length < leastName ? [] : [`name:${name}`]),
    ]),
  ]
}

/**
 * An account that the reviewer excluded from learning is an exception and not confirmed for later;
 * one with wrong check digits is none.
 */
export function payeeEvidence(verdict: Verdict): PayeeEvidence {
  const { vendor, fields, declined, reviewer, decidedAt } = verdict
  const accounts = fields
    .filter(({ name }) => !declined.includes(name))
    .map(({ value }) => accountOf(value ?? ''))
    .filter(isIban)
  const words = vendor.evidence === 'iban' ? unpackWords(verdict.words) : []
  return {
    keys: payeeKeys(vendor, words, fields),
    accounts: [...new Set(accounts)],
    reviewer,
    decidedAt,
  }
}

/** By all that its verdicts say, whatever order they arrived in; null where there is none. */
export function payeeOf(vendor: string, evidence: Iterable<PayeeEvidence>): Payee | null {
  const accounts = new Map<string, { -readonly [K in keyof PayeeAccount]: PayeeAccount[K] }>()
  const keys = new Map<string, number>() // and when it was last confirmed
  let documents = 0
  for (const { accounts: stated, keys: known, reviewer, decidedAt } of evidence) {
    documents++
    for (const account of stated) {
      const one = accounts.get(account)
      if (one === undefined) {
        accounts.set(account, {
          account,
          documents: 1,
          confirmedBy: reviewer,
          confirmedAt: decidedAt,
        })
        continue
      }
      one.documents++
      const isLatest =
        decidedAt > one.confirmedAt || (decidedAt === one.confirmedAt && reviewer > one.confirmedBy)
      if (isLatest) [one.confirmedBy, one.confirmedAt] = [reviewer, decidedAt]
    }
    for (const key of known) if (decidedAt > (keys.get(key) ?? -1)) keys.set(key, decidedAt)
  }
  return documents === 0
    ? null
    : {
        vendor,
        keys: [...keys]
          .sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1))
          .map(([key]) => key)
          .slice(-mostKeys),
        documents,
        accounts: [...accounts.values()]
          .sort((a, b) => a.confirmedAt - b.confirmedAt || (a.account < b.account ? -1 : 1))
          .slice(-mostAccounts),
      }
}

export function payeeTable(): PayeeTable {
  const payees = new Map<string, Payee>()
  const byKey = new Map<string, Set<string>>() // vendors
  const forget = (vendor: string): void => {
    for (const key of payees.get(vendor)?.keys ?? []) {
      const vendors = byKey.get(key)
      vendors?.delete(vendor)
      if (vendors?.size === 0) byKey.delete(key)
    }
    payees.delete(vendor)
  }
  return {
    put(vendor, payee) {
      forget(vendor)
      if (payee === null) return
      payees.set(vendor, payee)
      for (const key of payee.keys) byKey.set(key, (byKey.get(key) ?? new Set()).add(vendor))
    },
    accountsBy(key) {
      const vendors = byKey.get(key)
      if (vendors === undefined) return null
      const accounts = [...vendors].flatMap((vendor) => payees.get(vendor)?.accounts ?? [])
      return [
        ...new Set(
          accounts.sort((a, b) => b.confirmedAt - a.confirmedAt).map(({ account }) => account),
        ),
      ]
    },
    keysOf: (vendor) => payees.get(vendor)?.keys ?? null,
  }
}
