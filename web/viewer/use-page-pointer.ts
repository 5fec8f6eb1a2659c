/**
 * The pointer on a page: a click picks a word, a drag the words in a box, or draws a box to read.
 */

import { useRef, useState } from 'preact/hooks'
import type { PageArea } from './page-marks.tsx'
import { wordAt, wordsIn, type PageRectangle, type PageWords } from '../review/words.ts'

interface Point {
  readonly x: number // tenths of the page's unit
  readonly y: number
}

interface PointerProps {
  readonly page: PageArea
  readonly words: PageWords
  readonly width: number // CSS pixels
  readonly drawing: boolean // a drag draws a box instead of picking words
  readonly onPick: (words: readonly number[], more: boolean) => void
  readonly onDraw: (page: number, area: PageRectangle) => void
}

export interface PagePointer {
  readonly hover: number | null // the word under the pointer
  readonly drag: PageRectangle | null
  readonly onDown: (event: PointerEvent) => void
  readonly onMove: (event: PointerEvent) => void
  readonly onUp: (event: PointerEvent) => void
  readonly onCancel: () => void
  readonly onLeave: () => void
}

export function usePagePointer(
  paper: { readonly current: HTMLDivElement | null },
  { page, words, width, drawing, onPick, onDraw }: PointerProps,
): PagePointer {
  const [hover, setHover] = useState<number | null>(null)
  const [drag, setDrag] = useState<PageRectangle | null>(null)
  const start = useRef<Point | null>(null)
  const point = (event: PointerEvent): Point => {
    const box = (paper.current as HTMLElement).getBoundingClientRect()
    return {
      x: ((event.clientX - box.left) / box.width) * page.wide,
      y: ((event.clientY - box.top) / box.height) * page.high,
    }
  }
  const slack = (6 / width) * page.wide // 6 CSS pixels
  const picked = (from: Point): readonly number[] => {
    if (drag !== null) return wordsIn(words, page.number, drag)
    const one = wordAt(words, page.number, from.x, from.y, slack)
    return one === null ? [] : [one]
  }
  return {
    hover,
    drag,
    onDown(event) {
      if (event.button !== 0) return
      event.preventDefault() // keeps the focus in the field
      paper.current?.setPointerCapture(event.pointerId)
      start.current = point(event)
    },
    onMove(event) {
      const to = point(event)
      const from = start.current
      if (from === null) {
        if (!drawing) setHover(wordAt(words, page.number, to.x, to.y, slack))
        return
      }
      if (drag !== null || Math.hypot(to.x - from.x, to.y - from.y) > slack)
        setDrag(between(from, to))
    },
    onUp(event) {
      const from = start.current
      start.current = null
      setDrag(null)
      if (from === null) return
      if (drawing) {
        if (drag !== null) onDraw(page.number, drag)
        return
      }
      const some = picked(from)
      if (some.length > 0) onPick(some, event.shiftKey || event.ctrlKey || event.metaKey)
    },
    onCancel() {
      start.current = null
      setDrag(null)
    },
    onLeave: () => setHover(null),
  }
}

function between(a: Point, b: Point): PageRectangle {
  return {
    x0: Math.min(a.x, b.x),
    y0: Math.min(a.y, b.y),
    x1: Math.max(a.x, b.x),
    y1: Math.max(a.y, b.y),
  }
}
