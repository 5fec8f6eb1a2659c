/**
 * Layouts of those who bill accounts rather than orders: clouds, hotels, insurers, telephone
 * companies, platforms that bill for others. What misleads here: account numbers and periods stand
 * first, the sum is said before the table, the issuer is named in small print, and somebody else's
 * brand may be the largest word of the page.
 */

import type { Language } from '../../processors/values/normalise.ts'
import { textWidth, wrap, type Face, type Piece } from './canvas.ts'
import { drawFacts, factsOf, factStrip, fitFace } from './facts.ts'
import { labelled, drawRows } from './forms.ts'
import { isoDay } from './invoice.ts'
import {
  amount,
  label,
  lineHeight,
  lines,
  logo,
  mark,
  party,
  partyLines,
  registerLines,
  say,
  senderLine,
  title,
  withHeading,
  type Sheet,
} from './parts.ts'

type Said =
  | 'summary'
  | 'period'
  | 'service'
  | 'guest'
  | 'room'
  | 'arrival'
  | 'departure'
  | 'folio'
  | 'policy'
  | 'premium'
  | 'charges'
  | 'sold'
  | 'order'
  | 'seller'
  | 'dueOn'
  | 'original'

const words: Readonly<Record<Language, Readonly<Record<Said, string>>>> = {
  en: {
    summary: 'Invoice Summary|Bill summary|Account summary|Billing summary',
    period:
      'This invoice is for the billing period {a} - {b}|Usage from {a} to {b}|Statement period: {a} to {b}',
    service:
      'Greetings from {s}, we’re writing to provide you with an electronic invoice for your use of our services.|Service provider: {s}|{s} is registered under the laws of its country.',
    guest: 'Guest|Guest name',
    room: 'Room|Room no.',
    arrival: 'Arrival|Check-in',
    departure: 'Departure|Check-out',
    folio: 'Folio no.|Confirmation no.|Booking ref.',
    policy: 'Policy number|Contract number',
    premium: 'Your premium for the period|Premium notice',
    charges: 'Total charges this month|New charges',
    sold: 'Sold by|Seller|Fulfilled by',
    order: 'Order ID|Order Number|Order',
    seller: 'on behalf of|Marketplace:',
    dueOn: 'TOTAL AMOUNT DUE ON {d}|Total due on {d}|Payment due {d}',
    original: '(Original for Recipient)|Duplicate|ORIGINAL',
  },
  de: {
    summary: 'Rechnungsübersicht|Zusammenfassung|Ihre Rechnung im Überblick',
    period:
      'Abrechnungszeitraum {a} bis {b}|Leistungszeitraum: {a} - {b}|Wir berechnen für die Zeit vom {a} bis {b}',
    service: 'Leistungserbringer: {s}|Ein Angebot der {s}.|Es gelten die Bedingungen der {s}.',
    guest: 'Gast|Name des Gastes',
    room: 'Zimmer|Zimmer-Nr.',
    arrival: 'Anreise|Ankunft',
    departure: 'Abreise',
    folio: 'Buchungsnummer|Reservierung|Vorgang',
    policy: 'Versicherungsnummer|Vertragsnummer|Police',
    premium: 'Beitragsrechnung|Ihr Beitrag für den Zeitraum',
    charges: 'Summe der Entgelte|Monatliche Entgelte',
    sold: 'Verkauft von|Verkäufer|Versand durch',
    order: 'Bestellnummer|Bestell-ID|Auftragsnummer',
    seller: 'im Namen von|Marktplatz:',
    dueOn: 'Fälliger Betrag am {d}|Zu zahlen bis {d}',
    original: 'Original|Kopie|Zweitschrift',
  },
  fr: {
    summary: 'Récapitulatif|Synthèse de votre facture',
    period: 'Période de facturation du {a} au {b}|Consommation du {a} au {b}',
    service: 'Prestataire : {s}|Un service de {s}.',
    guest: 'Client|Nom du client',
    room: 'Chambre',
    arrival: 'Arrivée',
    departure: 'Départ',
    folio: 'Réservation|Dossier n°',
    policy: 'N° de contrat|Police n°',
    premium: 'Avis d’échéance|Votre cotisation',
    charges: 'Total des consommations',
    sold: 'Vendu par|Vendeur|Expédié par',
    order: 'N° de commande|Commande',
    seller: 'pour le compte de',
    dueOn: 'Montant à payer le {d}|À régler avant le {d}',
    original: 'Original|Duplicata',
  },
  es: {
    summary: 'Resumen de la factura|Resumen',
    period: 'Periodo de facturación: {a} - {b}|Consumos del {a} al {b}',
    service: 'Prestador del servicio: {s}|Un servicio de {s}.',
    guest: 'Huésped|Cliente',
    room: 'Habitación',
    arrival: 'Entrada|Llegada',
    departure: 'Salida',
    folio: 'Reserva|Localizador',
    policy: 'Nº de póliza|Contrato',
    premium: 'Recibo de prima|Su cuota',
    charges: 'Total consumos',
    sold: 'Vendido por|Vendedor',
    order: 'Nº de pedido|Pedido',
    seller: 'en nombre de',
    dueOn: 'Importe a pagar el {d}|Fecha de cargo {d}',
    original: 'Original|Copia',
  },
  it: {
    summary: 'Riepilogo|Sintesi della fattura',
    period: 'Periodo di fatturazione dal {a} al {b}|Consumi dal {a} al {b}',
    service: 'Fornitore del servizio: {s}|Un servizio di {s}.',
    guest: 'Ospite|Cliente',
    room: 'Camera',
    arrival: 'Arrivo',
    departure: 'Partenza',
    folio: 'Prenotazione|Pratica',
    policy: 'Polizza n.|Contratto',
    premium: 'Quietanza di premio|Il suo premio',
    charges: 'Totale consumi',
    sold: 'Venduto da|Venditore',
    order: 'Ordine n.|Ordine',
    seller: 'per conto di',
    dueOn: 'Totale da pagare entro il {d}',
    original: 'Originale|Copia',
  },
  nl: {
    summary: 'Samenvatting|Overzicht',
    period: 'Factuurperiode {a} t/m {b}|Verbruik van {a} tot {b}',
    service: 'Dienstverlener: {s}|Een dienst van {s}.',
    guest: 'Gast|Naam gast',
    room: 'Kamer',
    arrival: 'Aankomst',
    departure: 'Vertrek',
    folio: 'Reservering|Boekingsnummer',
    policy: 'Polisnummer|Contractnummer',
    premium: 'Premienota|Uw premie',
    charges: 'Totaal verbruik',
    sold: 'Verkocht door|Verkoper',
    order: 'Bestelnummer|Bestelling',
    seller: 'namens',
    dueOn: 'Te betalen op {d}|Te voldoen voor {d}',
    original: 'Origineel|Kopie',
  },
}

