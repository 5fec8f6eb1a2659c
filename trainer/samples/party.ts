/** Seller and buyer as lines of text: name, person, address, country, register numbers. */

import type { Language } from '../../processors/values/normalise.ts'
import { black, textWidth, type Color, type Face, type Piece } from './canvas.ts'
import type { Company } from './companies.ts'
import { label, lineHeight, mark, wrapPieces, type SampleSheet } from './parts.ts'

export type PartyRole = 'seller' | 'buyer'

// On a line of their own above a person's name, and no part of it
export const salutations: Readonly<Record<Language, readonly string[]>> = {
  en: ['Mr', 'Mrs', 'Ms', 'To'],
  de: ['Herrn', 'Frau', 'Herr', 'Firma', 'An'],
  fr: ['Monsieur', 'Madame', 'M.', 'À'],
  es: ['Sr.', 'Sra.', 'D.', 'A'],
  it: ['Spett.le', 'Gent.mo Sig.', 'Sig.ra'],
  nl: ['De heer', 'Mevrouw', 'Aan'],
}

const attentions: Readonly<Record<Language, readonly string[]>> = {
  en: ['Attn. ', 'c/o ', 'Attn: ', '', '', 'FAO '],
  de: ['z. Hd. ', 'Herrn ', 'Frau ', '', '', 'z.Hd. Frau '],
  fr: ['À l’attention de ', '', '', 'M. '],
  es: ['A/A ', '', 'Att. ', ''],
  it: ['c.a. ', '', 'Alla c.a. ', ''],
  nl: ['T.a.v. ', '', 't.a.v. ', ''],
}

const departments: Readonly<Record<Language, readonly string[]>> = {
  en: ['Accounts Payable', 'Accounting Department', 'Finance', 'Procurement', 'IT Department'],
  de: [
    'Buchhaltung',
    'Abteilung Einkauf',
    'Rechnungseingang',
    'Kreditorenbuchhaltung',
    'Abt. IT',
    'Niederlassung Nord',
    'Werk 2',
  ],
  fr: ['Service comptabilité', 'Service achats', 'Comptabilité fournisseurs'],
  es: ['Departamento de Administración', 'Contabilidad', 'Dpto. Compras'],
  it: ['Ufficio acquisti', 'Amministrazione', 'Ufficio contabilità'],
  nl: ['Crediteurenadministratie', 'Afdeling Inkoop', 'Administratie'],
}

/** A line of a party's address. */
export interface PartyLine {
  readonly text: Piece[]
  readonly strong: boolean
}

const plain = (text: string): PartyLine => ({ text: [{ text }], strong: false })

/** A company as lines: name, perhaps a person, address, perhaps country and register numbers. */
export function partyLines(
  sheet: SampleSheet,
  company: Company,
  role: PartyRole,
  how: { details: boolean; vat: boolean; name?: boolean },
): PartyLine[] {
  const registers = how.vat ? registerLines(sheet, company, role) : []
  return [
    ...namedLines(sheet, company, role, how.name !== false),
    ...addressLines(sheet, company, role),
    ...(how.details ? contactLines(sheet, company, role) : []),
    ...registers.map((text) => ({ text, strong: false })),
  ]
}

/** The addressee: the company, a person, a department; without the name the person alone. */
function namedLines(
  sheet: SampleSheet,
  company: Company,
  role: PartyRole,
  named: boolean,
): PartyLine[] {
  const { design, issuer, invoice } = sheet
  // A delivery address may be somebody else's
  const own = company.legalName === (role === 'seller' ? issuer : invoice.buyer).legalName
  const names = (named ? nameLines(sheet, company, own ? role : null) : []).map((text) => ({
    text: [text],
    strong: design.chance(`${role} bold`, 0.6),
  }))
  return role === 'seller'
    ? sellerLines(sheet, company, names)
    : buyerLines(sheet, company, names, named)
}

/** The name, perhaps followed by the line of business. */
function sellerLines(
  { design }: SampleSheet,
  company: Company,
  names: readonly PartyLine[],
): PartyLine[] {
  const claims = names.length > 0 && design.chance('claim', 0.1)
  const claim = design.pick('claim text', company.trade.names[company.language])
  return claims ? [...names, plain(claim)] : [...names]
}

