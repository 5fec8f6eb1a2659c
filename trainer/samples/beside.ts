/**
 * What stands beside the facts that count: numbers, dates and periods of other documents, ways of
 * paying and sending. They are printed as facts are, among them, and none of them is a field's
 * value but the buyer's VAT id; a reader has to tell them by their labels.
 */

import type { Language } from '../../processors/values/normalise.ts'
import type { Piece } from './canvas.ts'
import { mark, type Fact, type Sheet } from './parts.ts'
import { isoDay } from './invoice.ts'

type Beside =
  | 'earlier'
  | 'earlierDate'
  | 'delivery'
  | 'deliveryDated'
  | 'contract'
  | 'ours'
  | 'quote'
  | 'tracking'
  | 'period'
  | 'periodShort'
  | 'terms'
  | 'method'
  | 'printed'
  | 'sender'
  | 'incoterm'
  | 'costCentre'
  | 'mandate'
  | 'buyerVat'
  | 'pages'
  | 'seller'
  | 'days'
  | 'time'

const labels: Readonly<Record<Language, Readonly<Record<Beside, string>>>> = {
  en: {
    earlier: 'Original invoice|Refers to invoice|Previous invoice|Related invoice',
    earlierDate: 'Original invoice date|Previous bill date|Last payment on',
    delivery: 'Delivery note|Despatch notice|Packing slip|Dispatch no.|Waybill',
    deliveryDated: 'Delivery note|Shipment',
    contract: 'Contract Number|Agreement|Subscription ID|Policy number',
    ours: 'Our order|Sales order|Job no.|Case no.|Work order',
    quote: 'Quote no.|Quotation|Estimate',
    tracking: 'Tracking no.|AWB|Shipment ID',
    period: 'Billing Period|Service period|Period|Statement period',
    periodShort: 'Period|Usage period',
    terms: 'Terms|Payment terms|Terms of payment',
    method: 'Payment method|Paid by|Payment',
    printed: 'Printed|Printed on|Print date',
    sender: 'Ship via|Carrier|Shipped by',
    incoterm: 'Incoterms|Delivery terms',
    costCentre: 'Cost centre|Department|GL code',
    mandate: 'Mandate reference|Creditor ID',
    buyerVat: 'Customer VAT ID|Your VAT No.|VAT No. of customer',
    pages: 'Page|Pages',
    seller: 'Salesperson|Account manager|Prepared by|Clerk',
    days: 'Days|Credit days',
    time: 'Time|Printed at',
  },
  de: {
    earlier: 'Bezug Rechnung|Ursprungsrechnung|Zu Rechnung|Vorherige Rechnung',
    earlierDate: 'Rechnung vom|Ursprungsdatum|Letzte Zahlung',
    delivery: 'Lieferschein|Lieferschein-Nr.|Lieferavis|LS-Nr.|Frachtbrief',
    deliveryDated: 'Lieferschein|Lieferung',
    contract: 'Vertragsnummer|Vertrag|Versicherungsnummer|Vertragskonto|Vertrags-Nr.',
    ours: 'Unsere Auftragsnr.|AB-Nr.|Auftragsbestätigung|Vorgangs-Nr.|Unser Auftrag|Aktenzeichen',
    quote: 'Angebot|Angebots-Nr.|Angebotsnummer',
    tracking: 'Sendungsnummer|Paketnummer',
    period: 'Abrechnungszeitraum|Leistungszeitraum|Zeitraum|Abrechnung',
    periodShort: 'Zeitraum|Verbrauch',
    terms: 'Zahlungsbedingungen|Zahlungsziel|Zahlung|Kondition',
    method: 'Zahlungsart|Zahlart|Zahlungsweise',
    printed: 'Druckdatum|gedruckt am|Stand',
    sender: 'Versandart|Versand|Spediteur',
    incoterm: 'Lieferbedingung|Incoterms',
    costCentre: 'Kostenstelle|Abteilung|Buchungsreferenz',
    mandate: 'Mandatsreferenz|Gläubiger-ID|Gläubiger-Identifikationsnr.',
    buyerVat: 'USt-IdNr. Kunde|Ihre USt-IdNr.|Kunden-USt-ID|Ihre UID',
    pages: 'Seite|Blatt',
    seller: 'Betreuer|Sachbearbeiter|Erstellt von|Außendienst',
    days: 'Tage|Zahlungsfrist in Tagen',
    time: 'Uhrzeit|Zeit',
  },
  fr: {
    earlier: 'Facture liée|Facture d’origine|Réf. facture initiale|Facture précédente',
    earlierDate: 'Date facture d’origine|Dernier paiement',
    delivery: 'Bon de livraison|BL n°|N° BL',
    deliveryDated: 'Bon de livraison|Expédition',
    contract: 'N° de contrat|Contrat|Abonnement',
    ours: 'Notre commande|N° dossier|Affaire|Notre référence',
    quote: 'Devis|N° devis|Devis n°',
    tracking: 'N° de suivi|Colis n°',
    period: 'Période de facturation|Période|Période facturée',
    periodShort: 'Période|Consommation',
    terms: 'Conditions de paiement|Règlement|Conditions',
    method: 'Mode de règlement|Mode de paiement|Règlement',
    printed: 'Imprimé le|Date d’impression',
    sender: 'Transporteur|Mode d’expédition',
    incoterm: 'Incoterm|Conditions de livraison',
    costCentre: 'Centre de coût|Service|Code analytique',
    mandate: 'RUM|Référence du mandat|ICS',
    buyerVat: 'N° TVA client|Votre TVA|TVA client',
    pages: 'Page|Feuillet',
    seller: 'Contact commercial|Conseiller|Commercial|Établi par',
    days: 'Jours|Délai',
    time: 'Heure',
  },
  es: {
    earlier: 'Factura original|Rectifica a|Factura rectificada|Factura anterior',
    earlierDate: 'Fecha factura original|Último pago',
    delivery: 'Albarán|Nº albarán|Alb.',
    deliveryDated: 'Albarán|Envío',
    contract: 'Nº contrato|Contrato|Póliza',
    ours: 'Nuestro pedido|Expediente|Nº de orden|Referencia interna',
    quote: 'Presupuesto|Nº presupuesto|Oferta',
    tracking: 'Nº seguimiento|Expedición',
    period: 'Periodo de facturación|Periodo facturado|Periodo',
    periodShort: 'Periodo|Consumo',
    terms: 'Condiciones de pago|Plazo de pago|Condiciones',
    method: 'Forma de pago|Método de pago',
    printed: 'Impreso el|Fecha de impresión',
    sender: 'Transportista|Agencia',
    incoterm: 'Incoterm|Condiciones de entrega',
    costCentre: 'Centro de coste|Departamento',
    mandate: 'Referencia mandato|Mandato SEPA',
    buyerVat: 'NIF cliente|CIF/NIF cliente|NIF-IVA cliente',
    pages: 'Página|Hoja',
    seller: 'Comercial|Agente',
    days: 'Días',
    time: 'Hora',
  },
  it: {
    earlier: 'Rif. fattura|Fattura originale|Fattura collegata',
    earlierDate: 'Data fattura originale|Ultimo pagamento',
    delivery: 'DDT|DDT n.|Bolla n.',
    deliveryDated: 'DDT|Consegna',
    contract: 'Contratto n.|Contratto|Polizza',
    ours: 'Nostro ordine|Pratica|Commessa|Ns. riferimento',
    quote: 'Preventivo|Offerta n.',
    tracking: 'N. spedizione|Tracking',
    period: 'Periodo di fatturazione|Periodo|Competenza',
    periodShort: 'Periodo|Consumi',
    terms: 'Condizioni di pagamento|Pagamento|Termini',
    method: 'Modalità di pagamento|Metodo di pagamento|Pagamento',
    printed: 'Stampato il|Data stampa',
    sender: 'Vettore|Trasporto a mezzo',
    incoterm: 'Porto|Resa',
    costCentre: 'Centro di costo|CIG|CUP',
    mandate: 'Mandato SDD|Riferimento mandato',
    buyerVat: 'P. IVA cliente|Partita IVA cliente',
    pages: 'Pagina|Pag.',
    seller: 'Agente|Redatto da',
    days: 'Giorni',
    time: 'Ora',
  },
  nl: {
    earlier: 'Oorspronkelijke factuur|Betreft factuur|Vorige factuur',
    earlierDate: 'Datum oorspronkelijke factuur|Laatste betaling',
    delivery: 'Pakbon|Pakbonnummer|Vrachtbrief',
    deliveryDated: 'Pakbon|Levering',
    contract: 'Contractnummer|Contract|Polisnummer',
    ours: 'Onze order|Dossier|Opdrachtnummer|Werkbon',
    quote: 'Offerte|Offertenummer',
    tracking: 'Track & trace|Zendingnummer',
    period: 'Factuurperiode|Periode',
    periodShort: 'Periode|Verbruik',
    terms: 'Betalingsvoorwaarden|Betalingsconditie|Betaling',
    method: 'Betaalwijze|Betaalmethode',
    printed: 'Afgedrukt op|Printdatum',
    sender: 'Verzendwijze|Vervoerder',
    incoterm: 'Leveringsvoorwaarde|Incoterms',
    costCentre: 'Kostenplaats|Afdeling',
    mandate: 'Machtigingskenmerk|Incassant-ID',
    buyerVat: 'BTW-nummer klant|Uw btw-nummer',
    pages: 'Pagina|Blad',
    seller: 'Vertegenwoordiger|Opgesteld door',
    days: 'Dagen',
    time: 'Tijd',
  },
}
const terms: Readonly<Record<Language, string>> = {
  en: 'Net {n}|{n} days net|Due on receipt|2% 10, net {n}|EOM|Prepaid',
  de: '{n} Tage netto|netto {n} Tage|sofort rein netto|14 Tage 2 % Skonto, {n} Tage netto|Vorkasse|sofort',
  fr: '{n} jours|À réception|{n} jours fin de mois|Paiement immédiat|Comptant',
  es: '{n} días|Contado|A {n} días fecha factura|Al recibo',
  it: '{n} gg d.f.|Rimessa diretta|Vista fattura|{n} giorni fine mese',
  nl: '{n} dagen|Per omgaande|Binnen {n} dagen|Contant',
}
const methods: Readonly<Record<Language, string>> = {
  en: 'Bank transfer|Credit card|Direct debit|PayPal|Visa ending in 4242|Cheque|Cash',
  de: 'Überweisung|SEPA-Lastschrift|PayPal|Kreditkarte|Rechnung|Vorkasse|Bar',
  fr: 'Virement|Carte bancaire|Prélèvement|Chèque|Espèces',
  es: 'Transferencia|Domiciliación bancaria|Tarjeta|Efectivo|Recibo',
  it: 'Bonifico|RI.BA.|Carta di credito|Contanti|Bonifico bancario',
  nl: 'Overboeking|iDEAL|Automatische incasso|Creditcard|Contant',
}
const all: readonly Beside[] = [
  'earlier',
  'earlierDate',
  'delivery',
  'deliveryDated',
  'contract',
  'ours',
  'quote',
  'tracking',
  'period',
  'periodShort',
  'terms',
  'method',
  'printed',
  'sender',
  'incoterm',
  'costCentre',
  'mandate',
  'pages',
  'seller',
  'days',
  'time',
]

