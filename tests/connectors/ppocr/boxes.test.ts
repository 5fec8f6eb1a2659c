/** Rectangles from maps painted here, whose text is known exactly. */

import fc from 'fast-check'
import {
  rectanglesOf,
  type ProbabilityMap,
  type SlantedBox,
} from '../../../connectors/ppocr/boxes.ts'
import { readingRows } from '../../../connectors/ppocr/rows.ts'

interface Bar {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  readonly degrees?: number
  readonly probability?: number
}

/** Bars by centre and size on an empty map. */
function mapOf(bars: readonly Bar[], width = 320, height = 224): ProbabilityMap {
  const data = new Float32Array(width * height)
  for (const { x, y, degrees = 0, probability = 0.9, ...size } of bars) {
    const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
    for (let py = 0; py < height; py++) {
      for (let px = 0; px < width; px++) {
        const [dx, dy] = [px + 0.5 - x, py + 0.5 - y]
        if (
          Math.abs(dx * cos + dy * sin) <= size.width / 2 &&
          Math.abs(dy * cos - dx * sin) <= size.height / 2
        )
          data[py * width + px] = probability
      }
    }
  }
  return { data, width, height }
}

const grown = (width: number, height: number): [number, number] => {
  const by = (1.6 * width * height) / (2 * (width + height))
  return [width + 2 * by, height + 2 * by]
}

describe('rectangles of text', () => {
  test.each([
    ['level', 0],
    ['slanting down', 8],
    ['slanting up', -20],
  ])('stand where the text stands, grown by what the training shrank: %s', (_, degrees) => {
    const [found, ...others] = rectanglesOf(
      mapOf([{ x: 160, y: 100, width: 120, height: 12, degrees }]),
    )
    const [width, height] = grown(120, 12)
    expect(others).toEqual([])
    expect(Math.hypot(found!.x - 160, found!.y - 100)).toBeLessThan(1.5)
    expect(Math.abs((found!.angle * 180) / Math.PI - degrees)).toBeLessThan(2)
    expect(Math.abs(found!.width - width)).toBeLessThan(5)
    expect(Math.abs(found!.height - height)).toBeLessThan(6)
  })

  test.each([
    ['nothing', []],
    ['specks of two pixels', [{ x: 50, y: 50, width: 2, height: 2 }]],
    ['what is faint all over', [{ x: 100, y: 100, width: 90, height: 12, probability: 0.45 }]],
    ['what is under the threshold', [{ x: 100, y: 100, width: 90, height: 12, probability: 0.29 }]],
  ])('are not made of %s', (_, bars) => expect(rectanglesOf(mapOf(bars))).toEqual([]))

  test('are separate where a gap separates them, and one where pixels touch at a corner', () => {
    expect(
      rectanglesOf(
        mapOf([
          { x: 60, y: 50, width: 80, height: 10 },
          { x: 160, y: 50, width: 80, height: 10 },
        ]),
      ),
    ).toHaveLength(2)
    expect(
      rectanglesOf(
        mapOf([
          { x: 60, y: 50, width: 80, height: 10, probability: 1 },
          { x: 120, y: 57, width: 40, height: 4, probability: 1 },
        ]),
      ),
    ).toHaveLength(1)
  })

  test('are few, however many specks a page has', () => {
    const data = new Float32Array(1024 * 1024)
    for (let y = 0; y < 1024; y += 8)
      for (let x = 0; x < 1024; x += 8)
        for (let i = 0; i < 16; i++) data[(y + (i >> 2)) * 1024 + x + (i & 3)] = 0.9
    expect(rectanglesOf({ data, width: 1024, height: 1024 })).toHaveLength(3000)
  })

  test('are finite for any map', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 256, maxLength: 256 }),
        (values) =>
          rectanglesOf({ data: Float32Array.from(values), width: 16, height: 16 }).every(
            (found) =>
              Object.values(found).every(Number.isFinite) &&
              found.width > 0 &&
              found.height > 0 &&
              Math.abs(found.angle) <= Math.PI / 4 + 1e-9,
          ),
      ),
    )
  })
})

describe('rows', () => {
  const piece = (
    name: string,
    x: number,
    y: number,
    { width = 100, height = 20, angle = 0 } = {},
  ): SlantedBox & { name: string } => ({ name, x, y, width, height, angle })
  const named = (pieces: readonly (SlantedBox & { name: string })[]): string[] =>
    readingRows(pieces).map((row) => row.map(({ name }) => name).join(' '))

  test('run from top to bottom and from left to right', () => {
    expect(
      named([
        piece('total', 60, 100),
        piece('12.40', 300, 103),
        piece('shop', 150, 20),
        piece('tax', 60, 130),
        piece('0.40', 300, 127),
      ]),
    ).toEqual(['shop', 'total 12.40', 'tax 0.40'])
  })

  test('stay together on a page that slants by more than their distance', () => {
    const angle = 0.1 // 600 pixels to the right are 60 further down
    const at = (name: string, along: number, across: number): SlantedBox & { name: string } =>
      piece(
        name,
        along * Math.cos(angle) - across * Math.sin(angle),
        along * Math.sin(angle) + across * Math.cos(angle),
        { angle },
      )
    expect(
      named([
        at('a', 0, 0),
        at('b', 600, 0),
        at('c', 0, 30),
        at('d', 600, 30),
        at('e', 0, 60),
        at('f', 600, 60),
      ]),
    ).toEqual(['a b', 'c d', 'e f'])
  })

  test('do not put on one row what stands above each other', () => {
    expect(
      named([piece('above', 100, 50, { height: 30 }), piece('below', 100, 60, { height: 30 })]),
    ).toEqual(['above', 'below'])
  })

  test('hold each piece exactly once', () => {
    const pieces = fc.array(
      fc.record({
        x: fc.integer({ min: 0, max: 500 }),
        y: fc.integer({ min: 0, max: 500 }),
        width: fc.integer({ min: 3, max: 300 }),
        height: fc.integer({ min: 3, max: 60 }),
        angle: fc.double({ min: -0.7, max: 0.7, noNaN: true }),
      }),
    )
    fc.assert(
      fc.property(
        pieces,
        (list) =>
          new Set(readingRows(list).flat()).size === list.length &&
          readingRows(list).flat().length === list.length,
      ),
    )
  })
})

describe('rows of a sheet that was photographed at an angle', () => {
  /** Twenty rows of four pieces, all of whose lines meet in a point `far` to the left of the page. */
  const photographed = (far: number): (SlantedBox & { readonly row: number })[] =>
    Array.from({ length: 80 }, (_, k) => {
      const [row, column] = [Math.floor(k / 4), k % 4]
      const slope = (60 + 50 * row - 500) / far
      const x = 120 + 260 * column
      return { x, y: 500 + slope * (far + x), width: 150, height: 24, angle: Math.atan(slope), row }
    })
  const rowsOf = (far: number): number[][] =>
    readingRows(photographed(far)).map((pieces) => pieces.map(({ row }) => row))
  const whole = Array.from({ length: 20 }, (_, row) => [row, row, row, row])

  test.each([2_500, 5_000, -4_000, 1e9])('are whole where its lines meet %d pixels away', (far) =>
    expect(rowsOf(far)).toEqual(whole),
  )
})