function word(sheet: Sheet, thing: Said, fill: Readonly<Record<string, string>> = {}): string {
  return sheet.design
    .pick(`account ${thing}`, words[sheet.issuer.language][thing].split('|'))
    .replace(/\{(\w)\}/g, (_whole, key: string) => fill[key] ?? '')
}

function day(sheet: Sheet, before: number): string {
  return sheet.formats.date(
    isoDay(Date.parse(`${sheet.invoice.issueDate}T00:00:00Z`) - before * 86_400_000),
  )
}

/** A line of text in which `{s}` is the issuer and `{d}` the due date. */
function told(sheet: Sheet, thing: Said): Piece[] {
  const text = word(sheet, thing, { s: '\u0001', d: '\u0002' })
  return text
    .split(/([\u0001\u0002])/)
    .map((part): Piece =>
      part === '\u0001'
        ? { text: sheet.issuer.legalName, marks: [mark(sheet, 'seller_name')] }
        : part === '\u0002'
          ? { text: sheet.formats.date(sheet.invoice.dueDate), marks: [mark(sheet, 'due_date')] }
          : { text: part },
    )
}

const dueOf = (sheet: Sheet): readonly string[] => [
  'due_payable',
  ...(sheet.invoice.paid === null ? ['grand_total'] : []),
]

