/**
 * Names of the columns of invoice tables and of the total rows below them: many in six languages,
 * and the labels of the others (processors/labels). Compared without case, accents and punctuation;
 * the longest phrase wins.
 */

import { oncePerText } from '../shared/memoize.ts'
import { isAscii } from '../shared/ascii.ts'
import type { Concept } from '../labels/concepts.ts'
import { wordsOf } from '../labels/labels.ts'
import { plainLetters } from '../document/shapes.ts'

export type ColumnKind =
  | 'description'
  | 'thing'
  | 'quantity'
  | 'unit_price'
  | 'line_total'
  | 'tax_rate'
  | 'price'
  | 'gross'
  | 'discount'
  | 'other'
  | 'unknown'

const heads: Readonly<Record<Exclude<ColumnKind, 'unknown'>, string>> = {
  description:
    'description|item description|details|services|service|particulars|goods|goods and services|activity|article name|bezeichnung|beschreibung|artikelbezeichnung|leistung|leistungsbeschreibung|text|warenbezeichnung|artikelbeschreibung|designation|libelle|prestation|detail|descripcion|concepto|servicio|detalle|descrizione|descrizione articolo|servizio|causale|dettaglio|omschrijving|beschrijving|dienst|naam|product omschrijving|item name|item name or type of service|product name|product description|product service|name|work|task|charges|item details|description of goods|description of services|description memo|memo|transaction|details of charges|your charges|bezeichnung der leistung|leistungstext|art der leistung|artikelname|produktname|produktbezeichnung|gegenstand|tatigkeit|beschreibung der leistung|buchungstext|posten|leistungen|position bezeichnung|descriptif|intitule|nature|nature de la prestation|description de la prestation|objet|detail des prestations|prestations|produits|descripcion del articulo|descripcion producto|descripcion concepto|concepto descripcion|conceptos|denominacion|trabajo|servicios|descrizione dei beni|natura e qualita|descrizione beni servizi|natura e qualita dei beni e servizi|oggetto|prodotto servizio|servizi|artikelomschrijving|productomschrijving|werkzaamheden|specificatie|naam product|diensten',
  // The description where nothing better is named, else numbers of items or lines
  thing:
    'item|items|product|products|article|artikel|produkt|produit|articulo|producto|prodotto|articolo|position',
  quantity:
    'qty|quantity|hours|units|no of units|menge|anzahl|anz|std|stunden|stueck|stuck|verbrauch|qte|quantite|nombre|cantidad|cant|uds|unidades|quantita|qta|q ta|aantal|aant|uren|hoeveelheid|pcs|pieces|days|nights|hrs|hours worked|qty hrs|qty shipped|shipped|mge|menge einheit|anzahl einheit|stk|stuckzahl|stueckzahl|tage|nachte|einheiten|nb|nbr|quant|jours|heures|unites|unid|horas|cantidad ud|cant ud|pezzi|ore|giorni|stuks|dagen|aantal uren',
  unit_price:
    'unit price|unit cost|price each|rate|price per unit|price unit|unit net price|net price|einzelpreis|e preis|stuckpreis|stueckpreis|ep|preis einheit|einzel|nettopreis|einzelpreis netto|preis pro einheit|prix unitaire|p u ht|pu ht|prix unit ht|prix unitaire ht|p u|pu|tarif|precio unitario|precio unit|p unitario|precio ud|prezzo unitario|prezzo unit|p unitario|pr unit|stukprijs|prijs per stuk|tarief|eenheidsprijs|prijs p st|net unit price|price per item|price per hour|hourly rate|per unit|unit amount|each|price ea|unit price excl vat|preis pro stuck|preis stuck|preis st|preis je einheit|preis pro stk|preis stk|einzelpreis eur|einzel preis|stundensatz|satz|e preis eur|vk preis|listenpreis|einheitspreis|netto einzelpreis|ep netto|einzelpreis brutto|prix u|p unit|px unitaire|cout unitaire|taux horaire|prix unitaire ttc|precio u|precio unidad|tarifa|importe unitario|precio unitario sin iva|prezzo u|prezzo netto|costo unitario|prezzo un|tariffa|prijs eenheid|prijs stuk|per stuk|netto prijs|uurtarief|prijs p stuk',
  line_total:
    'amount|total|line total|net amount|ext price|extended price|total price|value|total amount|subtotal|gesamt|gesamtpreis|betrag|summe|g preis|gp|nettowert|positionspreis|gesamtbetrag|wert|nettobetrag|montant|montant ht|total ht|prix total|total ligne ht|importe|importe neto|total linea|importo|totale|totale riga|prezzo totale|importo netto|bedrag|totaal|totaalprijs|regeltotaal|subtotaal|net value|line amount|ext amount|extended|extension|total net|total excl|total excl vat|charge|sum|net total|gesamtpreis netto|gesamtnetto|gesamtwert|positionssumme|netto gesamt|netto|zeilensumme|summe netto|gesamt netto|wert eur|positionsbetrag|positionsbetrag ohne ust|positions betrag ohne ust|montant net|mt ht|total net ht|total h t|prix total ht|montant total|prix ht|montant h t|prix net|importe total|total neto|valor|importe eur|subtotal linea|importo eur|totale imponibile|imponibile|tot|totale netto|regelbedrag|totaal excl btw|bedrag excl btw|totaal bedrag|netto bedrag|totaal excl',
  // The line total including tax, where no other total is named
  gross:
    'gross|brutto|gesamt brutto|gross value|gross amount|gross total|gesamtpreis brutto|bruttobetrag|bruttosumme|total incl vat|total inc vat|amount incl vat|total ttc|montant ttc|prix ttc|prix total ttc|total con iva|importe con iva|totale lordo|totale ivato|importo ivato|totaal incl|totaal incl btw|bedrag incl btw|prijs incl btw',
  tax_rate:
    'vat|vat rate|tax rate|tax|gst|vat percent|mwst|ust|steuersatz|steuer|mwst satz|tva|taux tva|taux|iva|tipo iva|aliquota|aliq iva|btw|btw tarief|vat code|vat pct|tax pct|steuer satz|mwst code|ust satz|taux de tva|t v a|code tva|iva aliquota|codice iva|cod iva|tipo de iva|btw pct|btw perc|gst rate|taxe|taxes|impuesto|impuestos',
  price: 'price|cost|preis|prix|precio|prezzo|prijs',
  discount:
    'disc|discount|rabatt|rab|remise|rem|dto|desc|descuento|sconto|sc|korting|krt|nachlass|abschlag|zu abschlag|nachlasse zuschlage|allowances charges|discount pct|remise pct|dto pct|sconti|rabais',
  other:
    'referenzen|referenz|references|nr|pos|line|sku|code|item code|item no|part number|product code|unit|uom|u m|art nr|artikelnummer|artikel nr|art|einheit|me|einh|eh|ref|reference|code article|unite|uv|codigo|cod|unidad|um|ud|codice|cod art|riga|unita|artikelnr|artikelcode|eenheid|eenh|date|datum|fecha|data|sn|gtin|ean|hsn|sac|hsn sac|lfd nr|lfd|zeile|line no|s no|sl no|sr no|srno|item number|item id|code no|part no|model|id|no|n|num|numero|vat amount|tax amount|tax value|mwst betrag|ust betrag|steuerbetrag|montant tva|cuota iva|importe iva|importo iva|btw bedrag|cgst|sgst|igst|serviced|zeitraum|period|periode|leistungsdatum|service date|serial no|lot|bestellnr|ref article|n article|cod articolo|art no|artikel no|produktnummer|product no|product id|tax type|vke geb|basispreis',
}

