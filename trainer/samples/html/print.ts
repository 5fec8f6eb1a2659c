/**
 * Documents printed by Chromium and read back: HTML to PDF, words by the reader of every PDF, and
 * the places of the marked values by the links around them.
 */

import { PDFArray, PDFDict, PDFDocument, PDFName, PDFNumber, PDFString } from 'pdf-lib'
import { openPdf } from '../../../connectors/pdf/pdf.ts'
import type { Print, Word } from '../../../processors/document/words.ts'
import type { Composed } from './compose.ts'
import { commonCss } from './look.ts'
import { scheme } from './sheet.ts'

/** A page of a browser, as far as it prints. */
export interface Printer {
  readonly setContent: (html: string) => Promise<void>
  readonly pdf: (options: { preferCSSPageSize: true; printBackground: true }) => Promise<Buffer>
}

export interface Printed {
  readonly document: Composed
  readonly print: Print
  /** Of each mark the words. */
  readonly places: readonly (readonly number[])[]
}

/** Names of the fonts that a print of some HTML holds. */
export async function fontsOfHtml(printer: Printer, html: string): Promise<ReadonlySet<string>> {
  await printer.setContent(`<!doctype html><meta charset=utf-8>${html}`)
  const bytes = await printer.pdf({ preferCSSPageSize: true, printBackground: true })
  const document = await PDFDocument.load(bytes, { updateMetadata: false })
  const names = document.context
    .enumerateIndirectObjects()
    .map(([, object]) =>
      object instanceof PDFDict ? object.lookupMaybe(PDFName.of('FontName'), PDFName) : undefined,
    )
  return new Set(names.flatMap((name) => (name === undefined ? [] : [name.asString()])))
}

interface Link {
  readonly document: number
  readonly mark: number
  readonly page: number // of the batch, from 0
  readonly box: readonly [number, number, number, number] // points from the upper left
}

const limits = { maxPages: 1000, maxPixels: 1e8, maxObjects: 10_000_000 }

/** Prints documents together, each from a page of its own on. */
export async function printed(
  printer: Printer,
  documents: readonly Composed[],
): Promise<Printed[]> {
  const css = documents.map((one) => one.css).join('\n')
  const html = documents.map((one) => one.html).join('\n')
  await printer.setContent(
    `<!doctype html><meta charset=utf-8><style>${commonCss}${css}</style>${html}`,
  )
  const bytes = await printer.pdf({ preferCSSPageSize: true, printBackground: true })
  const links = await linksOf(bytes)
  const pdf = await openPdf(bytes, limits)
  try {
    const starts = startsOf(links, documents.length)
    return documents.map((document, at) => {
      const first = starts[at] ?? 0
      const pages = Array.from({ length: (starts[at + 1] ?? pdf.pageCount) - first }, (_, k) =>
        pdf.page(first + k + 1),
      )
      const words: Word[] = pages.flatMap((page, k) =>
        page.words.map((word) => ({ ...word, page: k + 1 })),
      )
      const print: Print = {
        pages: pages.map(({ width, height }, k) => ({
          number: k + 1,
          width,
          height,
          unit: 'pt',
          source: 'given',
        })),
        words: words.map((word, line) => ({ ...word, line })),
      }
      const own = links.filter((link) => link.document === at)
      return {
        document,
        print,
        places: document.marks.map((_, number) =>
          placeOf(
            words,
            own.filter((link) => link.mark === number),
            first,
          ),
        ),
      }
    })
  } finally {
    pdf.close()
  }
}

/** The page on which each document begins: that of its first link. */
function startsOf(links: readonly Link[], count: number): number[] {
  const starts = new Array<number>(count).fill(Number.POSITIVE_INFINITY)
  for (const { document, page } of links)
    starts[document] = Math.min(starts[document] as number, page)
  return starts
}

/** The words that lie in the links' rectangles mostly, or hold them. */
function placeOf(words: readonly Word[], links: readonly Link[], first: number): number[] {
  return words.flatMap((word, index) =>
    links.some((link) => link.page - first === word.page - 1 && shareIn(word, link) > 0.5)
      ? [index]
      : [],
  )
}

function shareIn({ box }: Word, link: Link): number {
  const [x0, y0, x1, y1] = [box[0] / 10, box[1] / 10, box[2] / 10, box[3] / 10]
  const wide = Math.min(x1, link.box[2]) - Math.max(x0, link.box[0])
  const middle = (y0 + y1) / 2
  if (wide <= 0 || middle < link.box[1] || middle > link.box[3]) return 0
  // A word may hold more than the value, as in €12
  return wide / Math.max(0.1, Math.min(x1 - x0, link.box[2] - link.box[0]))
}

async function linksOf(bytes: Buffer): Promise<Link[]> {
  const document = await PDFDocument.load(bytes, { updateMetadata: false })
  return document.getPages().flatMap((page, at) => {
    const height = page.getHeight()
    const annotations = page.node.Annots()
    return Array.from({ length: annotations?.size() ?? 0 }, (_, k) =>
      linkOf(annotations?.lookup(k, PDFDict), at, height),
    ).filter((link) => link !== null)
  })
}

function linkOf(annotation: PDFDict | undefined, page: number, height: number): Link | null {
  const action = annotation?.lookupMaybe(PDFName.of('A'), PDFDict)
  const url = action?.lookupMaybe(PDFName.of('URI'), PDFString)?.asString() ?? ''
  const found = /\/(\d+)\/(\d+)$/.exec(url)
  const rectangle = annotation?.lookupMaybe(PDFName.of('Rect'), PDFArray)
  if (!url.startsWith(scheme) || found === null || rectangle === undefined) return null
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = rectangle
    .asArray()
    .map((edge) => (edge instanceof PDFNumber ? edge.asNumber() : 0))
  return {
    page,
    document: Number(found[1]),
    mark: Number(found[2]),
    box: [x0, height - y1, x1, height - y0],
  }
}