/**
 * Account and buyer at the left, a summary with the sum at the right; the issuer in small print.
 */
export function cloud(sheet: Sheet): number {
  const { canvas, left, right, top, design, strong, body, small, issuer, invoice } = sheet
  logo(sheet, left, top, 30)
  canvas.text(right, top, title(sheet), { ...strong, size: strong.size + 8 }, { align: 'right' })
  const half = left + (right - left) * 0.52
  let y =
    lines(sheet, left, top + 46, [`${label(sheet, 'accountNumber')} ${issuer.account}`], body) + 6
  y = party(
    sheet,
    left,
    y,
    half - left - 12,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', {
        details: false,
        vat: design.chance('buyer vat', 0.3),
      }),
    ),
  )
  canvas.text(half, top + 46, word(sheet, 'summary'), strong)
  canvas.rule(half, top + 46 + lineHeight(strong), right, top + 46 + lineHeight(strong), 0.6)
  let end =
    drawFacts(
      sheet,
      half,
      top + 52 + lineHeight(strong),
      right - half,
      factsOf(sheet, design.chance('due on', 0.7) ? ['dueDate'] : []),
      design.pick('facts', ['right', 'columns', 'right'] as const),
    ) + 4
  if (design.chance('due on', 0.7)) {
    const pieces = told(sheet, 'dueOn')
    const value = amount(sheet, invoice.due, dueOf(sheet))
    const room = right - half - textWidth(value.map((piece) => piece.text).join(''), strong) - 10
    canvas.text(
      half,
      end,
      pieces,
      fitFace(pieces.map((piece) => piece.text).join(''), strong, room),
    )
    canvas.text(right, end, value, strong, { align: 'right' })
    end += lineHeight(strong)
  }
  y = Math.max(y, end) + 12
  y =
    lines(sheet, left, y, [word(sheet, 'period', { a: day(sheet, 31), b: day(sheet, 1) })], body) +
    4
  const pieces = told(sheet, 'service')
  const fitted = fitFace(pieces.map((piece) => piece.text).join(''), small, right - left)
  canvas.text(left, y, pieces, fitted)
  y += lineHeight(small)
  return lines(sheet, left, y, registerLines(sheet, issuer, 'seller'), small) + 12
}

export function hotel(sheet: Sheet): number {
  const { canvas, left, right, top, design, strong, body, small, issuer, invoice } = sheet
  const middle = (left + right) / 2
  const face = fitFace(issuer.legalName, { ...strong, size: strong.size + 7 }, right - left)
  canvas.text(
    middle,
    top,
    [{ text: issuer.legalName, marks: [mark(sheet, 'seller_name')] }],
    face,
    { align: 'center', color: sheet.accent },
  )
  let y =
    lines(
      sheet,
      middle,
      top + lineHeight(face),
      [
        [{ text: issuer.address.join(' | '), marks: [mark(sheet, 'seller_address')] }],
        `${issuer.phone} | ${issuer.web}`,
      ],
      small,
      { align: 'center' },
    ) + 18
  const x = left + (right - left) * 0.58
  const a = party(
    sheet,
    left,
    y,
    x - left - 14,
    partyLines(sheet, invoice.buyer, 'buyer', { details: false, vat: false }),
  )
  const guest = `${design.pick('guest given', issuer.country.givenNames)} ${design.pick('guest surname', issuer.country.surnames)}`
  const colon = label(sheet, 'number').endsWith(':') ? ':' : ''
  const stay = [
    [word(sheet, 'guest'), guest],
    [word(sheet, 'room'), String(100 + ((invoice.days * 7) % 400))],
    [word(sheet, 'arrival'), day(sheet, 3)],
    [word(sheet, 'departure'), day(sheet, 0)],
    [word(sheet, 'folio'), invoice.project],
  ].filter((_, k) => design.chance(`stay ${k}`, 0.75))
  let b = y
  for (const [name = '', value = ''] of stay) {
    canvas.text(x, b, `${name}${colon}`, fitFace(name, body, (right - x) * 0.5))
    canvas.text(x + (right - x) * 0.55, b, value, fitFace(value, body, (right - x) * 0.44))
    b += lineHeight(body) + 1
  }
  y = Math.max(a, b) + 14
  canvas.text(left, y, title(sheet), { ...strong, size: strong.size + 5 })
  return (
    drawFacts(
      sheet,
      left,
      y + 26,
      (right - left) * 0.55,
      factsOf(sheet),
      design.pick('facts', ['columns', 'inline', 'colon', 'columns'] as const),
    ) + 12
  )
}

