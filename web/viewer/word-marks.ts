/** Marked words of a page. */

import { runs, type PageRectangle, type PageWords } from '../review/words.ts'

export interface WordMark {
  readonly key: string
  readonly label: string
  readonly words: readonly number[]
  readonly box: readonly number[]
  readonly page: number | null
  readonly tone: string // CSS class
  readonly selected: boolean
}

/** The boxes of a mark on a page. */
export function boxesOf(mark: WordMark, words: PageWords, page: number): PageRectangle[] {
  if (mark.words.length > 0) return runs(words, mark.words, page)
  const [x0, y0, x1, y1] = mark.box
  return mark.page === page &&
    x0 !== undefined &&
    y0 !== undefined &&
    x1 !== undefined &&
    y1 !== undefined
    ? [{ x0, y0, x1, y1 }]
    : []
}
