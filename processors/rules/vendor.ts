/**
 * Who issued a document, from its words alone.
 *
 * A rule belongs to a vendor, so the identity must come out the same on every document of that
 * vendor whatever the model of the day reads. It therefore uses no prediction: only identifiers
 * that are printed, in the order in which they can be trusted: VAT id, IBAN, registration or tax
 * number, telephone number, internet domain; where nothing of the kind is printed, who sent the
 * document, if whoever brought it says so; and at last the letters of the first lines that say more
 * than what kind of paper this is. Where two remain the first in reading order wins.
 *
 * THE BUYER is the same on the invoices of all vendors. An identifier that stands beside or below a
 * word for the buyer is the buyer's wherever else it is printed, and never the vendor's.
 *
 * NOISE. A recogniser takes O for 0 and l for 1. Letters among digits are taken for the digits that
 * they resemble, a lone digit within a word for a letter, a label is known with digits among its
 * letters, and an id whose check digits are wrong is taken for the one that is right and differs in
 * such a sign, if there is only one. A digit read as another digit can't be told where there are no
 * check digits.
 *
 * Two vendors are never merged knowingly; where two share an identifier all the same, `extract`
 * asks a person (its reason `vendor_name`). One vendor may appear under two identities (a shop with
 * two telephone numbers), which costs a repeated correction and nothing else.
 */

import type { Field, Vendor } from '../../schemas/types.ts'
import { isIban, isVatId, vatPrefixes } from '../values/identifiers.ts'
import { matchesOf } from '../shared/matches.ts'
import { oncePerText } from '../shared/memoize.ts'
import type { Word } from '../document/words.ts'

const buyerish =
  /\b(bill(ed)?\s*to|ship\s*to|sold\s*to|buyer|customer|client|your|kunde[nr]?|ihre?|empf[aä]nger|destinataire|votre|cliente|su|vostro|klant|uw)\b/i
const digit = '[0-9oOqQlI|sSzZbB]' // or what a recogniser takes one for
// Behind lookahead, so that a match may begin within another one: "VAT DE136695976"
// else most words of a page would be looked at
const vatCountry = [...new Set([...vatPrefixes].map((prefix) => prefix.slice(0, 2)))].join('|')
const vatLike = new RegExp(
  String.raw`\b(?=((?:${vatCountry})[ .]?[0-9a-z][0-9a-z .\-]{6,15}\b))`,
  'gi',
)
const ibanLike = /\b(?=([a-z]{2}[0-9oil]{2}(?: ?[0-9a-z]{2,4}){3,8}))/gi
const registration = new RegExp(
  String.raw`\b(?:${misreadable('gst|reg(?:istration)?|co|company|roc|siret|siren|hrb|kvk|cif|nif')}|p\.?\s?iva|steuer-?nr|abn|ein|tax\s*id)\b[^0-9a-z]{0,12}(?:(?:${misreadable('id|no|nr|number|nummer')})\b[^0-9a-z]{0,6}){0,2}([a-z]{0,3}${digit}[0-9a-z\-/. ]{4,18}[0-9a-z])|\(\s*((?:${digit}|g){5,7}-?[a-z])\s*\)|\bb[hn]d\b[. ]{1,3}(${digit}{5,7}-[a-z])\b`,
  'gi',
) // labelled, or a Malaysian company number in brackets or behind the legal form
const telephone = new RegExp(
  String.raw`\b(?:${misreadable('tel(?:efon|ephone|éfono)?|phone')}|t)\b[^0-9+(]{0,6}?(\+?[0-9(oO](?:${digit}|[()\-/. ]){6,18}(?:[0-9]|(?<=[0-9])[oqlisg](?![a-z])))`,
  'gi',
)
const domain = /(?:@|\bwww\.|https?:\/\/(?:www\.)?)((?:[a-z0-9-]{1,40}\.){1,4}[a-z]{2,10})\b/gi
const publicMail =
  /^(?:gmail|googlemail|hotmail|outlook|live|yahoo|aol|icloud|gmx|web|t-online|freenet|orange|free|laposte|wanadoo|proton|protonmail|me|msn|ymail|mail)\.(?:com?\.)?[a-z]{2,3}$/
