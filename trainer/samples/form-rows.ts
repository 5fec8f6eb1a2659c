/** Rows of forms: a label with a value, for the parties and anything else. */

import type { Face, Piece } from './canvas.ts'
import type { Company } from './companies.ts'
import { colon, formWord } from './form-words.ts'
import { fitFace, lineHeight, mark, say, wrapPieces, type SampleSheet } from './parts.ts'
import { nameLines, registerLines, salutations, type PartyRole } from './party.ts'

/** A label with a value; a label of null: a line of text. */
export interface FormRow {
  readonly label: string | null
  readonly value: readonly Piece[]
}

export function section(
  sheet: SampleSheet,
  role: PartyRole | 'recipient',
  x: number,
  y: number,
  width: number,
  rows: readonly FormRow[],
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
    `${formWord(sheet, role)}${design.chance('section colon', 0.3) ? ':' : ''}`,
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

/** All properties of a party, each with its label. */
export function labelled(sheet: SampleSheet, role: PartyRole): FormRow[] {
  const { design, issuer, invoice } = sheet
  const company: Company = role === 'seller' ? issuer : invoice.buyer
  const names = nameRows(sheet, company, role)
  const identifiers = identifierRows(sheet, company, role)
  const contact = contactRows(sheet, company, role)
  const contactFirst = design.chance('contact before address', 0.5)
  return [
    ...(design.chance('name above numbers', 0.3)
      ? [...names, ...identifiers]
      : [...identifiers, ...names]),
    ...(role === 'seller' ? registerRows(sheet) : []),
    ...(contactFirst ? contact : []),
    ...addressRows(sheet, company, role),
    ...(contactFirst ? [] : contact),
    ...detailRows(sheet, company, role),
  ]
}

function nameRows(sheet: SampleSheet, company: Company, role: PartyRole): FormRow[] {
  const { design, issuer } = sheet
  const names = nameLines(sheet, company, role, 0.25)
  const { marks = [] } = names[0] as Piece
  // Programs put "Mr" into the name if they have no other field for it
  const salutes =
    role === 'buyer' &&
    company.vatId === null &&
    company.person === null &&
    company.legalName === company.name &&
    design.chance('salutation in name', 0.25)
  const salutation = { text: design.pick('salutation', salutations[issuer.language]), marks }
  const lines: Piece[] = salutes ? [salutation, ...names] : names
  const middle = lines.length > 1 && design.chance('label in the middle', 0.4) ? 1 : 0
  return lines.map((piece, k): FormRow => ({
    label: k === middle ? formWord(sheet, 'name') : null,
    value: [piece],
  }))
}

function identifierRows(sheet: SampleSheet, company: Company, role: PartyRole): FormRow[] {
  const { design, invoice } = sheet
  const rows: FormRow[] = []
  if (design.chance(`${role} number`, 0.5))
    rows.push({
      label: formWord(sheet, 'number'),
      value: [{ text: role === 'buyer' ? invoice.customerNumber : company.account }],
    })
  if (design.chance(`${role} global`, 0.3))
    rows.push({
      label: 'GLN',
      value: [{ text: `${company.account.padEnd(13, '4')} (GLN)` }],
    })
  return rows
}

function registerRows(sheet: SampleSheet): FormRow[] {
  if (!sheet.design.chance('register in form', 0.4)) return []
  const register = say(sheet, 'register')
  const value = [{ text: `${register} ${sheet.issuer.account.slice(0, 6)}` }]
  return [{ label: register.split(' ')[0] as string, value }]
}

function contactRows(sheet: SampleSheet, company: Company, role: PartyRole): FormRow[] {
  const { account, country, person } = company
  if (person === null && !sheet.design.chance(`${role} person`, 0.4)) return []
  const text =
    person ??
    `${country.givenNames[account.length % 7]} ${country.surnames[Number(account.slice(0, 2)) % 20]}`
  return [{ label: formWord(sheet, 'contact'), value: [{ text }] }]
}

function addressRows(sheet: SampleSheet, company: Company, role: PartyRole): FormRow[] {
  const { design } = sheet
  const { code } = company.country
  const marks = role === 'seller' ? [mark(sheet, 'seller_address')] : []
  const last = company.address.length - 1
  const town = design.chance('town labelled', 0.3) ? formWord(sheet, 'town') : null
  const before = design.chance('country before town', 0.3) ? `${code} ` : ''
  const rows = company.address.map((line, k): FormRow => {
    const labelOfLast = k === last ? town : null
    return {
      label: k === 0 ? formWord(sheet, 'address') : labelOfLast,
      value: [{ text: k === last ? `${before}${line}` : line, marks }],
    }
  })
  return design.chance('country labelled', 0.3)
    ? [...rows, { label: formWord(sheet, 'country'), value: [{ text: code }] }]
    : rows
}

function detailRows(sheet: SampleSheet, company: Company, role: PartyRole): FormRow[] {
  const { design } = sheet
  const rows: FormRow[] = []
  const share = role === 'seller' ? 0.6 : 0.35
  if (design.chance(`${role} phone`, share))
    rows.push({ label: say(sheet, 'phone'), value: [{ text: company.phone }] })
  if (design.chance(`${role} mail`, share))
    rows.push({ label: say(sheet, 'mail'), value: [{ text: company.mail }] })
  if (company.vatId !== null && (role === 'seller' || design.chance('buyer vat', 0.7)))
    rows.push(...split(registerLines(sheet, company, role)))
  return rows
}

export function listed(sheet: SampleSheet, role: PartyRole): FormRow[] {
  const { design } = sheet
  const keep = design.chance('numbers labelled', 0.7)
  return labelled(sheet, role).map((row) => {
    const named =
      row.label !== null &&
      keep &&
      !row.value.some(
        ({ marks }) => marks?.some(({ field }) => /_name|_address/.test(field)) === true,
      ) &&
      row.label !== formWord(sheet, 'address') &&
      row.label !== formWord(sheet, 'town')
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

/** "VAT ID " and the number are one line; a form prints them separately. */
function split(rows: readonly (readonly Piece[])[]): FormRow[] {
  return rows.map((row) =>
    row.length > 1
      ? { label: (row[0] as Piece).text.trim().replace(/\s?:$/, ''), value: row.slice(1) }
      : { label: null, value: row },
  )
}

export function drawRows(
  sheet: SampleSheet,
  x: number,
  y: number,
  width: number,
  rows: readonly FormRow[],
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