// A letter with a column of contacts and numbers at the right
export function policy(sheet: Sheet): number {
  const { canvas, left, right, top, design, strong, body, small, issuer, invoice } = sheet
  logo(sheet, right - 46, top - 6, 42)
  const x = left + (right - left) * 0.66
  let y = senderLine(sheet, left, top + 62, x - left - 12)
  y = party(
    sheet,
    left,
    y,
    x - left - 20,
    partyLines(sheet, invoice.buyer, 'buyer', { details: false, vat: false }),
  )
  const side = partyLines(sheet, issuer, 'seller', {
    details: true,
    vat: design.chance('vat in head', 0.4),
    name: design.chance('name twice', 0.6),
  })
  const contact = party(sheet, x, top + 48, right - x, side, 'left', small)
  const end = drawFacts(
    sheet,
    x,
    contact + 8,
    right - x,
    factsOf(sheet),
    design.pick('facts', ['above', 'inline', 'colon', 'columns'] as const),
    small,
  )
  y = Math.max(y, end) + 20
  const lineOf = `${design.chance('premium', 0.4) ? word(sheet, 'premium') : title(sheet)} - ${word(sheet, 'policy')} ${invoice.project}`
  canvas.text(left, y, lineOf, fitFace(lineOf, { ...strong, size: strong.size + 3 }, right - left))
  y = lines(sheet, left, y + 24, wrap(say(sheet, 'greeting'), body, right - left), body)
  return (
    lines(
      sheet,
      left,
      y,
      wrap(word(sheet, 'period', { a: day(sheet, 30), b: day(sheet, -335) }), body, right - left),
      body,
    ) + 12
  )
}

// Issuer at the upper left, the buyer's window at the right, as in France; facts below it in a
// strip or list
export function windowRight(sheet: Sheet): number {
  const { canvas, left, right, top, design, strong, issuer, invoice } = sheet
  if (design.chance('logo', 0.4)) logo(sheet, left, top - 4, 34)
  const sellerTop = design.chance('logo', 0.4) ? top + 38 : top
  const x = left + (right - left) * 0.55
  const a = party(
    sheet,
    left,
    sellerTop,
    x - left - 16,
    partyLines(sheet, issuer, 'seller', { details: true, vat: design.chance('vat in head', 0.7) }),
  )
  const heading = fitFace(title(sheet), { ...strong, size: strong.size + 8 }, right - x)
  canvas.text(x, top, title(sheet), heading, { color: sheet.accent })
  const b = party(
    sheet,
    x,
    top + 76,
    right - x,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', {
        details: false,
        vat: design.chance('buyer vat', 0.35),
      }),
    ),
  )
  const y = Math.max(a, b) + 20
  if (design.chance('facts in strip', 0.5))
    return (
      factStrip(sheet, y, factsOf(sheet), {
        boxed: design.chance('strip boxed', 0.6),
        filled: design.chance('strip filled', 0.5),
        perRow: 4,
      }) + 6
    )
  return (
    drawFacts(
      sheet,
      left,
      y,
      (right - left) * 0.5,
      factsOf(sheet),
      design.pick('facts', ['columns', 'inline', 'colon'] as const),
    ) + 14
  )
}

