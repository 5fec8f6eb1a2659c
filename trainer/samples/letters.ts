/**
 * Heads of letters: the buyer in the address window, facts beside it or in a sentence, the issuer
 * above, at the right or only in the footer.
 */

import { day, accountWord } from './account-words.ts'
import { wrap } from './canvas.ts'
import { drawFacts, factsOf } from './facts.ts'
import { factStyles, greet, headName, headline } from './heads.ts'
import { fitFace, lines, logo, mark, say, title, type SampleSheet } from './parts.ts'
import { party, partyLines, senderLine, withHeading } from './party.ts'

export function letter(sheet: SampleSheet): number {
  const { left, right, top, design, body } = sheet
  const nameTop = design.chance('name in head', 0.7)
  if (nameTop) headName(sheet, left, top, (right - left) * 0.6)
  if (design.chance('logo right', 0.5)) logo(sheet, right - 44, top, 40)
  let y = senderLine(sheet, left, top + 70, (right - left) * 0.55)
  y = party(
    sheet,
    left,
    y,
    (right - left) * 0.5,
    partyLines(sheet, sheet.invoice.buyer, 'buyer', {
      details: false,
      vat: design.chance('buyer vat', 0.2),
    }),
  )
  const x = left + (right - left) * 0.6
  const facts = factsOf(
    sheet,
    design.chance('number in title', 0.3) ? ['number', 'creditNumber'] : [],
  )
  const end = drawFacts(sheet, x, top + 78, right - x, facts, design.pick('facts', factStyles))
  y = headline(sheet, Math.max(y, end) + 26)
  return greet(sheet, y, body)
}

export function letterRight(sheet: SampleSheet): number {
  const { left, right, top, design, body, issuer } = sheet
  const rows = partyLines(sheet, issuer, 'seller', { details: true, vat: true })
  const sellerEnd = party(
    sheet,
    right - 190,
    top,
    190,
    rows,
    design.pick('seller align', ['left', 'right'] as const),
  )
  let y = senderLine(sheet, left, top + 60, 260)
  y = party(
    sheet,
    left,
    y,
    250,
    partyLines(sheet, sheet.invoice.buyer, 'buyer', { details: false, vat: false }),
  )
  const titled = Math.max(y, sellerEnd) + 30
  sheet.canvas.text(left, titled, title(sheet), { ...sheet.strong, size: sheet.strong.size + 6 })
  return greet(
    sheet,
    drawFacts(
      sheet,
      left,
      titled + 30,
      (right - left) * design.between('facts width', 0.4, 0.6),
      factsOf(sheet),
      design.pick('facts', factStyles),
    ) + 10,
    body,
  )
}

export function footOnly(sheet: SampleSheet): number {
  const { left, right, top, design, strong, body, canvas, invoice, issuer } = sheet
  const middle = design.chance('logo centred', 0.4)
  logo(sheet, middle ? (left + right) / 2 - 24 : left, top, 48)
  if (design.chance('trade name', 0.4) && issuer.name !== issuer.legalName)
    canvas.text(
      middle ? (left + right) / 2 : left + 58,
      middle ? top + 52 : top + 14,
      issuer.name,
      { ...strong, size: strong.size + 7 },
      { align: middle ? 'center' : 'left', color: sheet.accent },
    )
  const y = top + 84
  const end = party(
    sheet,
    left,
    y,
    250,
    partyLines(sheet, invoice.buyer, 'buyer', {
      details: false,
      vat: design.chance('buyer vat', 0.2),
    }),
  )
  const facts = factsOf(
    sheet,
    design.chance('number in title', 0.3) ? ['number', 'creditNumber'] : [],
  )
  const factsEnd = drawFacts(sheet, right - 215, y, 215, facts, design.pick('facts', factStyles))
  return greet(sheet, headline(sheet, Math.max(end, factsEnd) + 22), body)
}

// A typed letter: one column, little visual structure
export function typed(sheet: SampleSheet): number {
  const { left, right, top, design, body, issuer, invoice } = sheet
  let y = party(
    sheet,
    left,
    top,
    right - left,
    partyLines(sheet, issuer, 'seller', { details: true, vat: true }),
    design.pick('seller align', ['left', 'left', 'right'] as const),
  )
  y = party(
    sheet,
    left,
    y + 18,
    300,
    withHeading(
      sheet,
      'billTo',
      partyLines(sheet, invoice.buyer, 'buyer', { details: false, vat: false }),
    ),
  )
  sheet.canvas.text(left, y + 14, title(sheet), { ...sheet.strong, size: sheet.strong.size + 3 })
  y = drawFacts(
    sheet,
    left,
    y + 38,
    right - left,
    factsOf(sheet),
    design.pick('facts', ['inline', 'colon', 'columns', 'inline'] as const),
  )
  return greet(sheet, y + 8, body)
}

// "Rechnung Nr. 12 vom 3. Mai 2024": number and date in a sentence
export function sentence(sheet: SampleSheet): number {
  const { left, right, top, design, body, strong, issuer, invoice, formats } = sheet
  const end = party(
    sheet,
    design.chance('seller right', 0.5) ? right - 210 : left,
    top,
    210,
    partyLines(sheet, issuer, 'seller', { details: true, vat: true }),
  )
  const y =
    party(
      sheet,
      left,
      Math.max(end, top + 60) + 16,
      260,
      partyLines(sheet, invoice.buyer, 'buyer', { details: false, vat: false }),
    ) + 22
  const joiner = {
    en: [' dated ', ' of ', ', '],
    de: [' vom ', ' / ', ', '],
    fr: [' du ', ' en date du '],
    es: [' de fecha ', ' - '],
    it: [' del ', ' in data '],
    nl: [' van ', ' d.d. '],
  }[issuer.language]
  const number = {
    en: [' no. ', ' # ', ' '],
    de: [' Nr. ', ' ', ' Nummer '],
    fr: [' n° ', ' N° '],
    es: [' n.º ', ' Nº '],
    it: [' n. ', ' nr. '],
    nl: [' nr. ', ' '],
  }[issuer.language]
  const pieces = [
    { text: `${title(sheet)}${design.pick('number joiner', number)}` },
    { text: invoice.number, marks: [mark(sheet, 'invoice_number')] },
    { text: design.pick('date joiner', joiner) },
    { text: formats.date(invoice.issueDate), marks: [mark(sheet, 'issue_date')] },
  ]
  sheet.canvas.text(
    left,
    y,
    pieces,
    fitFace(
      pieces.map((piece) => piece.text).join(''),
      { ...strong, size: strong.size + 3 },
      right - left,
    ),
  )
  const facts = factsOf(sheet, ['number', 'creditNumber', 'issueDate'])
  const after = y + 26
  return greet(
    sheet,
    facts.length === 0
      ? after
      : drawFacts(sheet, left, after, 320, facts, design.pick('facts', factStyles)) + 6,
    body,
  )
}

// A letter with a column of contacts and numbers at the right
export function policy(sheet: SampleSheet): number {
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
  const lineOf = `${design.chance('premium', 0.4) ? accountWord(sheet, 'premium') : title(sheet)} - ${accountWord(sheet, 'policy')} ${invoice.project}`
  canvas.text(left, y, lineOf, fitFace(lineOf, { ...strong, size: strong.size + 3 }, right - left))
  y = lines(sheet, left, y + 24, wrap(say(sheet, 'greeting'), body, right - left), body)
  return (
    lines(
      sheet,
      left,
      y,
      wrap(
        accountWord(sheet, 'period', { a: day(sheet, 30), b: day(sheet, -335) }),
        body,
        right - left,
      ),
      body,
    ) + 12
  )
}
