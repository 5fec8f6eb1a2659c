/**
 * From the detector's probability map to rectangles around pieces of text, and their direction.
 *
 * Post-processing of differentiable binarisation (Liao et al., Real-time Scene Text Detection with
 * Differentiable Binarization, AAAI 2020): threshold, connected components, the smallest rectangle
 * around each, its mean probability, and expansion by as much as training shrank it. Pure: the same
 * map gives the same rectangles in the same order.
 */

/**
 * A rotated rectangle. `width` is along the angle, which is that of the reading direction for
 * horizontal text.
 */
export interface SlantedBox {
  readonly x: number // of the centre, pixels
  readonly y: number
  readonly width: number
  readonly height: number
  readonly angle: number // radians, clockwise; from -45° to 45°
}

export interface ProbabilityMap {
  readonly data: Float32Array // 0 to 1, by rows
  readonly width: number
  readonly height: number
}

const threshold = 0.3
const leastScore = 0.5 // least mean probability of a rectangle
const growth = 1.6 // of area by perimeter: training shrinks text by about as much
const leastSide = 3 // pixels of the map
// an A4 page of small print has about 1,500 words, and a box holds several
const mostBoxes = 3000

/** The rectangles in pixels of the map, from top to bottom. At most 3000. */
export function rectanglesOf(map: ProbabilityMap): SlantedBox[] {
  const found: SlantedBox[] = []
  for (const points of components(map)) {
    const tight = smallestRectangle(hullOf(points))
    if (Math.min(tight.width, tight.height) < leastSide || scoreOf(map, tight) < leastScore)
      continue
    const by = (tight.width * tight.height * growth) / (2 * (tight.width + tight.height))
    found.push({ ...tight, width: tight.width + 2 * by, height: tight.height + 2 * by })
    if (found.length === mostBoxes) break
  }
  return found
}

const slender = 3 // width by height: a shorter piece doesn't show the slant of its line
const leastSlant = 0.2 // degrees: below this, rotating the page back gains nothing
const mostSlant = 30 // degrees: an apparent slant above this is no page of lines

/**
 * The direction of the lines: whether they run vertically, and their slant in degrees clockwise.
 * Longer lines count for more.
 */
export function pageLean(rectangles: readonly SlantedBox[]): {
  readonly sideways: boolean
  readonly slant: number
} {
  const across = rectangles.filter(({ width, height }) => width > slender * height)
  const along = rectangles.filter(({ width, height }) => height > slender * width)
  const length = (lines: readonly SlantedBox[]): number =>
    lines.reduce((sum, { width, height }) => sum + Math.max(width, height), 0)
  const sideways = length(along) > length(across)
  const lines = sideways ? along : across
  const sorted = [...lines].sort((a, b) => a.angle - b.angle)
  let passed = 0
  const middle = sorted.find(
    (line) => (passed += Math.max(line.width, line.height)) >= length(lines) / 2,
  )
  const slant = ((middle?.angle ?? 0) * 180) / Math.PI
  return {
    sideways,
    slant: Math.abs(slant) < leastSlant || Math.abs(slant) > mostSlant ? 0 : slant,
  }
}

/**
 * The outline of each component, as the corners of its leftmost and rightmost pixels in every row:
 * x, y, x, y…
 */
function components({ data, width, height }: ProbabilityMap): number[][] {
  const open = new Uint8Array(width * height)
  for (let i = 0; i < open.length; i++) {
    if ((data[i] as number) > threshold) open[i] = 1
  }
  const outlines: number[][] = []
  const stack: number[] = []
  for (let start = 0; start < open.length; start++) {
    if (open[start] !== 1) continue
    const rows = new Map<number, [number, number]>()
    open[start] = 0
    stack.push(start)
    while (stack.length > 0) {
      const at = stack.pop() as number
      const y = Math.floor(at / width)
      const x = at - y * width
      const extent = rows.get(y)
      if (extent === undefined) rows.set(y, [x, x])
      else if (x < extent[0]) extent[0] = x
      else if (x > extent[1]) extent[1] = x
      for (let ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
        for (let nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
          const next = ny * width + nx
          if (open[next] !== 1) continue
          open[next] = 0
          stack.push(next)
        }
      }
    }
    const points: number[] = []
    for (const [y, [from, to]] of rows) points.push(from, y, to + 1, y, from, y + 1, to + 1, y + 1)
    outlines.push(points)
  }
  return outlines
}

