/** The sum of the line totals, in words, against the total of the document that is nearest. */

import type { Check } from '../../schemas/types.ts'
import { formatAmount } from '../shared/format.ts'
import type { Session } from './session.ts'

export interface LineSum {
  readonly text: string
  /** Whether it agrees, by the check of all values; null where nothing judges it. */
  readonly agrees: boolean | null
}

const decimals = 6
const one = 10n ** BigInt(decimals)

/** Null where no row has a total. Agreement is the check's to say: it knows what may differ. */
export function lineSum(session: Session, checks: readonly Check[]): LineSum | null {
  const totals = session.rows.map((row) => row.find(({ name }) => name === 'line_total'))
  const known = totals.flatMap((entry) => unitsOf(entry?.value) ?? [])
  if (known.length === 0) return null
  const sum = known.reduce((all, units) => all + units, 0n)
  const text = `Sum ${amountOf(sum)}`
  if (known.length < totals.length)
    return { text: `${text}, of ${known.length} of ${totals.length} rows`, agrees: null }
  const outcome = checks.find(({ name }) => name === 'lines_add_up')?.outcome
  const nearest = nearestTotal(session, sum)
  if (nearest === null || outcome === undefined || outcome === 'not_applicable')
    return { text, agrees: null }
  const label = `the ${nearest.label.toLowerCase()}`
  if (outcome === 'passed') return { text: `${text}: agrees with ${label}`, agrees: true }
  const over = sum - nearest.units
  const gap = `${amountOf(over < 0n ? -over : over)} ${over < 0n ? 'less' : 'more'}`
  return { text: `${text}: ${gap} than ${label}, ${amountOf(nearest.units)}`, agrees: false }
}

function nearestTotal(
  { fields }: Session,
  sum: bigint,
): { readonly label: string; readonly units: bigint } | null {
  const distance = (units: bigint): bigint => (units < sum ? sum - units : units - sum)
  const totals = ['net_total', 'grand_total'].flatMap((name) => {
    const entry = fields.find((field) => field.name === name)
    const units = unitsOf(entry?.value)
    return entry === undefined || units === null ? [] : { label: entry.label, units }
  })
  return totals.reduce<(typeof totals)[number] | null>(
    (best, total) => (best === null || distance(total.units) < distance(best.units) ? total : best),
    null,
  )
}

/** A decimal in millionths; null for other text, such as one that nobody has read yet. */
function unitsOf(text: string | null | undefined): bigint | null {
  const parts = /^(-?)(\d+)(?:\.(\d{1,6}))?$/.exec(text ?? '')
  if (parts === null) return null
  const [, sign, whole = '', fraction = ''] = parts
  const units = BigInt(whole) * one + BigInt(fraction.padEnd(decimals, '0'))
  return sign === '-' ? -units : units
}

function amountOf(units: bigint): string {
  const [sign, size] = units < 0n ? ['-', -units] : ['', units]
  return formatAmount(`${sign}${size / one}.${String(size % one).padStart(decimals, '0')}`)
}
