/**
 * One printed document as HTML: content, look and an arrangement of blocks, all drawn from the seed.
 *
 * The same seed, index and options give the same HTML on the same Node, whose ICU names the months.
 */

import { randomOf, type SampleRandom } from '../random.ts'
import { foots, headFamilies, heads } from './arrangements.ts'
import { footBlock, notesBlock, paymentBlock, slipBlock } from './closing.ts'
import { contentOf, type Content } from './content.ts'
import { factsBlock, factsOf, titleBlock, type PrintFact } from './facts.ts'
import { printFormatsOf } from './formats.ts'
import { itemsBlock } from './items.ts'
import type { Label, Labels } from './labels.ts'
import type { Locale } from './locale.ts'
import { lookOf } from './look.ts'
import { brandBlock, contactLines, partyBlock, senderLine, type Part } from './parties.ts'
import { block, direction, linesOf, type Html, type PrintSheet } from './sheet.ts'
import { sumBlock, totalsBlock } from './totals.ts'

export interface Composed {
  readonly id: string
  readonly layout: string
  readonly html: Html // a section
  readonly css: string
  readonly content: Content
  readonly marks: readonly string[] // the fields of each mark, separated by blanks
}

export interface ComposeOptions {
  readonly locales: readonly Locale[]
  readonly english: Labels // may stand behind those of other languages
}

/** The layout of documents each of which has a head of its own. */
export const drawnLayout = 'printed drawn'

/** Names of layouts by family. */
export const printedFamilies: Readonly<Record<string, readonly string[]>> = {
  ...Object.fromEntries(
    Object.entries(headFamilies).map(([family, named]) => [
      `printed ${family}`,
      Object.keys(named).map((name) => `printed ${name}`),
    ]),
  ),
  [drawnLayout]: [drawnLayout],
}

const drawnShare = 0.4 // of the documents: heads that have no name

/** The document of a seed and number; `document` is its place in the batch that is printed. */
export function compose(
  seed: number,
  index: number,
  document: number,
  options: ComposeOptions,
): Composed {
  const random = randomOf(seed, 'printed', index)
  const locale = random.pick(options.locales)
  const content = contentOf(locale, random)
  const look = lookOf(locale, random)
  const bilingual = locale.language !== 'en' && random.chance(0.08)
  const sheet: PrintSheet = {
    content,
    locale,
    random,
    look,
    document,
    formats: printFormatsOf(locale, random),
    second: bilingual ? options.english : null,
    said: new Map(),
    vatStyle: {},
    currencyInLines: random.chance(0.35),
    marks: [],
  }
  const name = random.chance(drawnShare) ? 'drawn' : random.pick(Object.keys(heads))
  const html = bodyOf(sheet, heads[name] ?? drawnHead(random))
  const id = `d${document}`
  const [width, height] = look.page === 'A4' ? [210, 297] : [215.9, 279.4]
  const page = `@page ${id}{size:${width}mm ${height}mm;margin:${look.margin}mm}
#${id}{page:${id};min-height:${height - 2 * look.margin - 1}mm}`
  return {
    id: `printed_${seed}_${String(index).padStart(5, '0')}`,
    layout: `printed ${name}`,
    content,
    marks: sheet.marks,
    css: `${page}\n${look.css.replaceAll('@@', `#${id}`)}`,
    html: `<section id=${id} dir=${direction(locale)} lang=${locale.language}>${html}</section>`,
  }
}

/** A head that nobody has thought of: the blocks in any order, in rows of one to three. */
function drawnHead(random: SampleRandom): string {
  const blocks = [random.pick(['B', 'N', 'N']), 'T', 'S', 'U', 'F']
  for (const more of ['G', 'H', 'A', 'C', ' ']) if (random.chance(0.3)) blocks.push(more)
  for (let i = blocks.length - 1; i > 0; i--) {
    const j = random.int(0, i)
    ;[blocks[i], blocks[j]] = [blocks[j] as string, blocks[i] as string]
  }
  let head = ''
  let inRow = 1
  for (const one of blocks) {
    if (head === '') head = one
    else if (inRow < 3 && random.chance(0.55)) {
      head += `|${one}`
      inRow++
    } else if (random.chance(0.3)) head += `+${one}`
    else {
      head += `/${one}`
      inRow = 1
    }
  }
  return head
}

/** What the document tells where, and what is still to be said. */
interface Telling {
  readonly told: Set<Label>
  readonly skips: ReadonlySet<string> // blocks
  facts: PrintFact[] | null
  readonly sellerVat: boolean
  readonly vatAsFact: boolean
  readonly buyerFirst: boolean
  readonly headless: boolean // nothing says who is who
  readonly halves: boolean
  readonly footNames: boolean
  readonly headNames: boolean // the seller
}

function tellingOf({ random, content }: PrintSheet, head: string): Telling {
  const footNames = random.chance(0.5)
  // The seller's block is left out where the foot names it
  const sellerInFoot = footNames && random.chance(0.3)
  const shown = sellerInFoot ? head.replaceAll('S', '') : head
  const skips = new Set(sellerInFoot ? ['S'] : [])
  const buyerFirst = head.includes('U') && !/[NSW].*U/.test(head)
  if (content.shipTo === null) skips.add('H')
  if (content.buyer === null) skips.add('U')
  return {
    told: new Set(),
    skips,
    facts: null,
    footNames,
    headNames: /[NWS]/.test(shown),
    buyerFirst,
    headless: buyerFirst && random.chance(0.12),
    vatAsFact: random.chance(shown.includes('S') || footNames ? 0.06 : 0.9),
    sellerVat: random.chance(footNames ? 0.75 : 0.95),
    halves: head.includes('G'),
  }
}