/** The convex hull by Andrew's monotone chain, as x, y, x, y… */
function hullOf(points: readonly number[]): number[] {
  const order: [number, number][] = []
  for (let i = 0; i < points.length; i += 2)
    order.push([points[i] as number, points[i + 1] as number])
  order.sort((a, b) => a[0] - b[0] || a[1] - b[1])
  const half = (list: readonly [number, number][]): [number, number][] => {
    const chain: [number, number][] = []
    for (const point of list) {
      while (
        chain.length > 1 &&
        turn(
          chain[chain.length - 2] as [number, number],
          chain[chain.length - 1] as [number, number],
          point,
        ) <= 0
      )
        chain.pop()
      chain.push(point)
    }
    chain.pop()
    return chain
  }
  return [...half(order), ...half([...order].reverse())].flat()
}

function turn(
  a: readonly [number, number],
  b: readonly [number, number],
  c: readonly [number, number],
): number {
  return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
}

/** One side of the smallest rectangle lies on an edge of the hull (Freeman and Shapira, 1975). */
function smallestRectangle(hull: readonly number[]): SlantedBox {
  let best: SlantedBox = { x: 0, y: 0, width: 0, height: 0, angle: 0 }
  let least = Number.POSITIVE_INFINITY
  for (let i = 0; i < hull.length; i += 2) {
    const next = (i + 2) % hull.length
    const direction = Math.atan2(
      (hull[next + 1] as number) - (hull[i + 1] as number),
      (hull[next] as number) - (hull[i] as number),
    )
    const angle = direction - (Math.PI / 2) * Math.round(direction / (Math.PI / 2))
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
    let [left, right, top, bottom] = [
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
    ]
    for (let k = 0; k < hull.length; k += 2) {
      const along = (hull[k] as number) * cos + (hull[k + 1] as number) * sin
      const across = (hull[k + 1] as number) * cos - (hull[k] as number) * sin
      left = Math.min(left, along)
      right = Math.max(right, along)
      top = Math.min(top, across)
      bottom = Math.max(bottom, across)
    }
    const area = (right - left) * (bottom - top)
    if (area >= least - 1e-9) continue
    least = area
    const [along, across] = [(left + right) / 2, (top + bottom) / 2]
    best = {
      x: along * cos - across * sin,
      y: along * sin + across * cos,
      width: right - left,
      height: bottom - top,
      angle,
    }
  }
  return best
}

/** The mean probability within a rectangle. */
function scoreOf(
  { data, width, height }: ProbabilityMap,
  { x, y, angle, ...size }: SlantedBox,
): number {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)]
  const reachX = (size.width * Math.abs(cos) + size.height * Math.abs(sin)) / 2
  const reachY = (size.width * Math.abs(sin) + size.height * Math.abs(cos)) / 2
  let [sum, count] = [0, 0]
  for (let py = Math.max(0, Math.floor(y - reachY)); py < Math.min(height, y + reachY); py++) {
    for (let px = Math.max(0, Math.floor(x - reachX)); px < Math.min(width, x + reachX); px++) {
      const [dx, dy] = [px + 0.5 - x, py + 0.5 - y]
      if (
        Math.abs(dx * cos + dy * sin) > size.width / 2 ||
        Math.abs(dy * cos - dx * sin) > size.height / 2
      )
        continue
      sum += data[py * width + px] as number
      count++
    }
  }
  return count === 0 ? 0 : sum / count
}