// Both parties as labelled rows side by side over a strip of facts: the print of FatturaPA and its
// like
export function registry(sheet: Sheet): number {
  const { canvas, left, right, top, design, strong, body } = sheet
  const half = (right - left) / 2
  const small: Face = { ...body, size: body.size * 0.9 }
  const ends = (['seller', 'buyer'] as const).map((role, k) => {
    const x = left + k * half
    canvas.text(x + 4, top, say(sheet, role === 'seller' ? 'from' : 'billTo'), {
      ...strong,
      bold: design.chance('section bold', 0.7),
    })
    return drawRows(
      sheet,
      x + 4,
      top + lineHeight(strong) + 2,
      half - 14,
      labelled(sheet, role),
      small,
    )
  })
  const y = Math.max(...ends) + 6
  if (design.chance('registry boxed', 0.5))
    for (const k of [0, 1])
      canvas.box(left + k * half, top - 4, half - 4, y - top, { stroke: [0.5, 0.5, 0.5] })
  const heading = title(sheet)
  canvas.text(left, y + 10, heading, {
    ...strong,
    size: strong.size + design.pick('registry title', [0, 2, 5]),
  })
  return (
    factStrip(sheet, y + 32, factsOf(sheet), {
      boxed: true,
      filled: design.chance('strip filled', 0.6),
      perRow: design.pick('per row', [3, 4, 5]),
    }) + 4
  )
}

// A platform bills in the seller's name: its brand is the largest word, its address may stand in
// small print
export function platform(sheet: Sheet): number {
  const { canvas, left, right, top, design, strong, body, small, issuer, invoice, accent } = sheet
  const brand = `${design.pick('brand stem', ['Shop', 'Kaufe', 'Market', 'Bazar', 'Flip', 'Zola', 'Buy', 'Cool', 'Otto', 'Mega', 'Ama'])}${design.pick('brand tail', ['zon', 'kart', 'go', 'hub', 'ly', 'direct', 'plaza', '24', 'world'])}`
  canvas.text(left, top, brand, { ...strong, size: strong.size + 11 }, { color: accent })
  const heading =
    `${title(sheet)} ${design.chance('original', 0.4) ? word(sheet, 'original') : ''}`.trim()
  canvas.text(
    right,
    top + 2,
    heading,
    fitFace(heading, { ...strong, size: strong.size + 3 }, (right - left) / 2),
    { align: 'right' },
  )
  if (design.chance('brand domain', 0.5))
    canvas.text(right, top + 18, `www.${brand.toLowerCase()}.example`, small, { align: 'right' })
  let y = top + 42
  const half = (right - left) / 2
  const colon = design.pick('sold colon', [':', ' :', ''])
  const sold = partyLines(sheet, issuer, 'seller', {
    details: design.chance('details', 0.3),
    vat: true,
  })
  const inline = design.chance('sold inline', 0.4)
  const seller = inline
    ? [
        {
          text: [{ text: `${word(sheet, 'sold')}${colon} ` }, ...(sold[0]?.text ?? [])],
          strong: sold[0]?.strong ?? false,
        },
        ...sold.slice(1),
      ]
    : [{ text: [{ text: `${word(sheet, 'sold')}${colon}` }], strong: true }, ...sold]
  const a = party(sheet, left, y, half - 14, seller)
  const b = party(
    sheet,
    left + half,
    y,
    half,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', { details: false, vat: false }),
    ),
  )
  const c = design.chance('shipped to', 0.6)
    ? party(
        sheet,
        left + half,
        b + 8,
        half,
        withHeading(
          sheet,
          'shipTo',
          partyLines(sheet, invoice.shipTo ?? invoice.buyer, 'buyer', {
            details: false,
            vat: false,
            name: design.chance('recipient named', 0.8),
          }),
        ),
      )
    : b
  y = Math.max(a, c) + 12
  canvas.rule(left, y - 4, right, y - 4, 0.5)
  y =
    drawFacts(
      sheet,
      left,
      y + 2,
      half,
      factsOf(sheet),
      design.pick('facts', ['inline', 'columns', 'colon', 'inline'] as const),
    ) + 6
  if (design.chance('on behalf', 0.3))
    y = lines(
      sheet,
      left,
      y,
      wrap(
        `${brand} ${design.pick('brand form', ['Internet', 'Services', 'Marketplace'])} ${issuer.country.legalForms[0]}, ${issuer.country.towns[2]}, ${word(sheet, 'seller')} ${word(sheet, 'sold').toLowerCase()}`,
        small,
        right - left,
      ),
      small,
    )
  return lines(sheet, left, y, [], body) + 10
}
