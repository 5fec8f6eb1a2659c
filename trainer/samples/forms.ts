/**
 * Invoices as forms: what programs print of an electronic invoice, and what portals and typed-in
 * forms look like. Every value has its label, seller and buyer look alike but for the heading of
 * their section, and technical lines stand around: versions, profiles, files and numbers that are
 * none of the invoice's.
 *
 * The words are those of EN 16931's business terms and what comes near to them, in six languages.
 */

import type { Language } from '../../processors/values/normalise.ts'
import { compare, round, sum, times, type Decimal } from '../../processors/values/money.ts'
import { wrap, type Face, type Piece } from './canvas.ts'
import type { Company } from './companies.ts'
import { factsOf, fitFace } from './facts.ts'
import {
  amount,
  label,
  lineHeight,
  mark,
  nameLines,
  nameOf,
  salutations,
  registerLines,
  say,
  title,
  wrapPieces,
  type Role,
  type Sheet,
} from './parts.ts'

type FormThing =
  | 'seller'
  | 'buyer'
  | 'recipient'
  | 'name'
  | 'number'
  | 'address'
  | 'street'
  | 'town'
  | 'country'
  | 'contact'
  | 'remarks'
  | 'delivery'
  | 'buyerReference'
  | 'lineSum'
  | 'allowances'
  | 'charges'
  | 'net'
  | 'tax'
  | 'grand'
  | 'paid'
  | 'due'

