/**
 * What a document is: an invoice, a credit note, or one of their kin; from the codes of e-invoices
 * (UNTDID 1001, as EN 16931 lists them) and from the titles that people print.
 *
 * THE SIGN OF AMOUNTS. Everywhere in Errata an amount is what the buyer owes by the document: above
 * zero on an invoice, below zero on a credit note. Whoever adds amounts up, or overlooks the
 * type, then still counts a credit as one. EN 16931 states a credit note's amounts without sign, and
 * the type says which way they go: they are negated where they are read. A corrected invoice may
 * go either way, and its amounts stand as they are stated.
 */

import { matchesOf } from '../shared/matches.ts'
import { oncePerText } from '../shared/memoize.ts'

export const documentTypes = [
  'invoice',
  'prepayment_invoice',
  'self_billed_invoice',
  'debit_note',
  'corrected_invoice',
  'credit_note',
  'self_billed_credit_note',
] as const
export type DocumentType = (typeof documentTypes)[number]

/** Which way the amounts go: 1 the buyer owes, -1 the seller does, 0 either. */
export const directionOf: Readonly<Record<DocumentType, -1 | 0 | 1>> = {
  invoice: 1,
  prepayment_invoice: 1,
  self_billed_invoice: 1,
  debit_note: 1,
  corrected_invoice: 0,
  credit_note: -1,
  self_billed_credit_note: -1,
}

// What EN 16931 allows in BT-3; 325, a proforma, is none of these: nothing is owed by it
const codes: Readonly<Record<DocumentType, string>> = {
  invoice:
    '71 82 102 130 202 203 204 211 218 219 295 326 331 380 382 385 387 388 390 393 394 395 456 457 575 623 633 751 780 817 870 875 876 877 935',
  prepayment_invoice: '386',
  self_billed_invoice: '389 500 501 527',
  debit_note: '80 84 383',
  corrected_invoice: '384 471 472 473',
  credit_note: '81 83 262 296 308 381 396 420 458 503 532',
  self_billed_credit_note: '261 502',
}
const typeOfCodes = new Map(
  documentTypes.flatMap((type) => codes[type].split(' ').map((code) => [code, type] as const)),
)

// Titles by type, in the languages of Europe and its neighbours, and of East Asia
const titles: Readonly<Partial<Record<DocumentType, string>>> = {
  invoice:
    'invoice|tax invoice|commercial invoice|vat invoice|sales invoice|rechnung|facture|factura|fattura|factuur|fatura|nota fiscal|faktura|faktura vat|faktúra|lasku|számla|factură|factură fiscală|račun|arve|rēķins|sąskaita faktūra|pvm sąskaita faktūra|τιμολόγιο|фактура|счет-фактура|счет|рахунок|reikningur|faktur|faktur pajak|hóa đơn|請求書|发票|發票|세금계산서|فاتورة|فاتورة ضريبية|חשבונית|חשבונית מס|ใบแจ้งหนี้|ใบกำกับภาษี',
  prepayment_invoice:
    'prepayment invoice|advance invoice|down payment invoice|deposit invoice|anzahlungsrechnung|vorauszahlungsrechnung|abschlagsrechnung|facture d’acompte|factura de anticipo|fattura di acconto|fattura d’acconto|voorschotfactuur|fatura de adiantamento|faktura zaliczkowa|zálohová faktura|zálohová faktúra|előlegszámla|forskudsfaktura|forskottsfaktura|ennakkolasku|factură de avans',
  self_billed_invoice:
    'self-billed invoice|self billed invoice|self-billing invoice|self billing invoice|autofacture|autofactura|autofattura|zelffactuur|autofakturering|självfaktura',
  debit_note:
    'debit note|debit memo|belastungsanzeige|note de débit|nota de débito|nota de cargo|nota di debito|debetnota|debitnota|nota obciążeniowa',
  corrected_invoice:
    'corrected invoice|corrective invoice|cancellation invoice|rechnungskorrektur|korrekturrechnung|stornorechnung|storno-rechnung|stornierungsrechnung|facture rectificative|factura rectificativa|fattura rettificativa|fatura retificativa|faktura korygująca|korekta faktury|faktura korygująca vat|opravná faktura|opravná faktúra|opravný daňový doklad|módosító számla|helyesbítő számla|sztornó számla|storno račun|factură storno|correctiefactuur|rättelsefaktura|oikaisulasku|корректировочный счет-фактура|修正請求書',
  credit_note:
    'credit note|creditnote|credit memo|credit memorandum|credit invoice|tax credit note|adjustment note|rechnungsgutschrift|stornogutschrift|gutschriftsrechnung|avoir|facture d’avoir|facture avoir|note de crédit|nota de crédito|nota de credito|nota de abono|factura de abono|abono|nota di credito|nota credito|nota d’accredito|creditnota|credit nota|creditfactuur|kredietnota|kreditnota|kreditnóta|kreditfaktura|hyvityslasku|nota kredytowa|dobropis|daňový dobropis|jóváíró számla|notă de credit|odobrenje|knjižno odobrenje|kreeditarve|kredītrēķins|kreditinė sąskaita|kreditinė pvm sąskaita faktūra|πιστωτικό τιμολόγιο|πιστωτικό|кредитно известие|кредит-нота|кредитна нота|kreditreikningur|iade faturası|nota kredit|貸方票|返品伝票|クレジットノート|红字发票|紅字發票|贷项通知单|대변전표|إشعار دائن|חשבונית זיכוי|ใบลดหนี้',
}

/** Titles that stand for a credit note or for an invoice that the buyer writes. */
const doubtfulTitles: ReadonlySet<string> = new Set(['gutschrift', 'selfbilled'])

const typeOfTitles = new Map(
  Object.entries(titles).flatMap(([type, words]) =>
    words.split('|').map((title) => [plainTitle(title), type as DocumentType] as const),
  ),
)

export const isDocumentType = (value: string): value is DocumentType =>
  (documentTypes as readonly string[]).includes(value)

/** The type of a code of UNTDID 1001; null where EN 16931 has no such invoice. */
export function typeOfCode(code: string): DocumentType | null {
  return typeOfCodes.get(code.trim()) ?? null
}

/** From a type, its code, or a title in any of the languages. */
export function normaliseDocumentType(raw: string): DocumentType | null {
  const text = raw
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_')
  if (isDocumentType(text)) return text
  const title = titleAtStart(raw)?.type ?? null
  return typeOfCode(raw) ?? (title === 'doubtful' ? null : title)
}

const longestTitle = 4 // words
const word = /[\p{L}\p{M}’'-]+/gu

export interface Title {
  readonly type: DocumentType | 'doubtful' // where it has two meanings
  readonly end: number // where it ends in the text, UTF-16 units
}

/** The title with which a text begins, the longest. */
export const titleAtStart = oncePerText((text: string): Title | null => {
  const words = matchesOf(text.slice(0, 80), word).slice(0, longestTitle)
  if (words.length === 0 || /[\p{L}\p{N}]/u.test(text.slice(0, words[0]?.index ?? 0))) return null
  for (let count = words.length; count > 0; count--) {
    const last = words[count - 1] as RegExpMatchArray
    const end = (last.index ?? 0) + last[0].length
    const plain = plainTitle(text.slice(words[0]?.index ?? 0, end))
    const type = doubtfulTitles.has(plain) ? 'doubtful' : typeOfTitles.get(plain)
    if (type !== undefined) return { type, end }
  }
  return null
})

/** Small letters without accents, spaces and signs. */
function plainTitle(title: string): string {
  return title
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[^\p{L}\p{M}]/gu, '')
}
