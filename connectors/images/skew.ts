/**
 * Detects the direction of a page's lines from its pixels: for an engine that needs upright pages
 * and read this one badly.
 *
 * Projections of ink along lines of print rise and fall sharply, and only along them (Postl,
 * Detection of linear oblique structures and skew scan in digitized documents, ICPR 1986). So
 * projections are computed at many angles, by rows and by columns, and the sharpest wins. They
 * can't tell up from down; the engine does.
 */

export interface Skew {
  readonly sideways: boolean // whether the lines run vertically
  readonly slant: number // degrees clockwise from the nearest axis
}

interface Gray {
  readonly data: Uint8Array // one byte a pixel, by rows
  readonly width: number
  readonly height: number
}

const mostSlant = 15 // degrees
const coarse = 1 // degrees
const fine = 0.2

/** Meant for an image of some 800 pixels: the time is proportional to its area. */
export function skewOf(image: Gray): Skew {
  const ink = inkOf(image)
  const across = bestAngle(ink)
  const along = bestAngle({ xs: ink.ys, ys: ink.xs })
  // A clockwise slant becomes counterclockwise when rows and columns are swapped
  return along.sharpness > across.sharpness
    ? { sideways: true, slant: -along.angle }
    : { sideways: false, slant: across.angle }
}

interface Ink {
  readonly xs: readonly number[]
  readonly ys: readonly number[]
}

/**
 * Where a pixel is much darker than the surroundings of its right or lower neighbour: strokes, not
 * shadows.
 */
function inkOf({ data, width, height }: Gray): Ink {
  const reach = 6 // pixels
  const darker = 40
  const xs: number[] = []
  const ys: number[] = []
  for (let y = reach; y < height - reach; y++) {
    for (let x = reach; x < width - reach; x++) {
      const at = y * width + x
      const own = (data[at] as number) + darker
      const around = Math.max(
        Math.min(data[at - reach] as number, data[at + reach] as number),
        Math.min(data[at - reach * width] as number, data[at + reach * width] as number),
      )
      if (own >= around) continue
      xs.push(x)
      ys.push(y)
    }
  }
  return { xs, ys }
}

function bestAngle(ink: Ink): { readonly angle: number; readonly sharpness: number } {
  const best = (angles: readonly number[]): { angle: number; sharpness: number } =>
    angles
      .map((angle) => ({ angle, sharpness: sharpnessAt(ink, angle) }))
      .reduce((a, b) => (b.sharpness > a.sharpness ? b : a))
  const steps = (from: number, to: number, step: number): number[] =>
    Array.from({ length: Math.round((to - from) / step) + 1 }, (_, k) => from + k * step)
  const { angle } = best(steps(-mostSlant, mostSlant, coarse))
  return best(steps(angle - coarse, angle + coarse, fine))
}

/** The sum of squared differences of neighbouring projections, one for each line at the angle. */
function sharpnessAt({ xs, ys }: Ink, angle: number): number {
  const drift = Math.tan((angle * Math.PI) / 180)
  const sums = new Map<number, number>()
  let [lowest, highest] = [Infinity, -Infinity]
  for (let i = 0; i < xs.length; i++) {
    const row = Math.round((ys[i] as number) - (xs[i] as number) * drift)
    sums.set(row, (sums.get(row) ?? 0) + 1)
    lowest = Math.min(lowest, row)
    highest = Math.max(highest, row)
  }
  let sharpness = 0
  for (let row = lowest; row <= highest + 1; row++)
    sharpness += ((sums.get(row) ?? 0) - (sums.get(row - 1) ?? 0)) ** 2
  return sharpness
}
