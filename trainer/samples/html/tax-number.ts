/** How a tax number is printed: by the country's habit with or without prefix, whole or in groups. */

import type { SampleRandom } from '../random.ts'
import type { PrintSheet, VatStyle } from './sheet.ts'

// Countries whose companies have one number for all taxes, mostly printed without the prefix
const nationals: ReadonlySet<string> = new Set('PL CZ SK ES IT PT GR RO HU HR SI BG DK'.split(' '))

const groups: Readonly<Record<string, readonly [RegExp, string]>> = {
  PL: [/^(\d{3})(\d{3})(\d\d)(\d\d)$/, '$1-$2-$3-$4'],
  GB: [/^(\d{3})(\d{4})(\d\d)$/, '$1 $2 $3'],
  FR: [/^(\d\d)(\d{3})(\d{3})(\d{3})$/, '$1 $2 $3 $4'],
  DK: [/^(\d\d)(\d\d)(\d\d)(\d\d)$/, '$1 $2 $3 $4'],
  HU: [/^(\d{7})(\d)$/, '$1-$2'],
  BE: [/^(\d{4})(\d{3})(\d{3})$/, '$1.$2.$3'],
  PT: [/^(\d{3})(\d{3})(\d{3})$/, '$1 $2 $3'],
}

/** The same way for all numbers of a document. */
export function vatPrinted(sheet: PrintSheet, vatId: string): string {
  const { code } = sheet.locale.place
  const style = styleOf(sheet)
  const [, prefix = '', digits = ''] = /^([A-Z]{2})(.{7,12})$/.exec(vatId) ?? []
  if (!/\d{6}/.test(digits)) return vatId
  if (code === 'CH') return swiss(vatId, sheet.random)
  if (prefix !== (code === 'GR' ? 'EL' : code)) return vatId
  const [pattern, grouped] = (style.grouped ? groups[code] : undefined) ?? [/$^/, '']
  const body = digits.replace(pattern, grouped)
  return { bare: body, apart: `${prefix} ${body}`, tight: `${prefix}${body}` }[style.prefix]
}

function styleOf({ random, locale, vatStyle }: PrintSheet): VatStyle {
  const { code } = locale.place
  vatStyle.chosen ??= {
    prefix: random.chance(nationals.has(code) ? 0.6 : 0)
      ? 'bare'
      : random.pick(['tight', 'tight', 'apart'] as const),
    grouped: random.chance(0.3),
  }
  return vatStyle.chosen
}

function swiss(vatId: string, random: SampleRandom): string {
  if (random.chance(0.5)) return vatId
  const isTaxed = random.chance(0.6)
  return `${vatId.replace(/^CHE(\d{3})(\d{3})(\d{3})$/, 'CHE-$1.$2.$3')}${isTaxed ? ' MWST' : ''}`
}
