/**
 * Where a piece of text has ink, beside what was read of it. The recogniser leaves out a letter
 * that it does not know, such as any Cyrillic or Arabic one, and is sure of the others; a stamp may
 * hide the beginning of an amount, and the rest reads like a whole one. Only the ink shows either.
 */

/** A piece as the recogniser sees it: `height` rows of `width` values, of which `columns` are used. */
export interface Piece {
  readonly data: Float32Array
  readonly from: number // index of the first value
  readonly width: number
  readonly height: number
  readonly columns: number
}

/** The levels of a piece. */
export interface Levels {
  readonly paper: number
  readonly contrast: number // between its lightest and its darkest value
}

const inked = 0.4 // of the contrast: so far from paper a value is ink
const edge = 4 // rows at the top and the bottom that may show the lines above and below

/** Most of a piece is paper, so paper is its median. */
export function levelsOf({ data, from, width, height, columns }: Piece): Levels {
  const values: number[] = []
  for (let row = edge; row < height - edge; row += 2)
    for (let column = 0; column < columns; column += 2)
      values.push(data[from + row * width + column] as number)
  values.sort((a, b) => a - b)
  const at = (share: number): number => values[Math.floor(share * (values.length - 1))] ?? 0
  return { paper: at(0.5), contrast: at(1) - at(0) }
}

/** For each step of the whole width, the share of its columns that have ink. */
export function inkBySteps(piece: Piece, levels: Levels, steps: number): Float32Array {
  const { data, from, width, height, columns } = piece
  const ink = new Float32Array(steps)
  for (let column = 0; column < columns; column++) {
    let rows = 0
    for (let row = edge; row < height - edge; row++)
      if (isInk(data[from + row * width + column] as number, levels)) rows++
    const step = Math.min(steps - 1, Math.floor((column * steps) / width))
    if (rows > 1) ink[step] = (ink[step] as number) + steps / width
  }
  return ink
}

const isInk = (value: number, { paper, contrast }: Levels): boolean =>
  Math.abs(value - paper) > inked * contrast

const leastTouched = 0.15 // of the columns: less is a speck
const ruled = 0.9 // of the rows: a column with so much ink is part of a rule
const widestRule = 0.25 // of the columns

/**
 * Whether something that is no rule of a table stands in a strip right beside a word: `columns` of
 * `rows` values.
 */
export function isTouched(strip: readonly (readonly number[])[], levels: Levels): boolean {
  const shares = strip.map(
    (column) => column.filter((value) => isInk(value, levels)).length / column.length,
  )
  const inColumns = shares.filter((share) => share > 0.2).length
  const ofRules = shares.filter((share) => share >= ruled).length
  const others = ofRules <= widestRule * strip.length ? inColumns - ofRules : inColumns
  return others > leastTouched * strip.length
}
