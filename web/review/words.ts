/**
 * The words of a document as geometry: which word a pointer or a box means, and where there is free
 * space. Coordinates are tenths of the page's unit.
 */

import type { Words } from '../../schemas/types.ts'

export interface PageRectangle {
  readonly x0: number
  readonly y0: number
  readonly x1: number
  readonly y1: number
}

export interface PageWords {
  readonly text: (index: number) => string
  readonly page: (index: number) => number
  readonly line: (index: number) => number
  readonly box: (index: number) => PageRectangle
  readonly confidence: (index: number) => number // of the OCR engine, 0 to 100
  readonly count: number
  /** Indexes of a page's words, in reading order. */
  readonly on: (page: number) => readonly number[]
}

export function pageWords(columns: Words): PageWords {
  const byPage = new Map<number, number[]>()
  columns.pages.forEach((page, index) => {
    const list = byPage.get(page)
    if (list === undefined) byPage.set(page, [index])
    else list.push(index)
  })
  const number = (list: readonly number[], index: number): number => list[index] ?? 0
  return {
    text: (index) =>
      columns.text.slice(
        index === 0 ? 0 : number(columns.ends, index - 1),
        number(columns.ends, index),
      ),
    page: (index) => number(columns.pages, index),
    line: (index) => number(columns.lines, index),
    box: (index) => ({
      x0: number(columns.boxes, 4 * index),
      y0: number(columns.boxes, 4 * index + 1),
      x1: number(columns.boxes, 4 * index + 2),
      y1: number(columns.boxes, 4 * index + 3),
    }),
    confidence: (index) => number(columns.confidences, index),
    count: columns.ends.length,
    on: (page) => byPage.get(page) ?? [],
  }
}

const sureFrom = 80 // confidence of the OCR engine

/** Whether the OCR engine may have misread the word. */
export function isDoubtful(words: PageWords, index: number): boolean {
  return words.confidence(index) < sureFrom
}

/** The word under a point, or the nearest within `slack`; null if there is none. */
export function wordAt(
  words: PageWords,
  page: number,
  x: number,
  y: number,
  slack: number,
): number | null {
  let best: number | null = null
  let least = slack
  for (const index of words.on(page)) {
    const { x0, y0, x1, y1 } = words.box(index)
    const distance = Math.max(x0 - x, x - x1, y0 - y, y - y1, 0)
    if (distance === 0) return index
    if (distance < least) [best, least] = [index, distance]
  }
  return best
}

/**
 * The words a rectangle selects: at least two fifths of the word's height and width lie in it, or
 * the rectangle lies within the word.
 */
export function wordsIn(words: PageWords, page: number, area: PageRectangle): number[] {
  return words.on(page).filter((index) => {
    const box = words.box(index)
    const width = Math.min(area.x1, box.x1) - Math.max(area.x0, box.x0)
    const height = Math.min(area.y1, box.y1) - Math.max(area.y0, box.y0)
    if (width <= 0 || height <= 0) return false
    const wide = width >= 0.4 * (box.x1 - box.x0) || width >= 0.9 * (area.x1 - area.x0)
    const tall = height >= 0.4 * (box.y1 - box.y0) || height >= 0.9 * (area.y1 - area.y0)
    return wide && tall
  })
}

/** One rectangle for each line of a page that has some of the words. */
export function runs(words: PageWords, indexes: readonly number[], page: number): PageRectangle[] {
  if (!indexes.some((index) => words.page(index) === page)) return []
  const byLine = new Map<number, PageRectangle>()
  for (const index of indexes) {
    if (words.page(index) !== page) continue
    const box = words.box(index)
    const known = byLine.get(words.line(index))
    byLine.set(words.line(index), known === undefined ? box : union(known, box))
  }
  return [...byLine.values()]
}

export function union(a: PageRectangle, b: PageRectangle): PageRectangle {
  return {
    x0: Math.min(a.x0, b.x0),
    y0: Math.min(a.y0, b.y0),
    x1: Math.max(a.x1, b.x1),
    y1: Math.max(a.y1, b.y1),
  }
}

export function textOfWords(words: PageWords, indexes: readonly number[]): string {
  return indexes.map((index) => words.text(index)).join(' ')
}

const longestLabel = 8 // words

/**
 * A label as the page prints it, matched by letters and digits only; unchanged if the page doesn't
 * print it. Its words are consecutive in reading order, or in one row across columns.
 */
export function printedAs(words: PageWords, label: string): string {
  const wanted = letters(label)
  const folded = Array.from({ length: words.count }, (_, index) => letters(words.text(index)))
  const complete = (picked: readonly number[], text: string): readonly number[] | null => {
    if (text === wanted) return picked
    if (picked.length === longestLabel) return null
    const last = picked.at(-1) as number
    const after = [last + 1, ...inRowAfter(words, last)].filter(
      (index) => index < words.count && wanted.startsWith(text + (folded[index] as string)),
    )
    for (const index of new Set(after)) {
      const found = complete([...picked, index], text + (folded[index] as string))
      if (found !== null) return found
    }
    return null
  }
  for (let start = 0; start < words.count && wanted !== ''; start++) {
    const found =
      folded[start] !== '' && wanted.startsWith(folded[start] as string)
        ? complete([start], folded[start] as string)
        : null
    if (found !== null) return textOfWords(words, found)
  }
  return label
}

function letters(text: string): string {
  return text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
}

/** Words to the right of one in the same row, nearest first. */
function inRowAfter(words: PageWords, from: number): number[] {
  const { x1, y0, y1 } = words.box(from)
  const middle = (y0 + y1) / 2
  return words
    .on(words.page(from))
    .filter((index) => {
      const box = words.box(index)
      return index !== from && box.x0 >= x1 && box.y0 < middle && box.y1 > middle
    })
    .sort((a, b) => words.box(a).x0 - words.box(b).x0)
}

/** A place for something of this size beside a box that covers no word; null if there is none. */
export function freePlace(
  words: PageWords,
  page: number,
  box: PageRectangle,
  size: { readonly wide: number; readonly high: number },
  sheet: { readonly wide: number; readonly high: number },
): PageRectangle | null {
  const gap = size.high / 5
  const at = (x0: number, y0: number): PageRectangle => ({
    x0,
    y0,
    x1: x0 + size.wide,
    y1: y0 + size.high,
  })
  const middle = (box.y0 + box.y1 - size.high) / 2
  const places = [
    at(box.x0, box.y0 - gap - size.high),
    at(box.x1 - size.wide, box.y0 - gap - size.high),
    at(box.x0, box.y1 + gap),
    at(box.x1 - size.wide, box.y1 + gap),
    at(box.x1 + gap, middle),
    at(box.x0 - gap - size.wide, middle),
  ].filter(({ x0, y0, x1, y1 }) => x0 >= 0 && y0 >= 0 && x1 <= sheet.wide && y1 <= sheet.high)
  const boxes = words.on(page).map(words.box)
  return (
    places.find(
      (place) =>
        !boxes.some(
          (other) =>
            other.x0 < place.x1 &&
            other.x1 > place.x0 &&
            other.y0 < place.y1 &&
            other.y1 > place.y0,
        ),
    ) ?? null
  )
}
