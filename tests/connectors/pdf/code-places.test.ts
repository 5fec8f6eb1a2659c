/** QR codes on pages with text: where they may be, and that they are found there alone. */

import { codePlaces } from '../../../connectors/pdf/code-places.ts'
import type { Drawing } from '../../../connectors/pdf/drawings.ts'
import type { Extent } from '../../../connectors/pdf/glyph.ts'
import { openPdf, type Pdf } from '../../../connectors/pdf/pdf.ts'
import { readCodes } from '../../../connectors/images/qr-codes.ts'
import { paperWith, ways } from '../../drawn-codes.ts'
import { giroCode } from '../../papers.ts'

const limits = { maxPages: 1, maxPixels: 30_000_000, maxObjects: 1_000_000 }
const page = { width: 595, height: 842 }
const area = ([x0, y0, x1, y1]: Extent): number => (x1 - x0) * (y1 - y0)

async function withPdf<T>(bytes: Buffer, use: (pdf: Pdf) => Promise<T>): Promise<T> {
  const pdf = await openPdf(bytes, limits)
  try {
    return await use(pdf)
  } finally {
    pdf.close()
  }
}

/** Codes found at the places of a page, and the share of the page that was painted for it. */
const found = (bytes: Buffer): Promise<{ codes: string[]; share: number }> =>
  withPdf(bytes, async (pdf) => {
    const { codePlaces: places, width, height, textUsable } = pdf.page(1)
    expect(textUsable).toBe(true)
    const codes = new Set<string>()
    for (const box of places)
      for (const code of await readCodes(pdf.paint(1, { dpi: 200, gray: true, box })))
        codes.add(code)
    const painted = places.reduce((sum, box) => sum + area(box), 0)
    return { codes: [...codes], share: painted / (width * height) }
  })

describe.each(Object.keys(ways))('a code that is drawn as %s', (way) => {
  test.each([
    ['on an upright page', { x: 250, y: 180, side: 90 }, {}],
    ['at a corner of a page', { x: 505, y: 5, side: 80 }, {}],
    ['on a page that lies on its side', { x: 250, y: 180, side: 90 }, { rotate: 90 }],
    [
      'on a page upside down, part of it cut off',
      { x: 250, y: 180, side: 90 },
      { rotate: 180, crop: [40, 30] },
    ],
    ['large', { x: 250, y: 120, side: 200 }, {}],
  ] as const)('%s is found, and little else is painted', async (_, spot, sheet) => {
    const { codes, share } = await found(await paperWith([{ way, text: giroCode, spot }], sheet))
    expect(codes).toEqual([giroCode])
    const height = way === 'a picture with a caption' ? 1.8 * spot.side : spot.side
    expect(share).toBeLessThan((1.6 * (spot.side + 32) * (height + 32)) / area([0, 0, 595, 842]))
  })
})

test('two codes on one page are found at two places, and overlapping places are one', async () => {
  const other = giroCode.replace('119.00', '7.50')
  const bytes = await paperWith([
    { way: 'a picture', text: giroCode, spot: { x: 60, y: 100, side: 85 } },
    { way: 'a box for each dark run', text: other, spot: { x: 400, y: 60, side: 100 } },
  ])
  const { codes } = await found(bytes)
  expect(codes.sort()).toEqual([giroCode, other].sort())
})

test('what is painted of a box are the pixels of the page', async () => {
  const bytes = await paperWith([
    { way: 'one path', text: giroCode, spot: { x: 61, y: 101, side: 85 } },
  ])
  await withPdf(bytes, async (pdf) => {
    const dpi = 144
    const whole = pdf.paint(1, { dpi, gray: true })
    const box = pdf.paint(1, { dpi, gray: true, box: [50, 640, 160, 750] })
    expect([box.width, box.height]).toEqual([220, 220])
    const rows = Array.from({ length: box.height }, (_, y) =>
      whole.data.subarray((1280 + y) * whole.width + 100, (1280 + y) * whole.width + 320),
    )
    expect(Buffer.concat(rows).equals(box.data)).toBe(true)
    expect(box.data.some((gray) => gray < 50)).toBe(true)
  })
})

describe('no place is', () => {
  const at = (x: number, y: number, width: number, height: number): Extent => [
    x,
    y,
    x + width,
    y + height,
  ]
  const shape = (extent: Extent, segments: number | null): Drawing => ({ extent, segments })
  test.each<[string, readonly Drawing[]]>([
    ['on an empty page', []],
    ['a wide logo', [shape(at(30, 30, 180, 40), null)]],
    ['a picture of the size of the page', [shape(at(0, 0, 595, 842), null)]],
    ['an icon', [shape(at(30, 30, 9, 9), null)]],
    ['a simple square', [shape(at(30, 30, 90, 90), 5)]],
    [
      'a table of dotted rules',
      Array.from({ length: 20 }, (_row, row) =>
        Array.from({ length: 200 }, (_dot, dot) =>
          shape(at(40 + 2.5 * dot, 200 + 20 * row, 1, 1), 5),
        ),
      ).flat(),
    ],
    [
      'a table of boxed cells',
      Array.from({ length: 120 }, (_, i) =>
        shape(at(40 + 90 * (i % 6), 200 + 20 * Math.floor(i / 6), 90, 20), 5),
      ),
    ],
  ])('%s', (_, drawn) => {
    expect(codePlaces(drawn, [], page)).toEqual([])
  })
})

test('a page that mentions a code, and draws nothing that may be one, is searched whole', () => {
  const word = {
    page: 1,
    text: 'QR-Code',
    line: 0,
    box: [100, 100, 300, 120],
    confidence: 100,
  } as const
  expect(codePlaces([], [word], page)).toEqual([[0, 0, 595, 842]])
  expect(codePlaces([], [{ ...word, text: 'Barcode' }], page)).toEqual([])
})

test('a hostile number of places is one page', () => {
  const drawn = Array.from({ length: 20_000 }, (_, i) => ({
    extent: [
      (i * 37) % 560,
      (i * 101) % 800,
      ((i * 37) % 560) + 14,
      ((i * 101) % 800) + 14,
    ] as const,
    segments: null,
  }))
  const began = performance.now()
  expect(codePlaces(drawn, [], page)).toEqual([[0, 0, 595, 842]])
  expect(performance.now() - began).toBeLessThan(2000)
})

test.each([
  [Number.NaN, 0, 5, 5],
  [-1e9, -1e9, 1e9, 1e9],
  [700, 900, 800, 1000],
] as const)('a drawing at %p, %p, %p, %p does no harm', (...extent) => {
  for (const segments of [null, 5, 1000])
    for (const box of codePlaces([{ extent, segments }], [], page))
      expect(box.every((side) => side >= 0 && side <= 842)).toBe(true)
})