const words: Readonly<Record<Language, Readonly<Record<FormThing, string>>>> = {
  en: {
    seller: 'Seller|Supplier|Seller information|Issuer|Invoice from',
    buyer: 'Buyer|Customer|Buyer information|Buyer / recipient of the service|Invoice to',
    recipient: 'Deliver to|Delivery information|Ship to party',
    name: 'Name|Company|Company name|Registration name',
    number: 'ID|Identifier|Number|Party ID|Global ID',
    address: 'Address|Postal address|Street|Address line 1',
    street: 'Street',
    town: 'City|Town|Post code and city',
    country: 'Country',
    contact: 'Contact|Contact point|Contact person',
    remarks: 'Notes|Remarks|Invoice note',
    delivery: 'Delivery date|Actual delivery date|Date of supply',
    buyerReference: 'Buyer reference|Accounting reference|Contract reference|Despatch advice',
    lineSum: 'Sum of line net amounts|Line total|Total of lines',
    allowances: 'Sum of allowances|Total allowances',
    charges: 'Sum of charges|Total charges',
    net: 'Total without VAT|Tax basis total|Invoice total excl. VAT',
    tax: 'Total VAT amount|VAT total|Tax total',
    grand: 'Total with VAT|Invoice total incl. VAT|Grand total',
    paid: 'Paid amount|Prepaid amount',
    due: 'Amount due for payment|Amount due|Payable amount',
  },
  de: {
    seller: 'Verkäufer|Lieferant|Informationen zum Verkäufer|Rechnungssteller|Leistungserbringer',
    buyer:
      'Käufer|Kunde|Informationen zum Käufer|Rechnungsempfänger|Leistungsempfänger|Käufer / Leistungsempfänger',
    recipient: 'Abweichender Empfänger|Lieferort|Warenempfänger|Lieferanschrift',
    name: 'Name|Firma|Firmenname|Unternehmen',
    number: 'Nummer|Kennung|GLN|Globale Nummer|Lief.-Nr.|ID',
    address: 'Anschrift|Adresse|Straße|Straße / Hausnummer',
    street: 'Straße',
    town: 'Ort|PLZ / Ort|Stadt',
    country: 'Land|Ländercode',
    contact: 'Ansprechpartner|Kontakt|Name des Ansprechpartners',
    remarks: 'Bemerkungen|Hinweise|Freitext',
    delivery: 'Lieferdatum|Liefer- und Leistungsdatum|Leistungsdatum',
    buyerReference:
      'Referenz des Käufers|Käuferreferenz|Leitweg-ID|Vertrag|Buchungsreferenz|Lieferschein',
    lineSum: 'Summe aller Positionen|Summe der Positionen|Summe Nettobeträge',
    allowances: 'Summe Nachlässe|Summe der Abschläge',
    charges: 'Summe Zuschläge|Summe der Zuschläge',
    net: 'Gesamtsumme ohne USt.|Rechnungsbetrag ohne Umsatzsteuer|Gesamtbetrag netto|Steuerbasis',
    tax: 'Summe Umsatzsteuer|Gesamtbetrag der Umsatzsteuer|Umsatzsteuerbetrag',
    grand: 'Gesamtsumme mit USt.|Rechnungsbetrag mit Umsatzsteuer|Bruttosumme',
    paid: 'Gezahlter Betrag|Vorauszahlungen',
    due: 'Fälliger Betrag|Zahlbetrag|Offener Betrag',
  },
  fr: {
    seller: 'Vendeur|Fournisseur|Émetteur',
    buyer: 'Acheteur|Client|Destinataire|Acheteur / preneur',
    recipient: 'Livré à|Lieu de livraison',
    name: 'Nom|Raison sociale|Dénomination',
    number: 'Identifiant|Numéro|SIREN|GLN',
    address: 'Adresse|Adresse postale|Rue',
    street: 'Rue',
    town: 'Ville|Code postal et ville',
    country: 'Pays',
    contact: 'Contact|Interlocuteur',
    remarks: 'Notes|Commentaires',
    delivery: 'Date de livraison',
    buyerReference: 'Référence acheteur|Référence contrat|Bon de livraison',
    lineSum: 'Total des lignes|Somme des montants nets',
    allowances: 'Total des remises',
    charges: 'Total des charges',
    net: 'Montant total HT|Total hors TVA',
    tax: 'Montant total de TVA|Total TVA',
    grand: 'Montant total TTC|Total avec TVA',
    paid: 'Montant payé|Acompte',
    due: 'Montant à payer|Net à payer',
  },
  es: {
    seller: 'Vendedor|Emisor|Proveedor',
    buyer: 'Comprador|Cliente|Receptor',
    recipient: 'Lugar de entrega',
    name: 'Nombre|Razón social',
    number: 'Identificador|Número|ID',
    address: 'Dirección|Domicilio|Calle',
    street: 'Calle',
    town: 'Ciudad|Municipio|C.P. y población',
    country: 'País',
    contact: 'Contacto|Persona de contacto',
    remarks: 'Observaciones|Notas',
    delivery: 'Fecha de entrega',
    buyerReference: 'Referencia del comprador|Contrato|Albarán',
    lineSum: 'Suma de líneas|Total importe bruto',
    allowances: 'Total descuentos',
    charges: 'Total recargos',
    net: 'Total sin IVA|Total base imponible',
    tax: 'Total cuota IVA|Total impuestos',
    grand: 'Total con IVA|Total factura',
    paid: 'Importe pagado',
    due: 'Importe a pagar|Total a pagar',
  },
  it: {
    seller: 'Cedente/prestatore|Fornitore|Cedente|Venditore',
    buyer: 'Cessionario/committente|Cliente|Acquirente',
    recipient: 'Luogo di consegna',
    name: 'Denominazione|Nome|Ragione sociale',
    number: 'Codice|Identificativo|Numero',
    address: 'Indirizzo|Via',
    street: 'Via',
    town: 'Comune|CAP e comune|Città',
    country: 'Nazione|Paese',
    contact: 'Contatto|Referente',
    remarks: 'Note|Causale',
    delivery: 'Data di consegna',
    buyerReference: 'Riferimento acquirente|Contratto|DDT',
    lineSum: 'Totale righe|Somma importi netti',
    allowances: 'Totale sconti',
    charges: 'Totale maggiorazioni',
    net: 'Totale imponibile|Totale senza IVA',
    tax: 'Totale imposta|Totale IVA',
    grand: 'Totale documento|Totale con IVA',
    paid: 'Importo pagato',
    due: 'Importo da pagare|Netto a pagare',
  },
  nl: {
    seller: 'Verkoper|Leverancier|Afzender',
    buyer: 'Koper|Klant|Afnemer|Ontvanger',
    recipient: 'Afleveradres|Levering aan',
    name: 'Naam|Bedrijfsnaam|Bedrijf',
    number: 'Nummer|ID|KvK',
    address: 'Adres|Straat',
    street: 'Straat',
    town: 'Plaats|Postcode en plaats',
    country: 'Land',
    contact: 'Contactpersoon|Contact',
    remarks: 'Opmerkingen',
    delivery: 'Leverdatum',
    buyerReference: 'Referentie koper|Contract|Pakbon',
    lineSum: 'Som van de regels|Totaal regels',
    allowances: 'Totaal kortingen',
    charges: 'Totaal toeslagen',
    net: 'Totaal zonder btw|Totaal exclusief btw',
    tax: 'Totaal btw-bedrag|Btw-totaal',
    grand: 'Totaal met btw|Totaal inclusief btw',
    paid: 'Betaald bedrag',
    due: 'Te betalen bedrag|Te betalen',
  },
}