function buyerLines(
  sheet: SampleSheet,
  company: Company,
  names: readonly PartyLine[],
  named: boolean,
): PartyLine[] {
  const { design, issuer } = sheet
  const isNamed = names.length > 0
  const isPerson =
    company.person === null && company.vatId === null && company.legalName === company.name
  const salutes = named && isPerson && design.chance('salutation', 0.35)
  const salutation = design.pick('salutation', salutations[issuer.language])
  const hasDepartment = isNamed && !isPerson && design.chance('department', 0.2)
  const department = design.pick('department name', departments[issuer.language])
  const person = personLines(sheet, company)
  // A letter to a person puts the person above the company
  const above = isNamed && design.chance('person above company', 0.12)
  return [
    ...(salutes ? [plain(salutation)] : []),
    ...(above ? person : []),
    ...names,
    ...(hasDepartment ? [plain(department)] : []),
    ...(above ? [] : person),
  ]
}

function personLines({ design, issuer }: SampleSheet, { person }: Company): PartyLine[] {
  const attention = design.pick('attention', attentions[issuer.language])
  return person === null ? [] : [plain(`${attention}${person}`)]
}

function addressLines(sheet: SampleSheet, company: Company, role: PartyRole): PartyLine[] {
  const { design, issuer } = sheet
  const address = mark(sheet, `${role}_address`)
  const marks = role === 'seller' ? [address] : []
  const lines = company.address.map((text) => ({ text: [{ text, marks }], strong: false }))
  const country = company.country.name[issuer.language] ?? company.country.name.en
  const isShown = company.country !== issuer.country || design.chance(`${role} country`, 0.3)
  if (country === undefined || !isShown) return lines
  const inCapitals = design.chance('country in capitals', 0.2)
  return [...lines, plain(inCapitals ? country.toUpperCase() : country)]
}

function contactLines(sheet: SampleSheet, company: Company, role: PartyRole): PartyLine[] {
  const { design } = sheet
  const lines: PartyLine[] = []
  if (role === 'seller' && company.person !== null && design.chance('seller person', 0.7))
    lines.push(plain(company.person))
  if (design.chance('phone shown', 0.6))
    lines.push(plain(`${label(sheet, 'phone')} ${company.phone}`))
  if (design.chance('mail shown', 0.6)) {
    const labelled = design.chance('mail labelled', 0.5)
    lines.push(plain(labelled ? `${label(sheet, 'mail')} ${company.mail}` : company.mail))
  }
  if (design.chance('web shown', 0.3)) lines.push(plain(company.web))
  return lines
}

/** A company's name in an address: sometimes on two lines. `role` null: no field's value. */
export function nameLines(
  sheet: SampleSheet,
  company: Company,
  role: PartyRole | null,
  split = 0.14,
): Piece[] {
  const marks = role === null ? [] : [mark(sheet, `${role}_name`)]
  const words = company.legalName.split(' ')
  const cut =
    words.length > 2 && sheet.design.chance(`${role ?? 'other'} name on two lines`, split)
      ? Math.ceil(words.length / 2)
      : words.length
  return [words.slice(0, cut), words.slice(cut)]
    .filter((part) => part.length > 0)
    .map((part) => ({ text: part.join(' '), marks }))
}

/** VAT id and tax number with their labels, if the company has them. */
export function registerLines(sheet: SampleSheet, company: Company, role: PartyRole): Piece[][] {
  const rows: Piece[][] = []
  if (company.vatId !== null)
    rows.push([
      { text: `${label(sheet, 'vatId')} ` },
      { text: vatPrinted(sheet, company.vatId), marks: [mark(sheet, `${role}_vat_id`)] },
    ])
  if (role === 'seller' && (company.vatId === null || sheet.design.chance('tax number shown', 0.4)))
    rows.push([{ text: `${taxLabel(sheet)} ${company.taxNumber}` }])
  return rows
}

