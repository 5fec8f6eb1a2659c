/**
 * Other text on forms: the program that printed it, remarks, legally required information about the
 * issuer.
 */

import { wrap, type Piece } from './canvas.ts'
import { drawRows, section, type FormRow } from './form-rows.ts'
import { formWord } from './form-words.ts'
import { label, lineHeight, mark, say, title, type SampleSheet } from './parts.ts'
import { nameLines, registerLines } from './party.ts'

/** Names the program that created the page, with versions and dates that are not the invoice's. */
export function banner(sheet: SampleSheet, y: number): number {
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
  const rows: FormRow[] = [
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

export function closingSections(sheet: SampleSheet, y: number, step: number): number {
  const { left, right, design, body, invoice } = sheet
  if (invoice.shipTo !== null || design.chance('always a recipient', 0.3)) {
    const to = invoice.shipTo ?? invoice.buyer
    const rows: FormRow[] = [
      {
        label: formWord(sheet, 'name'),
        value: [
          {
            text: to.legalName,
            marks: to.legalName === invoice.buyer.legalName ? [mark(sheet, 'buyer_name')] : [],
          },
        ],
      },
      ...to.address.map((text, k): FormRow => ({
        label: k === 0 ? formWord(sheet, 'address') : null,
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
  sheet.canvas.text(left, y, formWord(sheet, 'remarks'), {
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

/** Legally required information about the issuer as a note: management, register, address. */
function regulatory(sheet: SampleSheet, y: number): number {
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
    sheet.canvas.text(left, y, formWord(sheet, 'remarks'), {
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