/** A label and what stands beside it; a label of null: a line of text. */
export interface Row {
  readonly label: string | null
  readonly value: readonly Piece[]
}

export const formNames: ReadonlySet<string> = new Set(['form', 'listing'])

// Every value with its label, one under the other
export function form(sheet: Sheet): number {
  const { left, right, design } = sheet
  let y = facts(sheet, banner(sheet, sheet.top))
  const step = lineHeight(sheet.body) * design.between('section gap', 1, 3)
  const sides = design.chance('sections side by side', 0.2)
  const half = (right - left) / 2
  const parties = design.chance('buyer first', 0.25)
    ? (['buyer', 'seller'] as const)
    : (['seller', 'buyer'] as const)
  let lowest = y
  parties.forEach((role, k) => {
    const end = section(
      sheet,
      role,
      sides ? left + k * half : left,
      sides ? lowest : y,
      sides ? half - 12 : right - left,
      labelled(sheet, role),
    )
    y = Math.max(y, end) + (sides && k === 0 ? 0 : step)
    if (!sides) lowest = y
  })
  return closingSections(sheet, y, step)
}

// The same as lines of text under the headings of their sections
export function listing(sheet: Sheet): number {
  const { left, right, design } = sheet
  let y = facts(sheet, banner(sheet, sheet.top))
  const step = lineHeight(sheet.body) * design.between('section gap', 1, 3)
  for (const role of design.chance('buyer first', 0.25)
    ? (['buyer', 'seller'] as const)
    : (['seller', 'buyer'] as const))
    y = section(sheet, role, left, y, right - left, listed(sheet, role)) + step
  return closingSections(sheet, y, step)
}