// English has a register for each country, so the label can't be chosen from all of them
function taxLabel(sheet: SampleSheet): string {
  const options = {
    US: ['EIN:', 'Tax ID:', 'Federal Tax ID', 'FEIN'],
    AU: ['ABN', 'ABN:', 'A.B.N.'],
    IN: ['GSTIN', 'GSTIN:', 'GST No.', 'GST Registration No:', 'GSTIN/UIN:', 'VAT/TIN:', 'PAN No:'],
    MY: ['GST No:', 'GST ID :', 'Co. Reg. No.'],
    GB: ['Company No.', 'Company number:', 'Reg. No.'],
    IE: ['Company No.', 'CRO No.'],
  }[sheet.issuer.country.code]
  return options === undefined ? label(sheet, 'taxNumber') : sheet.design.pick('tax label', options)
}

/** Draws a party within a width; long names wrap and stay one value. */
export function party(
  sheet: SampleSheet,
  x: number,
  y: number,
  width: number,
  rows: readonly PartyLine[],
  align: 'left' | 'right' = 'left',
  face = sheet.body,
  color: Color = black,
): number {
  // Some addresses have wider line spacing: half a line or a whole one in between
  const loose =
    rows.length > 7
      ? 1
      : sheet.design.pick('address leading', [1, 1, 1, 1, 1, 1, 1.15, 1.3, 1.5, 1.8])
  for (const row of rows) {
    const type: Face = row.strong ? { ...face, bold: true } : face
    for (const pieces of wrapPieces(row.text, type, width)) {
      // A web address can't be wrapped
      const size = textWidth(
        pieces
          .map((piece) => piece.text)
          .join('')
          .trimEnd(),
        type,
      )
      const fitted = size <= width ? type : { ...type, size: (type.size * width) / size }
      sheet.canvas.text(align === 'left' ? x : x + width, y, pieces, fitted, { align, color })
      y += lineHeight(type) * loose
    }
  }
  return y
}

/** The one-line sender above an address window. */
export function senderLine(sheet: SampleSheet, x: number, y: number, width: number): number {
  const { issuer, design, small } = sheet
  const dot = design.pick('sender dot', [' · ', ', ', ' - ', ' | ', ' • '])
  let face = { ...small, size: Math.min(small.size, 7.5) }
  const address = mark(sheet, 'seller_address')
  const pieces: Piece[] = [
    { text: issuer.legalName, marks: [mark(sheet, 'seller_name')] },
    { text: dot },
    { text: issuer.address.join(dot), marks: [address] },
  ]
  const total = textWidth(pieces.map((piece) => piece.text).join(''), face)
  if (total > width) face = { ...face, size: Math.max(4.5, (face.size * width) / total) }
  sheet.canvas.text(x, y, pieces, face)
  if (design.chance('sender rule', 0.5))
    sheet.canvas.rule(
      x,
      y + lineHeight(face),
      x + Math.min(total, width),
      y + lineHeight(face),
      0.4,
    )
  return y + lineHeight(face) + 6
}

function vatPrinted(sheet: SampleSheet, id: string): string {
  const style = sheet.design.pick('vat style', [
    'compact',
    'compact',
    'compact',
    'spaced',
    'threes',
  ])
  if (id.startsWith('CHE')) return `CHE-${id.slice(3, 6)}.${id.slice(6, 9)}.${id.slice(9)}`
  if (style === 'compact' || /[A-Z]/.test(id.slice(2))) return id
  return style === 'spaced'
    ? `${id.slice(0, 2)} ${id.slice(2)}`
    : `${id.slice(0, 2)} ${id.slice(2).replace(/(\d{3})(?=\d)/g, '$1 ')}`
}

/** Lines below a heading. */
export function withHeading(
  sheet: SampleSheet,
  thing: 'billTo' | 'shipTo' | 'from',
  rows: readonly PartyLine[],
): readonly PartyLine[] {
  if (!sheet.design.chance(`heading ${thing}`, 0.9)) return rows
  const [first, ...others] = rows
  if (first !== undefined && sheet.design.chance('headings beside', 0.12))
    return [
      {
        ...first,
        text: [
          {
            text: `${label(sheet, thing)}${' '.repeat(sheet.design.pick('heading gap', [1, 2, 6, 12]))}`,
          },
          ...first.text,
        ],
      },
      ...others,
    ]
  return [
    { text: [{ text: label(sheet, thing) }], strong: sheet.design.chance('headings bold', 0.7) },
    ...rows,
  ]
}
