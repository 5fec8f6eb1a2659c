/**
 * What the heads of invoice tables and the rows below them are called, in six languages. Compared without case, accents
 * and punctuation; the longest phrase wins.
 */

export type ColumnKind = 'description' | 'thing' | 'quantity' | 'unit_price' | 'line_total' | 'tax_rate' | 'price' | 'discount' | 'other' | 'unknown'

const heads: Readonly<Record<Exclude<ColumnKind, 'unknown'>, string>> = {
  description: 'description|item description|details|services|service|particulars|goods|goods and services|activity|article name|bezeichnung|beschreibung|artikelbezeichnung|leistung|leistungsbeschreibung|text|warenbezeichnung|artikelbeschreibung|designation|libelle|prestation|detail|descripcion|concepto|servicio|detalle|descrizione|descrizione articolo|servizio|causale|dettaglio|omschrijving|beschrijving|dienst|naam|product omschrijving',
  // Descriptions where nothing better is named, numbers of goods or of lines otherwise
  thing: 'item|items|product|products|article|artikel|produkt|produit|articulo|producto|prodotto|articolo|position',
  quantity: 'qty|quantity|hours|units|no of units|menge|anzahl|anz|std|stunden|stueck|stuck|verbrauch|qte|quantite|nombre|cantidad|cant|uds|unidades|quantita|qta|q ta|aantal|aant|uren|hoeveelheid',
  unit_price: 'unit price|unit cost|price each|rate|price per unit|price unit|unit net price|net price|einzelpreis|e preis|stuckpreis|stueckpreis|ep|preis einheit|einzel|nettopreis|einzelpreis netto|preis pro einheit|prix unitaire|p u ht|pu ht|prix unit ht|prix unitaire ht|p u|pu|tarif|precio unitario|precio unit|p unitario|precio ud|prezzo unitario|prezzo unit|p unitario|pr unit|stukprijs|prijs per stuk|tarief|eenheidsprijs|prijs p st',
  line_total: 'amount|total|line total|net amount|ext price|extended price|total price|value|total amount|subtotal|gesamt|gesamtpreis|betrag|summe|g preis|gp|nettowert|positionspreis|gesamtbetrag|wert|nettobetrag|montant|montant ht|total ht|prix total|total ligne ht|total ttc|importe|importe neto|total linea|importo|totale|totale riga|prezzo totale|importo netto|bedrag|totaal|totaalprijs|prijs incl btw|regeltotaal|subtotaal',
  tax_rate: 'vat|vat rate|tax rate|tax|gst|vat percent|mwst|ust|steuersatz|steuer|mwst satz|tva|taux tva|taux|iva|tipo iva|aliquota|aliq iva|btw|btw tarief',
  price: 'price|cost|preis|prix|precio|prezzo|prijs',
  discount: 'disc|discount|rabatt|rab|remise|rem|dto|desc|descuento|sconto|sc|korting|krt',
  other: 'referenzen|referenz|references|nr|pos|line|sku|code|item code|item no|part number|product code|unit|uom|u m|art nr|artikelnummer|artikel nr|art|einheit|me|einh|eh|ref|reference|code article|unite|uv|codigo|cod|unidad|um|ud|codice|cod art|riga|unita|artikelnr|artikelcode|eenheid|eenh|date|datum|fecha|data|sn|gtin|ean|hsn|sac|hsn sac',
}

const totals = 'subtotal|sub total|total|totals|grand total|net total|net|vat|tax|sales tax|gst|amount due|balance due|invoice total|shipping|freight|discount|zwischensumme|summe|gesamt|gesamtbetrag|gesamtsumme|netto|nettobetrag|brutto|bruttobetrag|rechnungsbetrag|mwst|ust|umsatzsteuer|mehrwertsteuer|zzgl|endbetrag|warenwert|steuerbetrag|zahlbetrag|sous total|total ht|total ttc|montant|tva|net a payer|base|base imponible|importe total|iva|suma|imponibile|totale|imposta|netto a pagare|subtotaal|totaal|totaalbedrag|btw|te betalen|exclusief btw|incl btw|gesamtnetto|rechnungssumme|montant total|a payer|paid|deposit|anzahlung|acompte|acconto'
const carries = 'carried forward|brought forward|carried over|ubertrag|zwischensumme seite|subtotal page|continued|report|a reporter|suma y sigue|suma anterior|riporto|a riportare|segue|transport|transporteren|sous total page|subtotaal pagina|subtotal pagina'

const phrases = new Map<string, ColumnKind>()
for (const kind of Object.keys(heads) as (keyof typeof heads)[]) for (const phrase of heads[kind].split('|')) if (!phrases.has(phrase)) phrases.set(phrase, kind)
const totalPhrases = new Set(totals.split('|'))
const carryPhrases = new Set(carries.split('|'))

/** Letters and digits, without case and accents; anything else is a space. */
export function plainWords(text: string): string {
  return text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase().replace(/[^\p{L}\p{N}]+/gu, ' ').trim()
}

/** What a column of this name holds; null where it is no such name. */
export function columnKind(text: string): ColumnKind | null {
  const whole = plainWords(text)
  const known = phrases.get(whole)
  if (known !== undefined) return known
  // "Amount EUR", "Preis netto", "Prodotto/Servizio"
  const bare = whole.replace(/\b(?:eur|usd|gbp|chf|rm|in|netto|excl|incl|ht|per|net|vat|btw)\b/g, ' ').replace(/\s+/g, ' ').trim()
  return phrases.get(bare) ?? (text.includes('/') ? partKind(text.split('/')) : null)
}

function partKind(parts: readonly string[]): ColumnKind | null {
  const kinds = parts.map((part) => phrases.get(plainWords(part))).filter((kind) => kind !== undefined)
  return kinds.includes('description') ? 'description' : (kinds[0] ?? null)
}

/** Whether a row that begins so is a sum and not a thing that is sold. */
export function isTotalWord(text: string): boolean {
  return startsWith(plainWords(text), totalPhrases)
}

export function isCarryWord(text: string): boolean {
  return startsWith(plainWords(text), carryPhrases)
}

function startsWith(plain: string, set: ReadonlySet<string>): boolean {
  const words = plain.split(' ')
  for (let count = Math.min(4, words.length); count > 0; count--) if (set.has(words.slice(0, count).join(' '))) return true
  return false
}