/** The sums as a form says them: every one there may be, nought or not. Gives where they end. */
export function drawStatement(sheet: Sheet, y: number): number {
  const { canvas, left, right, body, strong, design, invoice, formats } = sheet
  const nought: Decimal = { units: 0n, scale: 2 }
  const rates = design.chance('rates in form', 0.75) && !invoice.exempt
  if (rates) {
    const columns = [
      say(sheet, 'tax'),
      say(sheet, 'base'),
      say(sheet, 'taxRate'),
      say(sheet, 'lineTotal'),
    ]
    const cell = (right - left) / columns.length
    const face: Face = { ...body, bold: design.chance('labels bold', 0.4) }
    columns.forEach(
      (text, k) =>
        void canvas.text(left + (k + 1) * cell, y, text, fitFace(text, face, cell - 6), {
          align: 'right',
        }),
    )
    y += lineHeight(body) * 1.3
    for (const one of invoice.rates) {
      const alone = invoice.rates.length === 1
      const cells: (string | Piece[])[] = [
        `${say(sheet, 'tax')} (S)`,
        [{ text: formats.number(one.base, 2), marks: alone ? [mark(sheet, 'net_total')] : [] }],
        formats.percent(one.rate),
        [{ text: formats.number(one.tax, 2), marks: alone ? [mark(sheet, 'tax_total')] : [] }],
      ]
      cells.forEach(
        (text, k) =>
          void canvas.text(
            left + (k + 1) * cell,
            y,
            text,
            typeof text === 'string' ? fitFace(text, body, cell - 6) : body,
            { align: 'right' },
          ),
      )
      y += lineHeight(body) * 1.2
    }
    y += lineHeight(body)
  }
  const lineSum = sum(invoice.lines.map((line) => line.total))
  const extras = design.chance('noughts in form', 0.7)
  const rows: [FormThing, Decimal, string[]][] = [
    ['lineSum', lineSum, compare(lineSum, invoice.net) === 0 && !extras ? ['net_total'] : []],
  ]
  if (extras || invoice.shipping !== null) rows.push(['charges', invoice.shipping ?? nought, []])
  if (extras || invoice.discount !== null) rows.push(['allowances', invoice.discount ?? nought, []])
  rows.push(
    ['net', invoice.net, ['net_total']],
    ['tax', invoice.tax, ['tax_total']],
    ['grand', invoice.grand, ['grand_total']],
  )
  if (extras || invoice.paid !== null) rows.push(['paid', invoice.paid ?? nought, []])
  rows.push(['due', invoice.due, ['due_payable']])
  const width = design.pick('statement width', [
    right - left,
    (right - left) * 0.6,
    (right - left) * 0.45,
  ])
  const x = design.chance('statement right', 0.5) ? right - width : left
  for (const [thing, value, fields] of rows) {
    const face = thing === 'due' || thing === 'grand' ? strong : body
    const pieces = amount(sheet, value, fields, !formats.showsCurrency)
    canvas.text(
      x,
      y,
      `${word(sheet, thing)}${colon(sheet)}`,
      fitFace(word(sheet, thing), face, width * 0.62),
    )
    canvas.text(x + width, y, pieces, face, { align: 'right' })
    y += lineHeight(body) * 1.25
  }
  if (design.chance('allowances listed', 0.35)) y = allowances(sheet, y + lineHeight(body))
  // What is said of the due date once is not said again
  return !design.chance('due as fact', 0.5) && design.chance('terms in table', 0.6)
    ? termsTable(sheet, y + lineHeight(body))
    : y + 8
}

/**
 * When to pay as a small table: the date stands under a column's name, with an earlier one for who
 * pays less.
 */
function termsTable(sheet: Sheet, y: number): number {
  const { canvas, left, right, body, design, invoice, formats } = sheet
  const width = right - left
  const places = [left, left + width * 0.55, right]
  const heads = [say(sheet, 'description'), say(sheet, 'dueDate'), word(sheet, 'due')]
  const bold: Face = { ...body, bold: design.chance('section bold', 0.7) }
  const align = (k: number): { align: 'left' | 'right' } => ({ align: k === 2 ? 'right' : 'left' })
  heads
    .slice(0, design.chance('part payments', 0.4) ? 3 : 2)
    .forEach(
      (text, k) =>
        void canvas.text(places[k] as number, y, text, fitFace(text, bold, width * 0.42), align(k)),
    )
  y += lineHeight(body) * 1.4
  const text = say(sheet, 'terms').replace('{n}', String(invoice.days))
  canvas.text(left, y, text, fitFace(text, body, width * 0.52))
  canvas.text(
    places[1] as number,
    y,
    [{ text: formats.date(invoice.dueDate), marks: [mark(sheet, 'due_date')] }],
    body,
  )
  return y + lineHeight(body) * 1.6
}