/**
 * Up to six facts that are none of the profile's, with the buyer's VAT id among them now and then.
 */
export function besideOf(sheet: Sheet): Fact[] {
  const { design, invoice } = sheet
  const share = design.pick('beside share', [0, 0.04, 0.08, 0.15, 0.25])
  const facts = all
    .filter((thing) =>
      design.chance(`beside ${thing}`, thing === 'earlier' && invoice.credit ? 0.6 : share),
    )
    .slice(0, 6)
    .map((thing): Fact => fact(sheet, thing, [{ text: valueOf(sheet, thing) }]))
  const { vatId } = invoice.buyer
  if (vatId !== null && design.chance('buyer vat as fact', 0.12))
    facts.push(fact(sheet, 'buyerVat', [{ text: vatId, marks: [mark(sheet, 'buyer_vat_id')] }]))
  return facts
}

/** Facts mixed in among others: in the places that the issuer has for them. */
export function mixed(sheet: Sheet, facts: readonly Fact[], others: readonly Fact[]): Fact[] {
  const all = [...facts]
  others.forEach((other, k) =>
    all.splice(
      sheet.design.pick(`place of ${other.named ?? k}`, [
        1,
        2,
        3,
        all.length,
        all.length,
        all.length,
      ]),
      0,
      other,
    ),
  )
  return all
}

