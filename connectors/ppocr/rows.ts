/** The order of pieces on a page: rows from top to bottom. */

import type { SlantedBox } from './boxes.ts'
import { rowPlaces, type RowPlace } from './perspective.ts'

/**
 * Rectangles as rows from top to bottom, each from left to right, also where the page is slanted or
 * photographed at an angle.
 */
export function readingRows<T extends SlantedBox>(rectangles: readonly T[]): T[][] {
  const placeOf = rowPlaces(rectangles)
  const placed = rectangles
    .map((rectangle) => ({ rectangle, ...placeOf(rectangle) }))
    .sort((a, b) => a.across - b.across || a.along - b.along)
  const rows: (typeof placed)[] = []
  for (const item of placed) {
    const row = rows
      .slice(-recentRows)
      .reverse()
      .find(
        (members) =>
          members.every((member) => !overlap(member, item)) &&
          members.some((member) => sameHeight(member, item)),
      )
    if (row === undefined) rows.push([item])
    else row.push(item)
  }
  return rows.map((row) => row.sort((a, b) => a.along - b.along).map(({ rectangle }) => rectangle))
}

interface Placed extends RowPlace {
  readonly rectangle: SlantedBox
}

const recentRows = 8 // a tall neighbour's centre may come a few rows later

function sameHeight(a: Placed, b: Placed): boolean {
  return Math.abs(a.across - b.across) < 0.4 * Math.min(a.rectangle.height, b.rectangle.height)
}

/** Whether one is above the other, rather than beside it. */
function overlap(a: Placed, b: Placed): boolean {
  const shared =
    Math.min(a.along + a.rectangle.width / 2, b.along + b.rectangle.width / 2) -
    Math.max(a.along - a.rectangle.width / 2, b.along - b.rectangle.width / 2)
  return shared > 0.5 * Math.min(a.rectangle.width, b.rectangle.width)
}