/** Allowances one by one: amounts that follow the sums and are none of them. */
function allowances(sheet: Sheet, y: number): number {
  const { canvas, left, right, body, design, invoice, formats } = sheet
  canvas.text(left, y, word(sheet, 'allowances'), {
    ...body,
    bold: design.chance('section bold', 0.7),
  })
  y += lineHeight(body) * 1.4
  for (const line of invoice.lines.slice(0, design.pick('allowances', [1, 2, 3, 4]))) {
    const share: Decimal = { units: BigInt(design.pick('allowance', [1, 2, 3, 5, 10])), scale: 2 }
    canvas.text(left, y, `${say(sheet, 'discount')} ${formats.percent(line.rate)} (S)`, body)
    canvas.text(left + (right - left) * 0.7, y, formats.number(line.total, 2), body, {
      align: 'right',
    })
    canvas.text(right, y, formats.number(round(times(line.total, share), 2), 2), body, {
      align: 'right',
    })
    y += lineHeight(body) * 1.3
  }
  return y + 8
}

/** Which program made the page: words, versions and dates that are none of the invoice's. */
function banner(sheet: Sheet, y: number): number {
  const { left, right, design, small, body, issuer, formats, invoice } = sheet
  if (!design.chance('banner', 0.6)) return y
  const program = design.pick('program', [
    'Viewer',
    'eInvoice Viewer',
    'E-Rechnung',
    'Invoice Portal',
    'Peppol Viewer',
    'XML Invoice',
    'Factur-X',
    'UBL Viewer',
  ])
  const version = `${design.pick('major', [1, 2, 3, 4])}.${design.pick('minor', [0, 1, 3, 5, 11])}`
  const year = 2015 + design.pick('program year', [0, 1, 2, 3, 5, 6, 7, 8, 9, 10])
  const text = design.pick('banner text', [
    `${program} ${version}`,
    `${program} © ${year}`,
    `${program} - ${say(sheet, 'title')} - ${year}`,
    `${title(sheet)} XML`,
  ])
  sheet.canvas.text(design.chance('banner right', 0.2) ? right : left, y - 14, text, small, {
    align: design.chance('banner right', 0.2) ? 'right' : 'left',
  })
  if (!design.chance('technical lines', 0.6)) return y + 4
  const made = formats.date(
    `${year}-${design.pick('program month', ['01', '03', '06', '09', '11'])}-${design.pick('program day', ['02', '10', '15', '28'])}`,
  )
  const rows: Row[] = [
    {
      label: 'Version',
      value: [
        {
          text: design.chance('version dated', 0.6)
            ? `${version} ${design.pick('of', ['/', '-', 'vom', 'of', ''])} ${made}`
            : version,
        },
      ],
    },
    {
      label: design.pick('profile label', ['Profil', 'Format', 'Specification', 'CustomizationID']),
      value: [
        {
          text: design.pick('profile', [
            'EN 16931',
            'urn:cen.eu:en16931:2017',
            'UBL 2.1',
            'CII D16B',
            'EXTENDED',
            'BASIC',
            'urn:fdc:peppol.eu:2017:poacc:billing:3.0',
          ]),
        },
      ],
    },
    {
      label: design.pick('file label', ['XML', 'File', 'Datei', 'Source']),
      value: [
        {
          text: `${design.pick('file', ['invoice', 'rechnung', 'export', 'doc'])}_${invoice.customerNumber}.xml`,
        },
      ],
    },
  ]
  const end = drawRows(
    sheet,
    left,
    y,
    right - left,
    rows.filter((_, k) => design.chance(`technical ${k}`, 0.75)),
    issuer.language === 'de' ? body : small,
  )
  return end + lineHeight(body)
}

