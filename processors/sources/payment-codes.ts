/**
 * Codes of bills: a QR code's text as fields. Codes of payments state account, amount and payee; the
 * amount is the one due, which is the total if nothing was prepaid; extract.ts decides whether it
 * is. Codes of tax authorities state the invoice: number, date, parties, totals.
 *
 *   spc    Swiss QR-bill            atcud  Portugal's document code
 *   bcd    GiroCode (EPC069-12)     irn    India's signed e-invoice
 *   spd    Czech and Slovak SPAYD   zatca  Saudi Arabia's tags
 *   upn    Slovenian UPN QR
 *
 * Strict: wrong check digits, a surplus or overlong line, or a malformed amount void the whole
 * code, since a half-valid code may be something else. Guarantees: never throws, linear time, null
 * for anything that is not such a code. Signatures are NOT verified: anybody can print a code, and it
 * is compared with the page as any other source. Payment references are not extracted, since no
 * field holds them, but a wrong check digit voids the code.
 */

import type { Field, PageCode } from '../../schemas/types.ts'
import { statedField } from '../shared/stated-field.ts'
import { readEuropean } from './codes/european.ts'
import { readIndian } from './codes/indian.ts'
import { readPortuguese } from './codes/portuguese.ts'
import { readSaudi } from './codes/saudi.ts'
import { readSlovenian } from './codes/slovenian.ts'
import { readSpayd } from './codes/spayd.ts'
import { readSwiss } from './codes/swiss.ts'
import type { Values } from './codes/values.ts'

export type CodeKind = 'spc' | 'bcd' | 'spd' | 'upn' | 'atcud' | 'irn' | 'zatca'

/** Says a credit note's amounts without sign, and not what the document is. */
export const unsignedCode: CodeKind = 'zatca'

export interface PaymentCode {
  readonly kind: CodeKind
  readonly values: Readonly<Record<string, string>> // by field name, normalised
}

const longestPayload = 4300 // characters: a QR code holds no more than 4,296
const longestLines = 2000 // characters of codes in lines; SPC allows 997, BCD 331 bytes

/** The fields of a code; null for any other text. */
export function readPaymentCode(text: string): PaymentCode | null {
  if (text.length > longestPayload) return null
  const kind = kindOf(text)
  const values = kind === null ? null : readers[kind](text)
  if (kind === null || values === null) return null
  const known = Object.entries(values).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  )
  return { kind, values: Object.fromEntries(known) }
}

/** By how a code begins; its reader decides whether it is one. */
function kindOf(text: string): CodeKind | null {
  const begins = (Object.entries(beginnings) as [CodeKind, RegExp][]).find(([, beginning]) =>
    beginning.test(text),
  )
  return begins?.[0] ?? null
}

const beginnings: Readonly<Record<CodeKind, RegExp>> = {
  spc: /^\s*SPC\s*[\r\n]/,
  bcd: /^\s*BCD\s*[\r\n]/,
  spd: /^SPD\*/,
  upn: /^UPNQR[\r\n]/,
  atcud: /^A:\d/,
  irn: /^eyJ[\w-]+\./, // a JSON Web Token
  zatca: /^AQ[A-Z0-9+/]/i, // tag 1 in base64
}

const readers: Readonly<Record<CodeKind, (text: string) => Values | null>> = {
  spc: (text) => (text.length > longestLines ? null : readSwiss(linesOf(text))),
  bcd: (text) => (text.length > longestLines ? null : readEuropean(linesOf(text))),
  spd: readSpayd,
  upn: readSlovenian,
  atcud: readPortuguese,
  irn: readIndian,
  zatca: readSaudi,
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r\n|\n|\r/).map((line) => line.trim())
  while (lines.length > 0 && lines.at(-1) === '') lines.pop()
  return lines
}

/**
 * Fields from the codes of a document, with confidence 1 and the code's page. Where several codes
 * contradict each other (a bill with instalments has one for each), the field is left out.
 */
export function fieldsOfCodes(codes: readonly PageCode[]): Field[] {
  const fields = new Map<string, Field | null>()
  for (const { text, page } of codes) {
    const code = readPaymentCode(text)
    for (const [name, value] of Object.entries(code?.values ?? {})) {
      const known = fields.get(name)
      if (known === undefined)
        fields.set(name, { ...statedField(name, value, 'code', code?.kind ?? null), page })
      else if (known !== null && known.value !== value) fields.set(name, null)
    }
  }
  return [...fields.values()].filter((field) => field !== null)
}
