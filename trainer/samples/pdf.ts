/**
 * A drawn sample as a PDF with pdf-lib's standard fonts: the same bytes for the same drawing, since
 * every date in the file is fixed. Boxes are below rules, rules below text, whatever was drawn
 * first. An e-invoice may be attached as in Factur-X (AFRelationship Alternative, factur-x.xml).
 */

import { AFRelationship, PDFDocument, rgb, type PDFFont } from 'pdf-lib'
import { fontOf, type Canvas, type Color } from './canvas.ts'

const made = new Date('2020-01-01T00:00:00Z')

export async function pdfOf(canvas: Canvas, xml: string | null = null): Promise<Buffer> {
  const document = await PDFDocument.create({ updateMetadata: false })
  document.setCreationDate(made)
  document.setModificationDate(made)
  document.setProducer('Errata samples')
  const pages = Array.from({ length: canvas.pageCount() }, () =>
    document.addPage([canvas.width, canvas.height]),
  )
  const fonts = new Map<string, PDFFont>()
  const colored = (color: Color): ReturnType<typeof rgb> => rgb(...color)
  const up = (y: number): number => canvas.height - y
  for (const kind of ['box', 'rule', 'text'] as const) {
    for (const drawing of canvas.drawings) {
      if (drawing.kind !== kind) continue
      const page = pages[drawing.page - 1]
      if (page === undefined) continue
      if (drawing.kind === 'box') {
        const { x, y, width, height, fill, stroke } = drawing
        page.drawRectangle({
          x,
          y: up(y + height),
          width,
          height,
          ...(fill === null ? {} : { color: colored(fill) }),
          ...(stroke === null ? {} : { borderColor: colored(stroke), borderWidth: 0.7 }),
        })
      } else if (drawing.kind === 'rule')
        page.drawLine({
          start: { x: drawing.x0, y: up(drawing.y0) },
          end: { x: drawing.x1, y: up(drawing.y1) },
          thickness: drawing.thickness,
          color: colored(drawing.color),
        })
      else {
        const name = fontOf(drawing.face)
        let font = fonts.get(name)
        if (font === undefined) fonts.set(name, (font = await document.embedFont(name)))
        page.drawText(drawing.text, {
          x: drawing.x,
          y: up(drawing.baseline),
          size: drawing.face.size,
          font,
          color: colored(drawing.color),
        })
      }
    }
  }
  if (xml !== null) {
    await document.attach(Buffer.from(xml, 'utf8'), 'factur-x.xml', {
      mimeType: 'text/xml',
      description: 'Factur-X invoice',
      creationDate: made,
      modificationDate: made,
      afRelationship: AFRelationship.Alternative,
    })
  }
  return Buffer.from(
    await document.save({ useObjectStreams: false, updateFieldAppearances: false }),
  )
}