function facts(sheet: Sheet, y: number): number {
  const { canvas, left, right, design, strong, invoice, formats } = sheet
  const inTitle = design.chance('number in form title', 0.6)
  const number: Piece = { text: invoice.number, marks: [mark(sheet, 'invoice_number')] }
  const code = design.chance('type code', 0.5) ? ` (${invoice.credit ? 381 : 380})` : ''
  const head: Piece[] = [{ text: `${title(sheet)}${code}` }]
  if (inTitle) {
    head.push({ text: ` ${design.pick('no', ['Nr.', 'No.', 'n°', '#', ''])} ` }, number)
    if (design.chance('date in form title', 0.8))
      head.push(
        {
          text: { en: ' of ', de: ' vom ', fr: ' du ', es: ' de ', it: ' del ', nl: ' van ' }[
            sheet.issuer.language
          ],
        },
        { text: formats.date(invoice.issueDate), marks: [mark(sheet, 'issue_date')] },
      )
  }
  const face: Face = { ...strong, size: strong.size + design.between('form title size', 0, 8) }
  for (const pieces of wrapPieces(head, face, right - left)) {
    canvas.text(left, y, pieces, face)
    y += lineHeight(face) + 2
  }
  const dated = inTitle && design.chance('date in form title', 0.8)
  const rows: Row[] = factsOf(sheet, [
    ...(inTitle ? ['number', 'creditNumber'] : []),
    ...(dated ? ['issueDate'] : []),
  ]).map((fact) => ({ label: nameOf(sheet, fact, true), value: fact.value }))
  if (design.chance('delivery in form', 0.6))
    rows.push({
      label: word(sheet, 'delivery'),
      value: [{ text: formats.date(invoice.deliveryDate) }],
    })
  if (design.chance('buyer reference', 0.5))
    rows.splice(1, 0, {
      label: word(sheet, 'buyerReference'),
      value: [
        {
          text: design.pick('reference style', [
            invoice.project,
            invoice.reference.slice(0, 7),
            invoice.customerNumber,
          ]),
        },
      ],
    })
  return (
    drawRows(sheet, left, y, right - left, rows) +
    lineHeight(sheet.body) * design.between('section gap', 1, 3)
  )
}

function section(
  sheet: Sheet,
  role: Role | 'recipient',
  x: number,
  y: number,
  width: number,
  rows: readonly Row[],
): number {
  const { design, body } = sheet
  const face: Face = {
    ...body,
    bold: design.chance('section bold', 0.7),
    size: body.size + design.pick('section size', [0, 0, 0, 1.5, 3]),
  }
  sheet.canvas.text(
    x,
    y,
    `${word(sheet, role)}${design.chance('section colon', 0.3) ? ':' : ''}`,
    face,
  )
  return drawRows(
    sheet,
    x,
    y + lineHeight(face) + design.between('after section', 0, 6),
    width,
    rows,
  )
}

function closingSections(sheet: Sheet, y: number, step: number): number {
  const { left, right, design, body, invoice } = sheet
  if (invoice.shipTo !== null || design.chance('always a recipient', 0.3)) {
    const to = invoice.shipTo ?? invoice.buyer
    const rows: Row[] = [
      {
        label: word(sheet, 'name'),
        value: [
          {
            text: to.legalName,
            marks: to.legalName === invoice.buyer.legalName ? [mark(sheet, 'buyer_name')] : [],
          },
        ],
      },
      ...to.address.map((text, k): Row => ({
        label: k === 0 ? word(sheet, 'address') : null,
        value: [{ text }],
      })),
    ]
    y =
      section(
        sheet,
        'recipient',
        left,
        y,
        right - left,
        design.chance('recipient listed', 0.5)
          ? rows.map((row) => ({ ...row, label: null }))
          : rows,
      ) + step
  }
  if (y < sheet.canvas.height * 0.5 && design.chance('regulatory', 0.3)) y = regulatory(sheet, y)
  if (!design.chance('remarks', 0.4)) return y + 4
  sheet.canvas.text(left, y, word(sheet, 'remarks'), {
    ...body,
    bold: design.chance('section bold', 0.7),
  })
  y += lineHeight(body) * 1.3
  for (const text of wrap(
    say(sheet, design.pick('remark', ['greeting', 'thanks', 'terms'] as const)).replace(
      '{n}',
      String(invoice.days),
    ),
    body,
    right - left,
  )) {
    sheet.canvas.text(left, y, text, body)
    y += lineHeight(body)
  }
  return y + 10
}

/**
 * What a law wants said of the issuer, as a note: who runs it, its register and address once more.
 */
