/** The size of the pages and the scroll position of the view. */

import { useLayoutEffect, useState } from 'preact/hooks'
import type { Page } from '../../schemas/types.ts'
import { boxesOf, type WordMark } from './word-marks.ts'
import { union, type PageWords } from '../review/words.ts'

export const margin = 16 // CSS pixels around a page
const unitPixels = { pt: 96 / 72, px: 1 } as const // CSS pixels at natural size
const largestFit = 2.2 // times natural size: a small receipt isn't blown up further
const easyFit = 1.25 // times natural size: makes small print readable
const easyPixels = 1000 // CSS pixels: the same for a scan, whose natural size is unknown

/**
 * As wide as the view, but not wider than is comfortable to read, unless the whole page still fits.
 * `isWhole`: so that it fits.
 */
export function paperWidth(page: Page, view: ViewSize, zoom: number, isWhole: boolean): number {
  const natural = page.width * unitPixels[page.unit]
  const easy = page.unit === 'pt' ? easyFit * natural : Math.min(largestFit * natural, easyPixels)
  const whole = (view.height - 2 * margin) * (page.width / page.height)
  const wanted = isWhole ? whole : Math.max(easy, whole)
  return Math.round(Math.min(view.width - 2 * margin, largestFit * natural, wanted) * zoom)
}

export function bringIntoView(view: HTMLElement, mark: WordMark, words: PageWords): void {
  const number = mark.words.length > 0 ? words.page(mark.words[0] as number) : mark.page
  const paper = number === null ? null : view.querySelector<HTMLElement>(`[data-page="${number}"]`)
  const boxes = number === null ? [] : boxesOf(mark, words, number)
  if (paper === null || boxes.length === 0) return
  const box = boxes.reduce(union)
  const scale =
    paper.clientWidth /
    Number(paper.querySelector('.marks')?.getAttribute('viewBox')?.split(' ')[2] ?? 1)
  const [top, bottom] = [paper.offsetTop + box.y0 * scale, paper.offsetTop + box.y1 * scale]
  const [left, right] = [paper.offsetLeft + box.x0 * scale, paper.offsetLeft + box.x1 * scale]
  const edge = 48 // CSS pixels kept free around the selection
  if (top < view.scrollTop + edge || bottom > view.scrollTop + view.clientHeight - edge)
    view.scrollTop = (top + bottom) / 2 - 0.4 * view.clientHeight
  if (left < view.scrollLeft || right > view.scrollLeft + view.clientWidth)
    view.scrollLeft = (left + right) / 2 - view.clientWidth / 2
}

export function isMostlyShown(view: HTMLElement, paper: HTMLElement): boolean {
  const middle = view.scrollTop + view.clientHeight / 2
  return paper.offsetTop <= middle && paper.offsetTop + paper.offsetHeight >= middle
}

export interface ViewSize {
  readonly width: number // CSS pixels
  readonly height: number
}

// the next document starts with it, so it is laid out once
let latest: ViewSize = { width: 0, height: 0 }

export function useSize(view: { readonly current: HTMLDivElement | null }): ViewSize {
  const [size, setSize] = useState(latest)
  useLayoutEffect(() => {
    const element = view.current as HTMLDivElement
    const measure = (): void => {
      const { clientWidth: width, clientHeight: height } = element
      if (width !== latest.width || height !== latest.height) latest = { width, height }
      setSize(latest)
    }
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    // otherwise the observer reports it after layout; measuring here would force another layout
    if (latest.width === 0) measure()
    return () => observer.disconnect()
  }, [])
  return size
}
