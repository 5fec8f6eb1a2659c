/**
 * Where on a page a QR code may be, so that only these places are painted and searched: painting
 * and searching whole pages costs as much as reading their text.
 *
 * A page is likely to hold a code if it mentions one, or draws a square picture, a square path of
 * many segments, or many little boxes. On such a page everything that a code can be made of is a
 * place, whatever its proportions: pictures, paths of many segments, small shapes close together,
 * text in a font of squares. So a logo is a place too, but a small one, and a scan or a background
 * is one of the size of the page. Where a page mentions a code and has no place, it is searched
 * whole. On any other page only pictures are places, if they have a code's size and about its shape:
 * a code may come with a frame or a caption in one picture.
 */

import type { Word } from '../../processors/document/words.ts'
import type { Drawing } from './drawings.ts'
import type { Extent } from './glyph.ts'

export interface PageSize {
  readonly width: number // points
  readonly height: number
}

const least = 12 // points: of a smaller code no module is two pixels wide
const most = 400 // points, of a drawing that is a code
const leastSegments = 150 // the smallest payment code has more than 40 dark runs of four sides
const margin = 0.12 // of a place's longer side: the quiet zone, four modules of 33
const leastMargin = 8 // points
const mostPlaces = 24 // more cost as much as the page
const mostShare = 0.7 // of the page

/** Boxes as displayed, in points, that don't overlap; none where no code can be. */
export function codePlaces(
  drawn: readonly Drawing[],
  words: readonly Word[],
  page: PageSize,
): readonly Extent[] {
  const whole: Extent = [0, 0, page.width, page.height]
  const solid = drawn.filter(isSolid)
  const isMentioned = words.some(({ text }) => text.length <= 20 && mentions.test(text))
  const places =
    isMentioned || isLikely(drawn)
      ? [...solid.map(({ extent }) => extent), ...clustersOf(drawn, page), ...stacksOf(words)]
      : solid.filter(isFramed).map(({ extent }) => extent)
  const joined = disjoint(places.map((extent) => grown(extent, page)))
  if (joined.length === 0) return isMentioned ? [whole] : []
  const area = joined.reduce((sum, extent) => sum + areaOf(extent), 0)
  return joined.length > mostPlaces || area > mostShare * areaOf(whole) ? [whole] : joined
}

const mentions =
  /^(?:zahlteil|girocode|giro-code|qr-code|qr|epc-qr|scan|scannen|scanner|scannez|einscannen|bezahlcode|qr-rechnung|empfangsschein|récépissé|ricevuta)[:.,!]?$/iu

/** A picture, or a path of many segments, that may contain a code. */
const isSolid = ({ extent, segments }: Drawing): boolean =>
  shorter(extent) >= least && (segments === null || segments >= leastSegments)

const isFramed = ({ extent, segments }: Drawing): boolean =>
  segments === null && longer(extent) <= most && longer(extent) <= 2 * shorter(extent)

const isSquare = ({ extent }: Drawing): boolean =>
  longer(extent) <= most && longer(extent) - shorter(extent) < 0.12 * longer(extent)

/** Whether a page draws a square picture or path that is solid, or many little boxes. */
function isLikely(drawn: readonly Drawing[]): boolean {
  const boxes = 80
  let little = 0
  return drawn.some(
    (drawing) => (isSolid(drawing) && isSquare(drawing)) || (isBox(drawing) && ++little >= boxes),
  )
}

const isBox = ({ extent, segments }: Drawing): boolean =>
  segments !== null && segments <= 6 && shorter(extent) >= thinnest && longer(extent) <= longestBox

const cellPoints = 8
const mostCells = 500 // along the longer side of a page
const darkest = 0.1 // share of a cell that shapes cover from which it may belong to a code
const reach = 2 // cells between parts of one code: a code has light places
const thinnest = 0.3 // points: thinner shapes are rules
const longestBox = 60 // points: longer boxes are rules and backgrounds of table cells

interface Grid {
  readonly size: number // points of a cell's side
  readonly columns: number
  readonly rows: number
}

/**
 * Where small shapes lie close together, by the share of a coarse grid's cells that they cover: the
 * dots of a dotted rule cover a few percent, the modules of a code half.
 */
function clustersOf(drawn: readonly Drawing[], page: PageSize): Extent[] {
  const shapes = drawn.filter(isShape)
  if (shapes.length === 0) return []
  const size = Math.max(cellPoints, Math.max(page.width, page.height) / mostCells)
  const grid = {
    size,
    columns: Math.max(1, Math.ceil(page.width / size)),
    rows: Math.max(1, Math.ceil(page.height / size)),
  }
  const covered = new Float32Array(grid.columns * grid.rows)
  const segments = new Float32Array(grid.columns * grid.rows)
  for (const shape of shapes) cover(covered, segments, shape, grid)
  const found: Extent[] = []
  const seen = new Uint8Array(covered.length)
  for (let start = 0; start < covered.length; start++) {
    if (seen[start] === 1 || !isDark(covered, start, grid)) continue
    const cluster = clusterFrom(start, covered, segments, seen, grid)
    if (cluster.segments >= leastSegments && shorter(cluster.extent) >= least)
      found.push(cluster.extent)
  }
  return found
}

/** A box, a path of some segments (a row of a code), or a strip of a picture. */
function isShape(drawing: Drawing): boolean {
  const { extent, segments } = drawing
  if (segments === null) return longer(extent) <= most && shorter(extent) < least
  if (segments <= 6 || segments >= leastSegments) return isBox(drawing)
  return shorter(extent) >= thinnest && longer(extent) <= most
}