function fact(sheet: Sheet, thing: Beside, value: readonly Piece[]): Fact {
  return {
    thing: 'reference',
    named: sheet.design.pick(
      `beside label ${thing}`,
      labels[sheet.issuer.language][thing].split('|'),
    ),
    value,
  }
}

function valueOf(sheet: Sheet, thing: Beside): string {
  const { design, invoice, formats, issuer } = sheet
  const { language, country } = issuer
  const dayMs = 86_400_000
  const before = (days: number): string =>
    formats.date(isoDay(Date.parse(`${invoice.issueDate}T00:00:00Z`) - days * dayMs))
  const other = invoice.number
    .replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + 7) % 10))
    .replace(/\d{2}(?=\D*\d\D*$)/, '07')
  const number = design.pick(`style of ${thing}`, [
    invoice.project,
    invoice.reference.replace(/ /g, ''),
    `${thing.slice(0, 2).toUpperCase()}-${invoice.reference.slice(0, 4)}`,
    invoice.reference.slice(0, 4),
    `${invoice.reference.slice(0, 4)}/${invoice.issueDate.slice(2, 4)}`,
  ])
  const period = (from: string, to: string): string =>
    `${from}${design.pick('period joiner', [' - ', ' – ', ' to ', '-'])}${to}`
  switch (thing) {
    case 'earlier':
      return other
    case 'earlierDate':
      return before(35)
    case 'deliveryDated':
      return `${number} / ${formats.date(invoice.deliveryDate)}`
    case 'period':
      return period(before(61), before(31))
    case 'periodShort':
      return period(
        `01.${invoice.issueDate.slice(5, 7)}.${invoice.issueDate.slice(2, 4)}`,
        `28.${invoice.issueDate.slice(5, 7)}.${invoice.issueDate.slice(2, 4)}`,
      )
    case 'terms':
      return design
        .pick('terms as fact', terms[language].split('|'))
        .replace('{n}', String(invoice.days))
    case 'method':
      return design.pick('method', methods[language].split('|'))
    case 'printed':
      return before(-1)
    case 'sender':
      return design.pick('carrier', ['DHL', 'UPS', 'DPD', 'GLS', 'FedEx', 'TNT', 'Post'])
    case 'incoterm':
      return design.pick('incoterm', ['DAP', 'EXW', 'FCA', 'DDP', 'CIF Hamburg', 'FOB'])
    case 'costCentre':
      return design.pick('cost centre', ['4711', '100-20', 'IT', 'Kst. 42', 'Z9A1B2C3D4'])
    case 'pages':
      return `1${design.pick('pages style', ['', ' / 1', ' of 2', '/3'])}`
    case 'seller':
      return `${design.pick('seller given', country.givenNames)} ${design.pick('seller surname', country.surnames)}`
    case 'days':
      return String(invoice.days)
    case 'time':
      return `${9 + (invoice.days % 9)}:${String(10 + (invoice.days % 50))}${design.chance('with seconds', 0.3) ? ':07' : ''}`
    default:
      return number
  }
}