function regulatory(sheet: Sheet, y: number): number {
  const { left, right, design, body, issuer } = sheet
  const { country } = issuer
  const director =
    issuer.person ??
    `${country.givenNames[issuer.account.length % 7]} ${country.surnames[Number(issuer.account.slice(1, 3)) % 16]}`
  const address = mark(sheet, 'seller_address')
  const rows: Piece[][] = [
    ...nameLines(sheet, issuer, 'seller').map((piece) => [piece]),
    ...issuer.address.map((text): Piece[] => [{ text, marks: [address] }]),
    ...(design.chance('director alone', 0.5)
      ? [[{ text: label(sheet, 'director') }], [{ text: director }]]
      : [[{ text: `${label(sheet, 'director')} ${director}` }]]),
    ...registerLines(sheet, issuer, 'seller'),
    [{ text: `${label(sheet, 'phone')} ${issuer.phone}` }],
    [{ text: issuer.web }],
    [{ text: `${say(sheet, 'register')} ${issuer.account.slice(0, 6)}` }],
  ]
  const shown = rows.filter((_, k) => design.chance(`regulatory ${k}`, 0.85))
  const at = left + (right - left) * design.pick('note column', [0, 0.2, 0.35])
  if (at > left || design.chance('note headed', 0.6))
    sheet.canvas.text(left, y, word(sheet, 'remarks'), {
      ...body,
      bold: design.chance('section bold', 0.7),
    })
  y = drawRows(
    sheet,
    at,
    at > left ? y : y + lineHeight(body) * 1.3,
    right - at,
    shown.map((value) => ({ label: null, value })),
  )
  return y + lineHeight(body)
}

export function labelled(sheet: Sheet, role: Role): Row[] {
  const { design, issuer, invoice } = sheet
  const company: Company = role === 'seller' ? issuer : invoice.buyer
  const address = mark(sheet, 'seller_address')
  const marked = (text: string): Piece[] => [{ text, marks: role === 'seller' ? [address] : [] }]
  const names = nameLines(sheet, company, role, 0.25)
  const { marks = [] } = names[0] as Piece
  // Programs put "Mr" into the name, since they know no other place for it
  const salutation =
    role === 'buyer' &&
    company.vatId === null &&
    company.person === null &&
    company.legalName === company.name &&
    design.chance('salutation in name', 0.25)
  const lines: Piece[] = [
    ...(salutation
      ? [{ text: design.pick('salutation', salutations[issuer.language]), marks }]
      : []),
    ...names,
  ]
  const middle = lines.length > 1 && design.chance('label in the middle', 0.4) ? 1 : 0
  const rows: Row[] = lines.map((piece, k): Row => ({
    label: k === middle ? word(sheet, 'name') : null,
    value: [piece],
  }))
  const identifiers: Row[] = []
  if (design.chance(`${role} number`, 0.5))
    identifiers.push({
      label: word(sheet, 'number'),
      value: [{ text: role === 'buyer' ? invoice.customerNumber : company.account }],
    })
  if (design.chance(`${role} global`, 0.3))
    identifiers.push({
      label: 'GLN',
      value: [{ text: `${company.account.padEnd(13, '4')} (GLN)` }],
    })
  if (design.chance('name above numbers', 0.3)) rows.push(...identifiers)
  else rows.unshift(...identifiers)
  if (role === 'seller' && design.chance('register in form', 0.4))
    rows.push({
      label: say(sheet, 'register').split(' ')[0] as string,
      value: [{ text: `${say(sheet, 'register')} ${company.account.slice(0, 6)}` }],
    })
  const person =
    company.person ??
    (design.chance(`${role} person`, 0.4)
      ? `${company.country.givenNames[company.account.length % 7]} ${company.country.surnames[Number(company.account.slice(0, 2)) % 20]}`
      : null)
  const contact: Row[] =
    person === null ? [] : [{ label: word(sheet, 'contact'), value: [{ text: person }] }]
  if (design.chance('contact before address', 0.5)) rows.push(...contact.splice(0))
  const towns = design.chance('town labelled', 0.3)
  const code = design.chance('country before town', 0.3) ? `${company.country.code} ` : ''
  company.address.forEach((text, k) =>
    rows.push({
      label:
        k === 0
          ? word(sheet, 'address')
          : towns && k === company.address.length - 1
            ? word(sheet, 'town')
            : null,
      value: marked(k === company.address.length - 1 ? `${code}${text}` : text),
    }),
  )
  if (design.chance('country labelled', 0.3))
    rows.push({ label: word(sheet, 'country'), value: [{ text: company.country.code }] })
  rows.push(...contact)
  const shares = role === 'seller' ? 0.6 : 0.35
  if (design.chance(`${role} phone`, shares))
    rows.push({ label: say(sheet, 'phone'), value: [{ text: company.phone }] })
  if (design.chance(`${role} mail`, shares))
    rows.push({ label: say(sheet, 'mail'), value: [{ text: company.mail }] })
  if (company.vatId !== null && (role === 'seller' || design.chance('buyer vat', 0.7)))
    rows.push(...split(registerLines(sheet, company, role)))
  return rows
}