const general =
  // lines that any issuer may print
  /^(?:(?:tax|vat|pro\s?forma|commercial|sales|cash)?\s*(?:invoice|receipt|bill|credit\s?note|statement|order)|(?:waren|handels|schluss|teil|anzahlungs)?rechnung|gutschrift|lieferschein|facture|avoir|factura|fattura|factuur|original|duplicate|copy|kopie|page|seite|welcome|thank\s?you|stylesheet.*|visualisierung.*|.*zugferd.*|.*factur-?x.*|.*xrechnung.*|e-?rechnung.*)(?:\s+(?:no|nr|number|nummer)\.?)?$/i
// a label with its value, a date or a year: another on the next document
const ofOneDocument = /[\p{L}.]\s*:|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b(?:19|20)\d\d\b/u
const blockLines = 10 // lines of an address block below its label
const aligned = 150 // tenths of the page's unit: what begins within stands below a label
const longestSender = 120 // characters
const leastDigits = 3 // of a number, as printed: a word of letters that resemble digits is none
const mostSwaps = 6 // signs of an id that are tried as others

/**
 * The vendor of a document; `unknown:<documentId>` where no line has any letters. `sender`: an
 * address or a name, as metadata give it.
 */
export function identifyVendor(
  words: readonly Word[],
  documentId: string,
  sender: string | null = null,
): Vendor {
  const lines = linesOf(words)
  const labels = buyerLabels(lines)
  for (const [k, { name }] of sorts.entries()) {
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
    ? { id: `unknown:${documentId}`, name: null, evidence: 'none' }
    : { id: `head:${letterhead.slice(0, 80)}`, name: null, evidence: 'layout' }
}

/** The letters of a line; a lone digit within a word of letters as the letter that it was. */
function lettersOf(text: string): string {
  const words = text.normalize('NFKC').toUpperCase().split(/\s+/)
  return words
    .map((word) =>
      (count(word, /\p{L}/gu) < count(word, /\d/g)
        ? word
        : word.replace(/(?<!\d)[015682](?!\d)/g, (sign) => lettered[sign] as string)
      ).replace(/[^\p{L}]/gu, ''),
    )
    .join('')
}

function count(text: string, pattern: RegExp): number {
  return text.match(pattern)?.length ?? 0
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

/** The metadata's sender of a document in its one form: an address without the name before it. */
function plainSender(text: string): string {
  return (/<([^<>]+@[^<>]+)>/.exec(text)?.[1] ?? text)
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .trim()
    .slice(0, longestSender)
}

/** A kind of identifier. */
interface Sort {
  readonly name: 'vat' | 'iban' | 'registration' | 'phone' | 'domain'
  readonly sign: RegExp // what every printed one has: most lines have none, and need no closer look
  readonly pattern: RegExp
  /** The identifier in a printed text, in its one form. */
  readonly read: (text: string) => string | undefined
}

interface Found {
  readonly id: string
  readonly index: number // character of the line
}

const figure = /\d/
const sorts: readonly Sort[] = [
  {
    name: 'vat',
    sign: figure,
    pattern: vatLike,
    read: (text) => checked(text, (id) => isVatId(id) === true),
  },
  { name: 'iban', sign: figure, pattern: ibanLike, read: (text) => checked(text, isIban) },
  {
    name: 'registration',
    sign: figure,
    pattern: registration,
    read: (text) => {
      const id = asDigits(plain(numberOf(text)))
      return /\d{4}/.test(id) && count(text, /\d/g) >= leastDigits ? id : undefined
    },
  },
  {
    name: 'phone',
    sign: figure,
    pattern: telephone,
    read: (text) => {
      const id = asDigits(plain(text))
      return /^\d{7,15}$/.test(id) ? id : undefined
    },
  },
  {
    name: 'domain',
    sign: /[@/]|www/i,
    pattern: domain,
    read: (text) => {
      const id = text.toLowerCase()
      return publicMail.test(id) ? undefined : id
    },
  },
]

/** What a line's text says by itself, wherever it stands. */
interface Telling {
  readonly buyer: number // first character of a word for the buyer, -1 where there is none
  readonly found: (readonly Found[] | undefined)[] // by sort, once it was looked for
}

const tellingOf = oncePerText((text): Telling => ({
  buyer: text.search(buyerish),
  found: new Array<undefined>(sorts.length),
}))

interface Line extends Telling {
  readonly text: string // words joined by spaces
  readonly words: readonly Word[]
}

/**
 * What stands on one height, whether the reader took it for one line or for several side by side.
 */
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
 * A word for the buyer; it is a mere label where its line holds no figures, and alone where nothing
 * stands in columns beside it.
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

const nothing: readonly Found[] = [] // one for all lines: they are remembered

function foundIn(line: string, { sign, pattern, read }: Sort): readonly Found[] {
  if (!sign.test(line)) return nothing
  const found: Found[] = []
  for (const match of matchesOf(line, pattern)) {
    const text = match.slice(1).find((group) => group !== undefined) ?? ''
    const id = sign === figure && !figure.test(text) ? undefined : read(text)
    if (id !== undefined) found.push({ id, index: match.index })
  }
  return found.length === 0 ? nothing : found
}

/**
 * All identifiers of a sort in reading order; the buyer's stand on a line that speaks of the buyer,
 * or below a label that does so.
 */
function findings(
  lines: readonly Line[],
  labels: readonly Label[],
  sort: number,
): { readonly id: string; readonly isBuyers: boolean }[] {
  const all: { readonly id: string; readonly isBuyers: boolean }[] = []
  for (let i = 0; i < lines.length; i++) {
    const line = lines[i] as Line
    for (const { id, index } of (line.found[sort] ??= foundIn(line.text, sorts[sort] as Sort))) {
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

/**
 * The id that a text begins with: as printed, else with one sign taken for another where that makes
 * exactly one right id.
 */
function checked(text: string, isRight: (id: string) => boolean): string | undefined {
  const read = prefixes(text).map(plain)
  const printed = read.find(isRight)
  if (printed !== undefined) return printed
  const mended = new Set(read.flatMap((id) => swapped(id).filter(isRight)))
  const [only] = mended
  return mended.size === 1 ? only : undefined
}

const lettered: Readonly<Record<string, string>> = {
  0: 'O',
  1: 'I',
  5: 'S',
  6: 'G',
  8: 'B',
  2: 'Z',
}
const resembling: Readonly<Record<string, string>> = {
  O: '0',
  Q: '0',
  D: '0',
  I: '1',
  L: '1',
  S: '5',
  Z: '2',
  B: '8',
  G: '6',
}

/**
 * The id with all letters behind the country taken for digits, and with one of its digits or
 * letters taken for another.
 */
function swapped(id: string): string[] {
  const [country, body] = [id.slice(0, 2), id.slice(2)]
  const signs = [...body].flatMap((sign, at) =>
    resembling[sign] === undefined ? [] : [{ at, as: resembling[sign] }],
  )
  if (signs.length === 0 || signs.length > mostSwaps) return []
  const all = [...body].map((sign) => resembling[sign] ?? sign).join('')
  return [all, ...signs.map(({ at, as }) => body.slice(0, at) + as + body.slice(at + 1))].map(
    (other) => country + other,
  )
}

/** A number and its groups of digits, without the words that follow it. */
function numberOf(text: string): string {
  const [first = '', ...others] = text.trim().split(/\s+/)
  const end = others.findIndex((word) => !/^[-/.]*\d[-/.\d]*[a-z]?$/i.test(word))
  return [first, ...(end < 0 ? others : others.slice(0, end))].join(' ')
}

/**
 * Letters among the digits of a number as the digits they were. What stands before the first digit
 * may be letters, unless the number has the length of one with a check letter alone; a check letter
 * stands behind eight digits at most.
 */
function asDigits(id: string): string {
  const [, letters = '', number = '', last = ''] =
    /^()([0-9OQDILSZBG]{5,7})([A-Z])$/.exec(id) ??
    /^((?:(?![OIL]+\d)[A-Z]){0,3})(.*)(.)$/.exec(id) ??
    []
  const digits = (text: string): string =>
    text.replace(/[OQDILSZBG]/g, (sign) => resembling[sign] as string)
  return /^\d+$/.test(digits(number))
    ? letters + digits(number) + (number.length > 8 ? digits(last) : last)
    : id
}

/** A pattern for words as a recogniser may read them, with digits among the letters. */
function misreadable(words: string): string {
  const alike: Readonly<Record<string, string>> = {
    o: '[o0]',
    i: '[i1l]',
    l: '[l1i]',
    s: '[s5]',
    b: '[b8]',
    g: '[g6]',
    z: '[z2]',
  }
  return words.replace(/[oilsbgz]/g, (letter) => alike[letter] as string)
}

/**
 * A printed identifier may be followed by more words on its line: the text and all shorter ones
 * that end at a space.
 */
function prefixes(text: string): string[] {
  const parts = text.split(' ')
  return parts.map((_, i) => parts.slice(0, parts.length - i).join(' '))
}

function plain(text: string): string {
  return text.toUpperCase().replace(/[^0-9A-Z]/g, '')
}