/** Adds a shape's area to the cells that it covers, and its segments to the one at its centre. */
function cover(
  covered: Float32Array,
  segments: Float32Array,
  { extent: [x0, y0, x1, y1], segments: count }: Drawing,
  { size, columns, rows }: Grid,
): void {
  const column = (x: number): number => Math.min(columns - 1, Math.max(0, Math.floor(x / size)))
  const row = (y: number): number => Math.min(rows - 1, Math.max(0, Math.floor(y / size)))
  for (let r = row(y0); r <= row(y1); r++)
    for (let c = column(x0); c <= column(x1); c++) {
      const across = Math.min(x1, (c + 1) * size) - Math.max(x0, c * size)
      const down = Math.min(y1, (r + 1) * size) - Math.max(y0, r * size)
      if (across > 0 && down > 0)
        covered[r * columns + c] = (covered[r * columns + c] ?? 0) + across * down
    }
  const centre = row((y0 + y1) / 2) * columns + column((x0 + x1) / 2)
  segments[centre] = (segments[centre] ?? 0) + (count ?? leastSegments)
}

const isDark = (covered: Float32Array, at: number, { size }: Grid): boolean =>
  (covered[at] ?? 0) >= darkest * size * size

/** The dark cells within reach of one another, with a cell around for parts that cover less. */
function clusterFrom(
  start: number,
  covered: Float32Array,
  segments: Float32Array,
  seen: Uint8Array,
  grid: Grid,
): { readonly extent: Extent; readonly segments: number } {
  const { size, columns, rows } = grid
  let [left, top, right, bottom, sum] = [columns, rows, 0, 0, 0]
  const waiting = [start]
  seen[start] = 1
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const [c, r] = [at % columns, Math.floor(at / columns)]
    left = Math.min(left, c)
    right = Math.max(right, c)
    top = Math.min(top, r)
    bottom = Math.max(bottom, r)
    sum += segments[at] ?? 0
    for (let y = Math.max(0, r - reach); y <= Math.min(rows - 1, r + reach); y++)
      for (let x = Math.max(0, c - reach); x <= Math.min(columns - 1, c + reach); x++) {
        const next = y * columns + x
        if (seen[next] === 1 || !isDark(covered, next, grid)) continue
        seen[next] = 1
        waiting.push(next)
      }
  }
  return {
    extent: [(left - 1) * size, (top - 1) * size, (right + 2) * size, (bottom + 2) * size],
    segments: sum,
  }
}

const leastRows = 11 // of text: the smallest code has 21 rows, two of them in a character at best
const leastLetters = 10
const sameSide = 2 // points

/**
 * Text in a font of squares: words of many characters, exactly one below the other without a gap,
 * or beside the other on a page that lies on its side.
 */
function stacksOf(words: readonly Word[]): Extent[] {
  const long = words
    .filter(({ text }) => text.length >= leastLetters)
    .map(({ box }) => box.map((tenth) => tenth / 10) as unknown as Extent)
  return [...stacked(long), ...stacked(long.map(transposed)).map(transposed)]
}

const transposed = ([x0, y0, x1, y1]: Extent): Extent => [y0, x0, y1, x1]

function stacked(extents: readonly Extent[]): Extent[] {
  const stacks = new Map<string, Extent[]>()
  for (const extent of extents) {
    const key = `${Math.round(extent[0] / sameSide)} ${Math.round(extent[2] / sameSide)}`
    const stack = stacks.get(key)
    if (stack === undefined) stacks.set(key, [extent])
    else stack.push(extent)
  }
  return [...stacks.values()].flatMap((rows) => {
    const all = rows.reduce(union)
    const height = rows.reduce((sum, [, y0, , y1]) => sum + y1 - y0, 0)
    const isGapless = height >= 0.7 * (all[3] - all[1])
    return rows.length >= leastRows && isGapless && shorter(all) >= least ? [all] : []
  })
}

function grown(extent: Extent, page: PageSize): Extent {
  const by = Math.max(leastMargin, margin * longer(extent))
  return [
    Math.max(0, extent[0] - by),
    Math.max(0, extent[1] - by),
    Math.min(page.width, extent[2] + by),
    Math.min(page.height, extent[3] + by),
  ]
}

/** Overlapping boxes as one, until none overlap; those outside the page are left out. */
function disjoint(extents: readonly Extent[]): Extent[] {
  const apart: Extent[] = []
  for (const extent of extents) {
    if (extent[2] <= extent[0] || extent[3] <= extent[1]) continue
    let box = extent
    for (let at = 0; at < apart.length; at++) {
      const other = apart[at] as Extent
      if (!overlap(box, other)) continue
      box = union(box, other)
      apart.splice(at, 1)
      at = -1 // the larger box may overlap those that were passed
    }
    apart.push(box)
    if (apart.length > 4 * mostPlaces) return [extents.reduce(union)]
  }
  return apart
}

const overlap = (a: Extent, b: Extent): boolean =>
  a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]

const union = (a: Extent, b: Extent): Extent => [
  Math.min(a[0], b[0]),
  Math.min(a[1], b[1]),
  Math.max(a[2], b[2]),
  Math.max(a[3], b[3]),
]

const shorter = ([x0, y0, x1, y1]: Extent): number => Math.min(x1 - x0, y1 - y0)
const longer = ([x0, y0, x1, y1]: Extent): number => Math.max(x1 - x0, y1 - y0)
const areaOf = ([x0, y0, x1, y1]: Extent): number => (x1 - x0) * (y1 - y0)
