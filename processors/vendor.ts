/**
 * Who issued a document, from its words alone.
 *
 * A rule belongs to a vendor, so the identity must come out the same on every document of that vendor whatever the model
 * of the day reads. It therefore uses no prediction: only identifiers that are printed, in the order in which they can
 * be trusted: VAT id, IBAN, registration or tax number, telephone number; and, where nothing of the kind is printed, the
 * letters of the first lines. Identifiers that stand beside a word for the buyer are left out, since the buyer is the same
 * on the invoices of all vendors. Where two remain the first in reading order wins.
 *
 * Two vendors are never merged knowingly; one vendor may appear under two identities (a shop with two telephone numbers),
 * which costs a repeated correction and nothing else. OCR noise in an identifier has the same effect.
 */

import type { Field, Vendor } from '../schemas/types.ts'
import { isIban, isVatId } from './identifiers.ts'
import type { Word } from './words.ts'

const buyerish = /\b(bill(ed)?\s*to|ship\s*to|sold\s*to|buyer|customer|client|your|kunde[nr]?|ihre?|empf[aä]nger|destinataire|votre|cliente|su|vostro|klant|uw)\b/iu
// Behind lookahead, so that a match may begin within another one: "VAT DE136695976"
const vatLike = /\b(?=([a-z]{2}[ .]?[0-9a-z][0-9a-z .\-]{6,15}\b))/giu
const ibanLike = /\b(?=([a-z]{2}[0-9]{2}(?: ?[0-9a-z]{2,4}){3,8}))/giu
const registration = /\b(?:gst|reg(?:istration)?|co|company|roc|siret|siren|hrb|kvk|cif|nif|p\.?\s?iva|steuer-?nr|abn|ein|tax\s*id)\b[^0-9a-z]{0,12}(?:(?:id|no|nr|number|nummer)\b[^0-9a-z]{0,6})?([a-z]{0,3}[0-9][0-9a-z\-/. ]{4,18}[0-9a-z])|\(\s*([0-9]{5,7}-?[a-z])\s*\)/giu // labelled, or a Malaysian company number in brackets
const blockLines = 10 // lines of an address block below its label
const aligned = 150 // tenths of the page's unit: what begins within stands below a label
const telephone = /\b(?:tel(?:efon|ephone|éfono)?|phone|t)\b[^0-9+(]{0,6}(\+?[0-9(][0-9()\-/. ]{6,18}[0-9])/giu

/** The vendor of a document; `unknown:<documentId>` where no line has any letters. */
export function identifyVendor(words: readonly Word[], documentId: string): Vendor {
  const lines = linesOf(words)
  const labels = buyerLabels(lines)
  const find = (pattern: RegExp, accept: (text: string) => string | undefined): string | undefined => firstOf(lines, labels, pattern, accept)
  const vat = find(vatLike, (text) => prefixes(text).map(plain).find((id) => isVatId(id) === true))
  if (vat !== undefined) return { id: `vat:${vat}`, name: null, evidence: 'vat' }
  const iban = find(ibanLike, (text) => prefixes(text).map(plain).find(isIban))
  if (iban !== undefined) return { id: `iban:${iban}`, name: null, evidence: 'iban' }
  const fourDigits = (text: string): string | undefined => (/\d{4}/.test(plain(text)) ? plain(text) : undefined)
  const number = find(registration, fourDigits)
  if (number !== undefined) return { id: `registration:${number}`, name: null, evidence: 'registration' }
  const digits = (text: string): string | undefined => (/^\d{7,15}$/.test(text.replace(/\D/g, '')) ? text.replace(/\D/g, '') : undefined)
  const phone = find(telephone, digits)
  if (phone !== undefined) return { id: `phone:${phone}`, name: null, evidence: 'phone' }
  const letters = lines.map((line) => line.text.normalize('NFKC').toUpperCase().replace(/[^\p{L}]/gu, ''))
  const top = letters.filter((line) => line.length >= 4).slice(0, 2).join('|')
  return top === '' ? { id: `unknown:${documentId}`, name: null, evidence: 'none' } : { id: `head:${top.slice(0, 80)}`, name: null, evidence: 'layout' }
}

/** As identifyVendor, for an e-invoice without pages: its seller's VAT id, else the account. */
export function vendorOfFields(fields: readonly Field[], documentId: string): Vendor {
  const valueOf = (name: string): string | null => fields.find((field) => field.name === name)?.value ?? null
  const [vat, iban] = [valueOf('seller_vat_id'), valueOf('iban')]
  if (vat !== null && isVatId(vat) === true) return { id: `vat:${vat}`, name: null, evidence: 'vat' }
  return iban !== null && isIban(iban) ? { id: `iban:${iban}`, name: null, evidence: 'iban' } : { id: `unknown:${documentId}`, name: null, evidence: 'none' }
}

interface Line {
  readonly text: string // words joined by spaces
  readonly words: readonly Word[]
}

function linesOf(words: readonly Word[]): Line[] {
  const lines = new Map<number, Word[]>()
  for (const word of words) {
    const members = lines.get(word.line)
    if (members === undefined) lines.set(word.line, [word])
    else members.push(word)
  }
  return [...lines.values()].map((members) => ({ text: members.map((word) => word.text).join(' '), words: members }))
}

/** A word for the buyer; it is a mere label where its line holds no figures. */
interface Label {
  readonly line: number
  readonly word: Word
  readonly mere: boolean
}

function buyerLabels(lines: readonly Line[]): Label[] {
  return lines.flatMap((line, i) => {
    const match = buyerish.exec(line.text)
    return match === null ? [] : [{ line: i, word: wordAt(line, match.index), mere: !/\d/.test(line.text) }]
  })
}

/** First finding that is not the buyer's: not on a line that speaks of the buyer, nor below a label that does so. */
function firstOf(lines: readonly Line[], labels: readonly Label[], pattern: RegExp, accept: (text: string) => string | undefined): string | undefined {
  for (const [i, line] of lines.entries()) {
    if (labels.some((label) => label.line === i)) continue
    for (const match of line.text.matchAll(pattern)) {
      const word = wordAt(line, match.index)
      const near = labels.filter((label) => label.line < i && label.word.page === word.page && label.mere)
      if (near.some((label) => label.line === i - 1 || (i - label.line <= blockLines && Math.abs(label.word.box[0] - startOfRun(line, word)) < aligned))) continue
      const found = accept(match.slice(1).find((group) => group !== undefined) ?? '')
      if (found !== undefined) return found
    }
  }
  return undefined
}

/** The word at a character of the line. */
function wordAt(line: Line, index: number): Word {
  let start = 0
  for (const word of line.words) {
    if (index < start + word.text.length + 1) return word
    start += word.text.length + 1
  }
  return line.words.at(-1) as Word
}

/** Left edge of the text that the word belongs to, up to the next wide gap. */
function startOfRun(line: Line, word: Word): number {
  let start = word
  for (const before of line.words.slice(0, line.words.indexOf(word)).reverse()) {
    if (start.box[0] - before.box[2] > aligned) break
    start = before
  }
  return start.box[0]
}

/** A printed identifier may be followed by more words on its line: the text and all shorter ones that end at a space. */
function prefixes(text: string): string[] {
  const parts = text.split(' ')
  return parts.map((_, i) => parts.slice(0, parts.length - i).join(' '))
}

function plain(text: string): string {
  return text.toUpperCase().replace(/[^0-9A-Z]/g, '')
}
