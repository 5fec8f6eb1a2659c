/**
 * Rows of a sheet that was photographed at an angle. Its lines of print are parallel, so in the
 * picture they meet in one point (the vanishing point; Clark and Mirmehdi, Rectifying perspective
 * views of text in 3D scenes using vanishing points, Pattern Recognition 2003): their slope changes
 * in proportion to their height. That line is fitted to the slopes of the pieces, and tells of every
 * piece where its row crosses the middle of the page.
 */

import type { SlantedBox } from './boxes.ts'

const slender = 3 // width by height: a shorter piece doesn't show the slope of its line
const leastPieces = 8 // fewer slopes say little about how they change
const leastChange = 0.005 // of the slope from top to bottom: below this, it is no perspective
const mostDeviation = 0.03 // of a slope from its line: about two degrees

/** Where a piece's row is: `across` is the same for all pieces of a row. */
export interface RowPlace {
  readonly along: number
  readonly across: number
}

/** For pieces of one page. */
export function rowPlaces(pieces: readonly SlantedBox[]): (piece: SlantedBox) => RowPlace {
  const long = pieces.filter(({ width, height }) => width > slender * height)
  const angles = long.map(({ angle }) => angle).sort((a, b) => a - b)
  const slant = angles[angles.length >> 1] ?? 0
  const [cos, sin] = [Math.cos(slant), Math.sin(slant)]
  const turned = ({ x, y }: SlantedBox): RowPlace => ({
    along: x * cos + y * sin,
    across: y * cos - x * sin,
  })
  const slopes = long.map((piece) => ({
    ...turned(piece),
    slope: Math.tan(piece.angle - slant),
    weight: piece.width,
  }))
  const { start, change } = changeOf(slopes)
  const heights = slopes.map(({ across }) => across)
  if (Math.abs(change) * (Math.max(...heights) - Math.min(...heights)) < leastChange) return turned
  const middle = meanOf(slopes, ({ along }) => along)
  return (piece) => {
    const { along, across } = turned(piece)
    const beyond = along - middle
    return { along, across: (across - start * beyond) / (1 + change * beyond) }
  }
}

interface Slope extends RowPlace {
  readonly slope: number
  readonly weight: number
}

/** The line of slopes over heights by weighted least squares, once more without what is far off. */
function changeOf(slopes: readonly Slope[]): { readonly start: number; readonly change: number } {
  const first = fit(slopes)
  const near = slopes.filter(
    ({ across, slope }) => Math.abs(slope - first.start - first.change * across) < mostDeviation,
  )
  return near.length < leastPieces ? { start: 0, change: 0 } : fit(near)
}

function fit(slopes: readonly Slope[]): { readonly start: number; readonly change: number } {
  const [height, slope] = [meanOf(slopes, (one) => one.across), meanOf(slopes, (one) => one.slope)]
  const spread = meanOf(slopes, ({ across }) => (across - height) ** 2)
  const shared = meanOf(slopes, (one) => (one.across - height) * (one.slope - slope))
  const change = spread === 0 ? 0 : shared / spread
  return { start: slope - change * height, change }
}

function meanOf(slopes: readonly Slope[], of: (slope: Slope) => number): number {
  const weight = slopes.reduce((sum, one) => sum + one.weight, 0)
  return weight === 0 ? 0 : slopes.reduce((sum, one) => sum + one.weight * of(one), 0) / weight
}
