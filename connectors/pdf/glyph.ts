/** What a text layer holds: glyphs with their places on the page. */

/** x0, y0, x1, y1 as displayed, in points from the top left. */
export type Extent = readonly [number, number, number, number]

export interface Glyph {
  readonly text: string
  readonly tight: Extent // the painted box
  readonly loose: Extent // the font's box: equal height along a line
  readonly quarter: number // quarter turns clockwise from upright, as displayed
}
