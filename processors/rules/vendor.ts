/**
 * Who issued a document, from its words alone.
 *
 * A rule belongs to a vendor, so the identity must be the same on every document of that vendor,
 * whatever the current model reads. It uses no prediction, only printed identifiers in the order of
 * trust: VAT id, IBAN, registration or tax number, telephone number, internet domain. Where none is
 * printed, it uses the sender from the metadata, and finally the letters of the first lines that
 * hold more than the kind of document. Of several, the first in reading order wins.
 *
 * THE BUYER is the same on the invoices of all vendors. An identifier beside or below a word for
 * the buyer is the buyer's wherever else it is printed, and never the vendor's.
 *
 * NOISE. vendor-identifiers.ts handles OCR errors in identifiers; here a lone digit within a word
 * of letters is read as the letter that it resembles.
 *
 * Where two vendors share an identifier, `extract` routes the document to review (reason
 * `vendor_name`). One vendor may appear under two identities (a shop with two telephone numbers),
 * which only costs a repeated correction.
 */

import type { Field, Vendor } from '../../schemas/types.ts'
import type { Word } from '../document/words.ts'
import { oncePerText } from '../shared/memoize.ts'
import { isIban, isVatId } from '../values/identifiers.ts'
import {
  countOf,
  figure,
  foundIn,
  identifierKinds,
  type FoundIdentifier,
  type IdentifierKind,
} from './vendor-identifiers.ts'

const buyerish =
  /\b(bill(ed)?\s*to|ship\s*to|sold\s*to|buyer|customer|client|your|kunde[nr]?|ihre?|empf[aä]nger|destinataire|votre|cliente|su|vostro|klant|uw)\b/i
const general =
  // lines that any issuer may print
  /^(?:(?:tax|vat|pro\s?forma|commercial|sales|cash)?\s*(?:invoice|receipt|bill|credit\s?note|statement|order)|(?:waren|handels|schluss|teil|anzahlungs)?rechnung|gutschrift|lieferschein|facture|avoir|factura|fattura|factuur|original|duplicate|copy|kopie|page|seite|welcome|thank\s?you|stylesheet.*|visualisierung.*|.*zugferd.*|.*factur-?x.*|.*xrechnung.*|e-?rechnung.*)(?:\s+(?:no|nr|number|nummer)\.?)?$/i
// a label with its value, a date or a year: they differ on the next document
const ofOneDocument = /[\p{L}.]\s*:|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b(?:19|20)\d\d\b/u
const blockLines = 10 // lines of an address block below its label
// tenths of the page's unit: text that begins within this offset is below a label
const aligned = 150
const longestSender = 120 // characters
/**
 * The vendor of a document; `unknown:<documentId>` where no line has any letters. `sender`: an
 * address or a name from the metadata.
 */
export function identifyVendor(
  words: readonly Word[],
  documentId: string,
  sender: string | null = null,
): Vendor {
  return identify(words, sender) ?? { id: `unknown:${documentId}`, name: null, evidence: 'none' }
}

/**
 * What the vendor is known by whatever account the document states: a copy of an invoice with another
 * account has another identity where that was the account, but the same telephone number or first
 * lines.
 */
export function identitiesBesideAccount(
  { id, evidence }: Vendor,
  words: readonly Word[],
  sender: string | null = null,
): string[] {
  if (evidence === 'none') return []
  if (evidence !== 'iban') return [id]
  const others = [sender, null].flatMap((from) => identify(words, from, 'iban')?.id ?? [])
  return [...new Set(others)]
}

/** `without`: a kind of identifier that doesn't count. */
function identify(
  words: readonly Word[],
  sender: string | null,
  without: IdentifierKind['name'] | null = null,
): Vendor | null {
  const lines = linesOf(words)
  const labels = buyerLabels(lines)
  for (const [k, { name }] of identifierKinds.entries()) {
    if (name === without) continue
    const found = findings(lines, labels, k)
    const buyers = new Set(found.filter(({ isBuyers }) => isBuyers).map(({ id }) => id))
    const first = found.find(({ id, isBuyers }) => !isBuyers && !buyers.has(id))
    if (first !== undefined) return { id: `${name}:${first.id}`, name: null, evidence: name }
  }
  const from = plainSender(sender ?? '')
  if (from !== '') return { id: `sender:${from}`, name: null, evidence: 'sender' }
  const top = (telling: readonly Line[]): string =>
    telling
      .map(({ text }) => lettersOf(text))
      .filter((letters) => letters.length >= 4)
      .slice(0, 2)
      .join('|')
  const letterhead =
    top(lines.filter(({ text }) => !general.test(text.trim()) && !ofOneDocument.test(text))) ||
    top(lines)
  return letterhead === ''
    ? null
    : { id: `head:${letterhead.slice(0, 80)}`, name: null, evidence: 'layout' }
}

