/**
 * How the document is shown: page, zoom, word boxes, and how much room the line items take. All
 * but the page and the boxes is remembered in this browser.
 */

import { useCallback, useEffect, useState } from 'preact/hooks'
import type { FullTask } from '../../connectors/http/contract/types.ts'

const zoomStep = 1.2
const [smallestZoom, largestZoom] = [0.25, 6]
const [wideKey, zoomKey, wholeKey] = ['errata.wide', 'errata.zoom', 'errata.whole']

export interface PageControls {
  readonly page: number
  readonly setPage: (page: number) => void
  readonly turnPage: (by: number) => void
  readonly zoom: number // 1: the page is as wide as the view, or fits into it
  readonly whole: boolean // at zoom 1 all of the page fits into the view
  /** Stable from render to render. */
  readonly scale: (factor: number) => void
  readonly zoomIn: () => void
  readonly zoomOut: () => void
  /** Back to the width; from there to the whole page. */
  readonly fit: () => void
  readonly boxes: boolean // of all words
  readonly toggleBoxes: () => void
  readonly wide: boolean // the line items have more room
  readonly toggleWide: () => void
}

export function usePageControls({ pageList }: FullTask): PageControls {
  const [zoom, setZoom] = useState(() => Number(localStorage.getItem(zoomKey) ?? 1) || 1)
  const [page, setPage] = useState(pageList[0]?.number ?? 1)
  const [whole, setWhole] = useState(() => localStorage.getItem(wholeKey) === 'true')
  const [boxes, setBoxes] = useState(false)
  const [wide, setWide] = useState(() => localStorage.getItem(wideKey) === 'true')
  useEffect(() => localStorage.setItem(zoomKey, String(zoom)), [zoom])
  useEffect(() => localStorage.setItem(wholeKey, String(whole)), [whole])
  const scale = useCallback(
    (factor: number): void =>
      setZoom((before) => Math.min(largestZoom, Math.max(smallestZoom, before * factor))),
    [],
  )
  return {
    page,
    setPage,
    turnPage: (by) => {
      const place = pageList.findIndex((item) => item.number === page)
      setPage(pageList[Math.min(pageList.length - 1, Math.max(0, place + by))]?.number ?? page)
    },
    zoom,
    whole,
    scale,
    zoomIn: () => scale(zoomStep),
    zoomOut: () => scale(1 / zoomStep),
    fit: () => {
      setZoom(1)
      setWhole(zoom === 1 && !whole)
    },
    boxes,
    toggleBoxes: () => setBoxes((before) => !before),
    wide,
    toggleWide: () =>
      setWide((before) => {
        localStorage.setItem(wideKey, String(!before))
        return !before
      }),
  }
}