function listed(sheet: Sheet, role: Role): Row[] {
  const { design } = sheet
  const keep = design.chance('numbers labelled', 0.7)
  return labelled(sheet, role).map((row) => {
    const named =
      row.label !== null &&
      keep &&
      !row.value.some(
        ({ marks }) => marks?.some(({ field }) => /_name|_address/.test(field)) === true,
      ) &&
      row.label !== word(sheet, 'address') &&
      row.label !== word(sheet, 'town')
    return named
      ? {
          label: null,
          value: [
            { text: `${row.label}${design.pick('listed colon', [':', ' :', ''])} ` },
            ...row.value,
          ],
        }
      : { ...row, label: null }
  })
}

/** "VAT ID " and the number come as one line; a form has them apart. */
function split(rows: readonly (readonly Piece[])[]): Row[] {
  return rows.map((row) =>
    row.length > 1
      ? { label: (row[0] as Piece).text.trim().replace(/\s?:$/, ''), value: row.slice(1) }
      : { label: null, value: row },
  )
}

export function drawRows(
  sheet: Sheet,
  x: number,
  y: number,
  width: number,
  rows: readonly Row[],
  face = sheet.body,
): number {
  const { canvas, design } = sheet
  const plain = rows.every((row) => row.label === null)
  const inline = design.chance('labels inline', 0.25)
  const at = plain || inline ? 0 : width * design.between('value column', 0.3, 0.48)
  const step = lineHeight(face) * design.between('row step', 1, 1.5)
  const bold: Face = design.chance('labels bold', 0.3) ? { ...face, bold: true } : face
  for (const row of rows) {
    const named = row.label === null ? '' : `${row.label.replace(/\s?[:：]$/, '')}${colon(sheet)}`
    if (inline && !plain) {
      for (const part of wrapPieces(
        [...(named === '' ? [] : [{ text: `${named} ` }]), ...row.value],
        face,
        width,
      )) {
        canvas.text(x, y, part, fitFace(textOf(part), face, width))
        y += lineHeight(face)
      }
      y += step - lineHeight(face)
      continue
    }
    if (named !== '') canvas.text(x, y, named, fitFace(named, bold, at - 4))
    const parts = wrapPieces(row.value, face, width - at)
    for (const part of parts) {
      canvas.text(x + at, y, part, fitFace(textOf(part), face, width - at))
      y += lineHeight(face)
    }
    y += step - lineHeight(face)
  }
  return y
}

const textOf = (pieces: readonly Piece[]): string =>
  pieces
    .map((piece) => piece.text)
    .join('')
    .trimEnd()

function word(sheet: Sheet, thing: FormThing): string {
  return sheet.design.pick(`form ${thing}`, words[sheet.issuer.language][thing].split('|'))
}

function colon(sheet: Sheet): string {
  return label(sheet, 'number').endsWith(':') ? ':' : ''
}