const lettered: Readonly<Record<string, string>> = {
  0: 'O',
  1: 'I',
  5: 'S',
  6: 'G',
  8: 'B',
  2: 'Z',
}
/** The letters of a line; a lone digit within a word of letters is read as a letter. */
function lettersOf(text: string): string {
  const words = text.normalize('NFKC').toUpperCase().split(/\s+/)
  return words
    .map((word) =>
      (countOf(word, /\p{L}/gu) < countOf(word, /\d/g)
        ? word
        : word.replace(/(?<!\d)[015682](?!\d)/g, (sign) => lettered[sign] as string)
      ).replace(/[^\p{L}]/gu, ''),
    )
    .join('')
}

/** As identifyVendor, for an e-invoice without pages: its seller's VAT id, else the account. */
export function vendorOfFields(fields: readonly Field[], documentId: string): Vendor {
  const valueOf = (name: string): string | null =>
    fields.find((field) => field.name === name)?.value ?? null
  const [vat, iban] = [valueOf('seller_vat_id'), valueOf('iban')]
  if (vat !== null && isVatId(vat) === true)
    return { id: `vat:${vat}`, name: null, evidence: 'vat' }
  return iban !== null && isIban(iban)
    ? { id: `iban:${iban}`, name: null, evidence: 'iban' }
    : { id: `unknown:${documentId}`, name: null, evidence: 'none' }
}

/** The metadata's sender in normal form: an address without the name before it. */
function plainSender(text: string): string {
  return (/<([^<>]+@[^<>]+)>/.exec(text)?.[1] ?? text)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, longestSender)
}

/** What follows from a line's text alone. */
interface Telling {
  readonly buyer: number // first character of a word for the buyer, -1 where there is none
  // by kind of identifier, once searched for
  readonly found: (readonly FoundIdentifier[] | undefined)[]
}

const tellingOf = oncePerText((text): Telling => ({
  buyer: text.search(buyerish),
  found: new Array<undefined>(identifierKinds.length),
}))

interface Line extends Telling {
  readonly text: string // words joined by spaces
  readonly words: readonly Word[]
}

/** The text at one height, whether the reader took it for one line or for several side by side. */
function linesOf(words: readonly Word[]): Line[] {
  const lines: Line[] = []
  for (let start = 0, end = 0; start < words.length; start = end) {
    let text = (words[start] as Word).text
    for (
      end = start + 1;
      end < words.length && isBeside(words[end - 1] as Word, words[end] as Word);
      end++
    )
      text += ` ${(words[end] as Word).text}`
    const { buyer, found } = tellingOf(text)
    lines.push({ text, words: words.slice(start, end), buyer, found })
  }
  return lines
}

function isBeside(before: Word, word: Word): boolean {
  if (before.line === word.line) return true
  const [height, otherHeight] = [word.box[3] - word.box[1], before.box[3] - before.box[1]]
  const apart = Math.abs(word.box[1] + word.box[3] - before.box[1] - before.box[3]) / 2
  return (
    before.page === word.page &&
    word.box[0] >= before.box[2] &&
    apart < Math.min(height, otherHeight) / 2
  )
}

/**
 * A word for the buyer; it is a mere label where its line holds no digits, and alone where nothing
 * is in a column beside it.
 */
interface Label {
  readonly line: number
  readonly word: Word
  readonly mere: boolean
  readonly alone: boolean
}

function buyerLabels(lines: readonly Line[]): Label[] {
  const labels: Label[] = []
  for (const [i, line] of lines.entries()) {
    if (line.buyer >= 0)
      labels.push({
        line: i,
        word: wordAt(line, line.buyer),
        mere: !figure.test(line.text),
        alone: startOfRun(line, line.words.at(-1) as Word) === line.words[0]?.box[0],
      })
  }
  return labels
}

/**
 * All identifiers of a kind in reading order; the buyer's are on a line with a word for the buyer,
 * or below a label for the buyer.
 */
function findings(
  lines: readonly Line[],
  labels: readonly Label[],
  sort: number,
): { readonly id: string; readonly isBuyers: boolean }[] {
  const all: { readonly id: string; readonly isBuyers: boolean }[] = []
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as Line
    for (const { id, index } of (line.found[sort] ??= foundIn(
      line.text,
      identifierKinds[sort] as IdentifierKind,
    ))) {
      const word = wordAt(line, index)
      const near = labels.filter(
        (label) => label.line < i && label.word.page === word.page && label.mere,
      )
      const isBuyers =
        line.buyer >= 0 ||
        near.some(
          (label) =>
            (label.line === i - 1 && label.alone) ||
            (i - label.line <= blockLines &&
              Math.abs(label.word.box[0] - startOfRun(line, word)) < aligned),
        )
      all.push({ id, isBuyers })
    }
  }
  return all
}

/** The word at an index of the line. */
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