function bodyOf(sheet: PrintSheet, head: string): Html {
  const { random } = sheet
  const telling = tellingOf(sheet, head)
  const top = rowsOf(sheet, head, (letter, isWide) => headBlock(sheet, letter, isWide, telling))
  const below = rowsOf(sheet, random.pick(foots), (letter, isWide) =>
    footLetter(sheet, letter, isWide),
  )
  const slip = random.chance(0.1) ? `<div class="row push">${slipBlock(sheet)}</div>` : ''
  const foot = footOf(sheet, telling, slip === '' ? ' push' : '')
  const main = `${top}<div class=row>${itemsBlock(sheet)}</div>${below}`
  return withRail(sheet, main) + slip + foot
}

/** The foot; it names the seller where nothing else does. */
function footOf(sheet: PrintSheet, { footNames, headNames }: Telling, place: string): Html {
  if (!footNames && headNames) return ''
  const foot = footBlock(sheet, !headNames || sheet.random.chance(0.8))
  return `<div class="row s${place}">${foot}</div>`
}

/** Sometimes a column at the side holds the seller's contact. */
function withRail(sheet: PrintSheet, main: Html): Html {
  const { random, content, look } = sheet
  if (!random.chance(0.07)) return main
  const rail = `<div class=s style="background:${look.pale};padding:6pt">${linesOf(contactLines(sheet, content.seller))}</div>`
  const isLeft = random.chance(0.5)
  return `<div style="display:grid;grid-template-columns:${isLeft ? '22% 1fr' : '1fr 22%'};gap:14pt">${isLeft ? rail : ''}<div>${main}</div>${isLeft ? '' : rail}</div>`
}

function rowsOf(
  sheet: PrintSheet,
  arrangement: string,
  blockOf: (letter: string, isWide: boolean) => Html,
): Html {
  const { random } = sheet
  return arrangement
    .split('/')
    .map((row) => {
      const cells = row.split('|')
      const made = cells.map((cell) =>
        [...cell.replaceAll('+', '')].map((letter) => blockOf(letter, cells.length === 1)),
      )
      if (made.flat().every((html) => html === '')) return ''
      const ends = cells.length > 1 && random.chance(0.3)
      const html = made.map((blocks, at) => {
        const isLast = at === cells.length - 1
        const align = alignment(random, cells.length, isLast && ends)
        return `<div class=c${align}>${blocks
          .filter((one) => one !== '')
          .map((one) => block(one))
          .join('')}</div>`
      })
      return `<div class=row style="grid-template-columns:${columnsOf(cells.length, random)};align-items:${random.pick(['start', 'start', 'end'])}">${html.join('')}</div>`
    })
    .join('')
}

function alignment(random: SampleRandom, columns: number, isEnd: boolean): string {
  if (isEnd) return ' style="text-align:end"'
  if (columns === 1 && random.chance(0.15)) return ' style="text-align:center"'
  return ''
}

function columnsOf(count: number, random: SampleRandom): string {
  return Array.from({ length: count }, () => `minmax(min-content,${random.int(70, 150)}fr)`).join(
    ' ',
  )
}

function headBlock(sheet: PrintSheet, letter: string, isWide: boolean, telling: Telling): Html {
  const { random, content } = sheet
  if (telling.skips.has(letter)) return ''
  switch (letter) {
    case 'B':
      return brandBlock(sheet, false)
    case 'N':
      return brandBlock(sheet, true)
    case 'T':
      // Where the title says the number, facts that follow needn't
      return titleBlock(sheet, telling.facts === null ? telling.told : new Set())
    case 'A':
      return sumBlock(sheet)
    case 'C':
      return linesOf(contactLines(sheet, content.seller))
    case 'S':
      return party(sheet, 'seller', telling.sellerVat, telling)
    case 'U':
      return party(sheet, 'buyer', random.chance(0.4), telling)
    case 'W':
      return content.buyer === null
        ? senderLine(sheet)
        : `${senderLine(sheet)}${partyBlock(sheet, 'buyer', content.buyer, { heading: false, contact: false, vat: random.chance(0.15) })}`
    case 'H':
      return party(sheet, 'shipTo', false, telling)
    case 'F':
    case 'G':
      return factsBlock(sheet, nextFacts(sheet, letter, telling), isWide)
    default:
      return ''
  }
}

function party(
  sheet: PrintSheet,
  part: Part,
  vat: boolean,
  { buyerFirst, headless }: Telling,
): Html {
  const { random, content } = sheet
  const firm = content[part]
  if (firm === null) return ''
  return partyBlock(sheet, part, firm, {
    vat,
    heading:
      part === 'shipTo' || (!headless && random.chance(headingShare[part][buyerFirst ? 1 : 0])),
    contact: random.chance(part === 'seller' ? 0.5 : 0.15),
  })
}

// Whoever sends an invoice comes first, or a heading says who is who; but not always (headless)
const headingShare = { seller: [0.4, 0.8], buyer: [0.8, 0.97] } as const

/** All facts, or the first half and then the rest. */
function nextFacts(sheet: PrintSheet, letter: string, telling: Telling): PrintFact[] {
  telling.facts ??= factsOf(sheet, telling.told, telling)
  if (!telling.halves) return telling.facts.splice(0)
  const half = Math.ceil(telling.facts.length / 2)
  return letter === 'G' ? telling.facts.splice(0) : telling.facts.splice(0, half)
}

function footLetter(sheet: PrintSheet, letter: string, isWide: boolean): Html {
  switch (letter) {
    case 'Z':
      return totalsBlock(sheet, isWide)
    case 'P':
      return paymentBlock(sheet)
    case 'X':
      return notesBlock(sheet)
    default:
      return ''
  }
}