const totals =
  'subtotal|sub total|total|totals|grand total|net total|net|vat|tax|sales tax|gst|amount due|balance due|invoice total|shipping|freight|discount|zwischensumme|summe|gesamt|gesamtbetrag|gesamtsumme|netto|nettobetrag|brutto|bruttobetrag|rechnungsbetrag|mwst|ust|umsatzsteuer|mehrwertsteuer|zzgl|endbetrag|warenwert|steuerbetrag|zahlbetrag|sous total|total ht|total ttc|montant|tva|net a payer|base|base imponible|importe total|iva|suma|imponibile|totale|imposta|netto a pagare|subtotaal|totaal|totaalbedrag|btw|te betalen|exclusief btw|incl btw|gesamtnetto|rechnungssumme|montant total|a payer|paid|deposit|anzahlung|acompte|acconto|gesamtbetrag der|rechnungsrabatt|abschlag|zuschlag|summe der|summe aller|positionssumme|mwst betrag|zahlbar|fallig|offener betrag|anzahlungen|rundung|value added tax|gross total|net total amount|gross total amount|open amount|rounding|total due|total net|total gross|total excl|total incl|allowance|payment|payments|previous balance|amount paid|credit|remise|acomptes|total tva|montant du|reste a payer|net ht|port|total a pagar|descuento|total neto|total iva|cuota|retencion|irpf|anticipo|importo|sconto|spese|bollo|arrotondamento|totale imponibile|ritenuta|korting|verzendkosten|totaal excl|totaal incl|te voldoen|subtotale|cgst|sgst|igst|sum of|enthaltene|summe umsatzsteuer|endsumme|restbetrag|taxable|net payable|less payment|balance|total allowances|total charges|tax basis|net value|goods total|vat total|tax total|payable|prepaid|due|waren|zu zahlen|noch offen|montants|dont tva|base ht|solde|totaux|suma total|total factura|importe pendiente|netto a|merce|da pagare|netto bedrag|som van'
const carries =
  'carried forward|brought forward|carried over|ubertrag|zwischensumme seite|subtotal page|continued|report|a reporter|suma y sigue|suma anterior|riporto|a riportare|segue|transport|transporteren|sous total page|subtotaal pagina|subtotal pagina'

