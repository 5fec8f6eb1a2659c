/**
 * Pages that are rotated or skewed in the file. They are read upright, and their size, boxes and
 * displayed image all refer to the upright page, so later stages don't need to know. `turn` of a
 * page is the angle, from which the stored page can be recovered.
 *
 * The upright page is just large enough to hold the stored one; both have the same centre.
 */

import type { Page } from '../../schemas/types.ts'
import type { Box } from './words.ts'

export interface Size {
  readonly width: number
  readonly height: number
}

/** A page after rotation. */
export interface Turned extends Size {
  readonly degrees: number // clockwise, in degrees, 0 to 360
  readonly toTurned: (x: number, y: number) => readonly [x: number, y: number]
  readonly toStored: (x: number, y: number) => readonly [x: number, y: number]
}

export function turned(stored: Size, degrees: number): Turned {
  const within = ((degrees % 360) + 360) % 360
  if (within === 0)
    return { ...sizeOf(stored), degrees: 0, toTurned: (x, y) => [x, y], toStored: (x, y) => [x, y] }
  const [cos, sin] = direction(within)
  const width = stored.width * Math.abs(cos) + stored.height * Math.abs(sin)
  const height = stored.width * Math.abs(sin) + stored.height * Math.abs(cos)
  const [x0, y0, x1, y1] = [stored.width / 2, stored.height / 2, width / 2, height / 2]
  return {
    width,
    height,
    degrees: within,
    toTurned: (x, y) => [
      x1 + (x - x0) * cos - (y - y0) * sin,
      y1 + (x - x0) * sin + (y - y0) * cos,
    ],
    toStored: (x, y) => [
      x0 + (x - x1) * cos + (y - y1) * sin,
      y0 - (x - x1) * sin + (y - y1) * cos,
    ],
  }
}

/**
 * The size of the page as stored. Undefined for turns near an odd multiple of 45°, where many sizes
 * give the same result.
 */
export function storedSize({
  width,
  height,
  turn = 0,
}: Pick<Page, 'width' | 'height' | 'turn'>): Size {
  const [cos, sin] = direction(turn).map((part) => Math.abs(part)) as [number, number]
  const scale = cos * cos - sin * sin
  return {
    width: (width * cos - height * sin) / scale,
    height: (height * cos - width * sin) / scale,
  }
}

/**
 * The smallest upright box on the stored page that contains a box of the rotated one; tenths of the
 * page's unit.
 */
export function boxAsStored(box: Box, page: Pick<Page, 'width' | 'height' | 'turn'>): Box {
  if ((page.turn ?? 0) === 0) return box
  const stored = storedSize(page)
  const { toStored } = turned(stored, page.turn ?? 0)
  const corners = [
    [box[0], box[1]],
    [box[2], box[1]],
    [box[2], box[3]],
    [box[0], box[3]],
  ].map(([x, y]) => toStored((x as number) / 10, (y as number) / 10))
  const [xs, ys] = [corners.map(([x]) => x), corners.map(([, y]) => y)]
  const within = (value: number, most: number): number =>
    Math.round(10 * Math.min(most, Math.max(0, value)))
  return [
    within(Math.min(...xs), stored.width),
    within(Math.min(...ys), stored.height),
    within(Math.max(...xs), stored.width),
    within(Math.max(...ys), stored.height),
  ]
}

const sizeOf = ({ width, height }: Size): Size => ({ width, height })

/** Cosine and sine, exact for quarter turns. */
function direction(degrees: number): readonly [cos: number, sin: number] {
  const quarter = degrees / 90
  if (Number.isInteger(quarter))
    return (
      [
        [1, 0],
        [0, 1],
        [-1, 0],
        [0, -1],
      ] as const
    )[((quarter % 4) + 4) % 4] as readonly [number, number]
  return [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)]
}
