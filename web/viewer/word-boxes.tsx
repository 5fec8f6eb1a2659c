/** The boxes of all words of a page, to show what was read. */

import { useEffect, useState } from 'preact/hooks'
import { isDoubtful, type PageWords } from '../review/words.ts'

const sharpest = 2 // canvas pixels per CSS pixel, at most
const mostPixels = 16_000_000 // in a canvas

/**
 * Painted once for each size; words read with low confidence are tinted. Shown as an image instead
 * of the canvas: a canvas is a compositing layer of its own, which without a graphics card costs
 * every other frame while panning.
 */
export function WordBoxes({
  words,
  page,
  width,
  height,
  unitsWide,
}: {
  readonly words: PageWords
  readonly page: number
  readonly width: number
  readonly height: number
  readonly unitsWide: number
}) {
  const [painted, setPainted] = useState<string | null>(null)
  const ratio = Math.min(sharpest, devicePixelRatio, Math.sqrt(mostPixels / (width * height)))
  useEffect(() => {
    let url: string | null = null
    let gone = false
    paintBoxes(
      words,
      page,
      Math.round(width * ratio),
      Math.round(height * ratio),
      (width / unitsWide) * ratio,
      ratio,
    ).toBlob((blob) => {
      if (blob === null || gone) return
      url = URL.createObjectURL(blob)
      setPainted(url)
    })
    return () => {
      gone = true
      if (url !== null) URL.revokeObjectURL(url)
    }
  }, [words, page, width, height, ratio])
  return painted === null ? null : <img class="boxes" src={painted} alt="" draggable={false} />
}

function paintBoxes(
  words: PageWords,
  page: number,
  width: number,
  height: number,
  scale: number,
  line: number,
): HTMLCanvasElement {
  const canvas = Object.assign(document.createElement('canvas'), { width, height })
  const context = canvas.getContext('2d')
  if (context === null) return canvas
  context.lineWidth = line
  for (const index of words.on(page)) {
    const { x0, y0, x1, y1 } = words.box(index)
    const isSure = !isDoubtful(words, index)
    context.strokeStyle = isSure ? '#4d93e8' : '#e5483f'
    context.fillStyle = isSure ? 'rgb(77 147 232 / .08)' : 'rgb(229 72 63 / .22)'
    context.fillRect(x0 * scale, y0 * scale, (x1 - x0) * scale, (y1 - y0) * scale)
    context.strokeRect(x0 * scale, y0 * scale, (x1 - x0) * scale, (y1 - y0) * scale)
  }
  return canvas
}