// Columns that only tables of taxes, allowances and payments have
const breakdowns =
  'steuerbetrag|basisbetrag|bemessungsgrundlage|steuerbasis|ust betrag|mwst betrag|warenwert zu abschlag|nettobasis|teilzahlung|falligkeit|taxable amount|taxable value|tax amount|vat amount|tax base|total tax|base ht|montant tva|montant de la tva|base imponible|cuota|cuota iva|imponibile|imposta|importo iva|grondslag|btw bedrag|btw grondslag|echeance|vencimiento|scadenza'
// Headings of those tables, or of whatever else follows the items
const sections =
  'steueraufschlusselung|umsatzsteueraufschlusselung|mwst aufschlusselung|belegsummen|zu und abschlage|nachlasse und zuschlage|zahlungsbedingungen|zahlungsinformationen|zusammenfassung|tax breakdown|vat breakdown|tax summary|vat summary|tax details|vat analysis|vat specification|invoice summary|payment terms|payment details|recapitulatif|recapitulatif tva|detail tva|detail de la tva|ventilation tva|resumen|resumen de impuestos|desglose iva|desglose de iva|desglose de impuestos|riepilogo|riepilogo iva|riepilogo aliquote|dati di riepilogo|btw specificatie|btw overzicht|specificatie btw|samenvatting'

const phrases = new Map<string, ColumnKind>()
for (const kind of Object.keys(heads) as (keyof typeof heads)[])
  for (const phrase of heads[kind].split('|')) if (!phrases.has(phrase)) phrases.set(phrase, kind)
const labelled: Readonly<Partial<Record<keyof typeof heads, readonly Concept[]>>> = {
  description: ['description'],
  quantity: ['quantity'],
  unit_price: ['unit_price'],
  line_total: ['line_total'],
  tax_rate: ['tax_rate'],
  discount: ['discount'],
  other: ['article', 'unit'],
}
for (const [kind, concepts] of Object.entries(labelled) as [ColumnKind, readonly Concept[]][])
  for (const phrase of wordsOf(...concepts).map(letterWordsOf))
    if (!phrases.has(phrase)) phrases.set(phrase, kind)
const totalConcepts = ['net_total', 'tax_total', 'grand_total', 'due_payable', 'paid'] as const
const totalPhrases = new Set([
  ...totals.split('|'),
  ...wordsOf(...totalConcepts).map(letterWordsOf),
])
const carryPhrases = new Set(carries.split('|'))
const breakdownPhrases = new Set(breakdowns.split('|'))
const sectionPhrases = new Set(sections.split('|'))

const headWords = new Set([...phrases.keys()].flatMap((phrase) => phrase.split(' ')))

/** Letters and digits, without case and accents; anything else becomes a space. */
export const plainWords: (text: string) => string = oncePerText(letterWordsOf)

/** The same, not memoized: for text that rarely repeats. */
export function letterWordsOf(text: string): string {
  const plain = plainLetters(text)
  return (
    isAscii(plain) ? plain.replace(/[^a-z0-9]+/g, ' ') : plain.replace(/[^\p{L}\p{N}]+/gu, ' ')
  ).trim()
}

/** What a column of this name holds; null for an unknown name. */
export const columnKind: (text: string) => ColumnKind | null = oncePerText((text) => {
  const whole = plainWords(text)
  const known = phrases.get(whole)
  if (known !== undefined) return known
  // "Amount EUR", "Preis netto", "Prodotto/Servizio"
  const bare = whole
    .replace(/\b(?:eur|usd|gbp|chf|rm|in|netto|excl|incl|ht|per|net|vat|btw)\b/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
  return phrases.get(bare) ?? (text.includes('/') ? partKind(text.split('/')) : null)
})

/**
 * Whether a text has a word that occurs in column names: a cheap test that rules out most texts.
 */
export const hasHeadWord: (text: string) => boolean = oncePerText((text) =>
  plainWords(text)
    .split(' ')
    .some((word) => headWords.has(word)),
)

function partKind(parts: readonly string[]): ColumnKind | null {
  const kinds = parts
    .map((part) => phrases.get(plainWords(part)))
    .filter((kind) => kind !== undefined)
  return kinds.includes('description') ? 'description' : (kinds[0] ?? null)
}

/** Whether a row that begins so is a total and no item. */
export function isTotalWord(text: string): boolean {
  return startsWith(plainWords(text), totalPhrases)
}

/** Whether a column of this name belongs to a table of taxes or payments. */
export function isBreakdownWord(text: string): boolean {
  return breakdownPhrases.has(plainWords(text))
}

/** Whether a line of only this text is the heading of what follows the items. */
export function isSectionWord(text: string): boolean {
  return sectionPhrases.has(plainWords(text))
}

export function isCarryWord(text: string): boolean {
  return startsWith(plainWords(text), carryPhrases)
}

function startsWith(plain: string, set: ReadonlySet<string>): boolean {
  const words = plain.split(' ')
  for (let count = Math.min(4, words.length); count > 0; count--)
    if (set.has(words.slice(0, count).join(' '))) return true
  return false
}
