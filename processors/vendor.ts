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

import type { Vendor } from '../schemas/types.ts'
import { isIban, isVatId } from './identifiers.ts'
import type { Word } from './words.ts'

const buyerish = /\b(bill(ed)?\s*to|ship\s*to|sold\s*to|buyer|customer|client|your|kunde[nr]?|ihre?|empf[aä]nger|destinataire|votre|cliente|su|vostro|klant|uw)\b/iu
// Behind lookahead, so that a match may begin within another one: "VAT DE136695976"
const vatLike = /\b(?=([a-z]{2}[ .]?[0-9a-z][0-9a-z .\-]{6,15}\b))/giu
const ibanLike = /\b(?=([a-z]{2}[0-9]{2}(?: ?[0-9a-z]{2,4}){3,8}))/giu
const registration = /\b(?:gst|reg(?:istration)?|co|company|roc|siret|siren|hrb|kvk|cif|nif|p\.?\s?iva|steuer-?nr|abn|ein|tax\s*id)\b[^0-9a-z]{0,12}(?:(?:id|no|nr|number|nummer)\b[^0-9a-z]{0,6})?([a-z]{0,3}[0-9][0-9a-z\-/. ]{4,18}[0-9a-z])/giu
const bracketed = /\(\s*([0-9]{5,7}-?[a-z])\s*\)/giu // Malaysian company number behind the name
const telephone = /\b(?:tel(?:efon|ephone|éfono)?|phone|t)\b[^0-9+(]{0,6}(\+?[0-9(][0-9()\-/. ]{6,18}[0-9])/giu

/** The vendor of a document; `unknown:<documentId>` where no line has any letters. */
export function identifyVendor(words: readonly Word[], documentId: string): Vendor {
  const lines = linesOf(words)
  const vat = firstOf(lines, (line) => groups(line, vatLike).flatMap(prefixes).find((text) => isVatId(plain(text)) === true))
  if (vat !== undefined) return { id: `vat:${plain(vat)}`, name: null, evidence: 'vat' }
  const iban = firstOf(lines, (line) => groups(line, ibanLike).flatMap(prefixes).find((text) => isIban(plain(text))))
  if (iban !== undefined) return { id: `iban:${plain(iban)}`, name: null, evidence: 'iban' }
  const number = firstOf(lines, (line) => [...groups(line, registration), ...groups(line, bracketed)].map(plain).find((text) => /\d{4}/.test(text)))
  if (number !== undefined) return { id: `registration:${number}`, name: null, evidence: 'registration' }
  const phone = firstOf(lines, (line) => groups(line, telephone).map((text) => text.replace(/\D/g, '')).find((text) => text.length >= 7 && text.length <= 15))
  if (phone !== undefined) return { id: `phone:${phone}`, name: null, evidence: 'phone' }
  const head = lines.map((line) => line.normalize('NFKC').toUpperCase().replace(/[^\p{L}]/gu, '')).filter((line) => line.length >= 4).slice(0, 2).join('|')
  return head === '' ? { id: `unknown:${documentId}`, name: null, evidence: 'none' } : { id: `head:${head.slice(0, 80)}`, name: null, evidence: 'layout' }
}

/** Text of each line, words joined by spaces. */
function linesOf(words: readonly Word[]): string[] {
  const lines = new Map<number, string>()
  for (const word of words) lines.set(word.line, lines.has(word.line) ? `${lines.get(word.line)} ${word.text}` : word.text)
  return [...lines.values()]
}

/** First finding on a line that does not speak of the buyer; nor may a mere label before it do so. */
function firstOf(lines: readonly string[], find: (line: string) => string | undefined): string | undefined {
  for (const [i, line] of lines.entries()) {
    const before = lines[i - 1] ?? ''
    if (buyerish.test(line) || (!/\d/.test(before) && buyerish.test(before))) continue
    const found = find(line)
    if (found !== undefined) return found
  }
  return undefined
}

function groups(line: string, pattern: RegExp): string[] {
  return [...line.matchAll(pattern)].map((match) => match[1] as string)
}

/** A printed identifier may be followed by more words on its line: the text and all shorter ones that end at a space. */
function prefixes(text: string): string[] {
  const parts = text.split(' ')
  return parts.map((_, i) => parts.slice(0, parts.length - i).join(' '))
}

function plain(text: string): string {
  return text.toUpperCase().replace(/[^0-9A-Z]/g, '')
}
