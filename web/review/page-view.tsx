/**
 * The document on the screen: its pages one below the other, with the words of each field marked,
 * and a pointer that picks words.
 *
 * A page's words aren't elements: the pointer is compared with their boxes, and only what a field
 * stands on is drawn, as SVG in the page's own coordinates. The boxes of all words, where somebody
 * wants to see them, are painted once. So zooming redraws little, and a page of 2,000 words pans
 * like one of 20. A page without image, or whose image is late, shows its words as text instead.
 * Texts of documents only ever become text nodes.
 */

import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks'
import type { Page } from '../../schemas/types.ts'
import type { FullTask } from '../shared/api-types.ts'
import { imageAtHand, pageImage } from './page-images.ts'
import { freePlace, runs, union, wordAt, wordsIn, type PageWords, type Rectangle } from './words.ts'

export interface Mark {
  readonly key: string
  readonly label: string
  readonly words: readonly number[]
  readonly box: readonly number[]
  readonly page: number | null
  readonly tone: string // class that colours it
  readonly selected: boolean
}

interface Props {
  readonly task: FullTask
  readonly words: PageWords
  readonly marks: readonly Mark[]
  readonly zoom: number // 1: the page is as wide as the view
  readonly page: number
  readonly drawing: boolean // a box is being drawn, which picks no words
  readonly boxes: boolean // of all words
  readonly onPage: (page: number) => void
  readonly onZoom: (factor: number) => void
  readonly onPick: (words: readonly number[], more: boolean) => void
  readonly onDraw: (page: number, area: Rectangle) => void
}

const margin = 16 // CSS pixels around a page
const unitPixels = { pt: 96 / 72, px: 1 } as const // CSS pixels at natural size
const patienceMs = 500 // without an image, after which the words are shown as text
const largestFit = 2.2 // times natural size: a small receipt isn't blown up further
const easyFit = 1.25 // times natural size: small print is read with ease
const easyPixels = 1000 // CSS pixels: the same for a scan, whose natural size is unknown

export function Sheet({
  task,
  words,
  marks,
  zoom,
  page,
  drawing,
  boxes,
  onPage,
  onZoom,
  onPick,
  onDraw,
}: Props) {
  const view = useRef<HTMLDivElement>(null)
  const size = useSize(view)
  const { width } = size
  const selected = marks.find((mark) => mark.selected)
  const target =
    selected === undefined ? '' : `${selected.key} ${selected.words.join()} ${selected.box.join()}`

  useLayoutEffect(() => {
    const element = view.current
    if (element !== null && selected !== undefined && width > 0)
      bringIntoView(element, selected, words)
  }, [target, width > 0, task.documentId])

  useLayoutEffect(() => {
    const element = view.current
    const sheet = element?.querySelector<HTMLElement>(`[data-page="${page}"]`)
    if (element === null || sheet == null || isMostlyShown(element, sheet)) return
    element.scrollTop = sheet.offsetTop - margin
  }, [page])

  // Keeps the middle of the view in the middle when the zoom changes
  const before = useRef({ zoom })
  useLayoutEffect(() => {
    const element = view.current
    const factor = zoom / before.current.zoom
    before.current = { zoom }
    if (element === null || factor === 1) return
    element.scrollTop =
      (element.scrollTop + element.clientHeight / 2) * factor - element.clientHeight / 2
    element.scrollLeft =
      (element.scrollLeft + element.clientWidth / 2) * factor - element.clientWidth / 2
  }, [zoom])

  useEffect(() => {
    const element = view.current
    if (element === null) return undefined
    const wheel = (event: WheelEvent): void => {
      if (!event.ctrlKey && !event.metaKey) return
      event.preventDefault()
      onZoom(event.deltaY < 0 ? 1.1 : 1 / 1.1)
    }
    element.addEventListener('wheel', wheel, { passive: false })
    return () => element.removeEventListener('wheel', wheel)
  }, [onZoom])

  const scroll = (): void => {
    const element = view.current
    if (element === null) return
    const middle = element.scrollTop + element.clientHeight / 2
    const shown = [...element.querySelectorAll<HTMLElement>('[data-page]')].findLast(
      (sheet) => sheet.offsetTop <= middle,
    )
    const number = Number(shown?.dataset.page ?? page)
    if (number !== page) onPage(number)
  }

  return (
    <div
      class={`view ${drawing ? 'drawing' : ''}`}
      ref={view}
      onScroll={scroll}
      tabIndex={0}
      role="region"
      aria-label="Document"
    >
      {task.pageList.length === 0 && (
        <p class="nopages">
          This document has no pages: it is an e-invoice in XML. Its values stand on the right.
        </p>
      )}
      {width > 0 &&
        task.pageList.map((item) => (
          <Paper
            key={item.number}
            task={task}
            page={item}
            words={words}
            marks={marks}
            width={paperWidth(item, size, zoom)}
            view={view}
            drawing={drawing}
            boxes={boxes}
            onPick={onPick}
            onDraw={onDraw}
          />
        ))}
    </div>
  )
}

/** As wide as the view, but no wider than is read with ease, unless the whole page fits even so. */
function paperWidth(page: Page, view: Size, zoom: number): number {
  const natural = page.width * unitPixels[page.unit]
  const easy = page.unit === 'pt' ? easyFit * natural : Math.min(largestFit * natural, easyPixels)
  const whole = (view.height - 2 * margin) * (page.width / page.height)
  return Math.round(
    Math.min(view.width - 2 * margin, largestFit * natural, Math.max(easy, whole)) * zoom,
  )
}

interface PaperProps {
  readonly task: FullTask
  readonly page: Page
  readonly words: PageWords
  readonly marks: readonly Mark[]
  readonly width: number // CSS pixels
  readonly view: { readonly current: HTMLDivElement | null }
  readonly drawing: boolean
  readonly boxes: boolean
  readonly onPick: (words: readonly number[], more: boolean) => void
  readonly onDraw: (page: number, area: Rectangle) => void
}

function Paper({
  task,
  page,
  words,
  marks,
  width,
  view,
  drawing,
  boxes,
  onPick,
  onDraw,
}: PaperProps) {
  const paper = useRef<HTMLDivElement>(null)
  // of the others an observer says so
  const [near, setNear] = useState(page.number === task.pageList[0]?.number)
  const [late, setLate] = useState(false)
  const [hover, setHover] = useState<number | null>(null)
  const [drag, setDrag] = useState<Rectangle | null>(null)
  const start = useRef<{ x: number; y: number } | null>(null)
  const height = Math.round(width * (page.height / page.width))
  const [unitsWide, unitsHigh] = [page.width * 10, page.height * 10] // tenths of the page's unit
  const wanted = Math.min(3200, Math.ceil((width * devicePixelRatio) / 400) * 400)
  const [image, setImage] = useState<string | 'missing' | null>(() =>
    near ? imageAtHand(task, page.number, wanted) : null,
  )

  useEffect(() => {
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting === true && setNear(true),
      { root: view.current, rootMargin: '800px' },
    )
    observer.observe(paper.current as Element)
    return () => observer.disconnect()
  }, [])
  useEffect(() => {
    let current = true
    const timer = setTimeout(() => setLate(true), patienceMs)
    if (near)
      pageImage(task, page.number, wanted).then(
        (url) => current && setImage(url),
        () => current && setImage('missing'),
      )
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [near, wanted, task.documentId])

  const point = (event: PointerEvent): { x: number; y: number } => {
    const box = (paper.current as HTMLElement).getBoundingClientRect()
    return {
      x: ((event.clientX - box.left) / box.width) * unitsWide,
      y: ((event.clientY - box.top) / box.height) * unitsHigh,
    }
  }
  const slack = (6 / width) * unitsWide // 6 CSS pixels
  const down = (event: PointerEvent): void => {
    if (event.button !== 0) return
    event.preventDefault() // the field keeps the focus
    ;(paper.current as HTMLElement).setPointerCapture(event.pointerId)
    start.current = point(event)
  }
  const move = (event: PointerEvent): void => {
    const { x, y } = point(event)
    const from = start.current
    if (from === null)
      return drawing ? undefined : setHover(wordAt(words, page.number, x, y, slack))
    const moved = Math.hypot(x - from.x, y - from.y) > slack
    if (moved || drag !== null)
      setDrag({
        x0: Math.min(x, from.x),
        y0: Math.min(y, from.y),
        x1: Math.max(x, from.x),
        y1: Math.max(y, from.y),
      })
  }
  const up = (event: PointerEvent): void => {
    const from = start.current
    start.current = null
    setDrag(null)
    if (from === null) return
    if (drawing) return void (drag !== null && onDraw(page.number, drag))
    const one = wordAt(words, page.number, from.x, from.y, slack)
    const picked = drag !== null ? wordsIn(words, page.number, drag) : one === null ? [] : [one]
    if (picked.length > 0) onPick(picked, event.shiftKey || event.ctrlKey || event.metaKey)
  }

  const dragged =
    drag === null || drawing ? [] : runs(words, wordsIn(words, page.number, drag), page.number)
  const shown = marks
    .map((mark) => ({ mark, boxes: boxesOf(mark, words, page.number) }))
    .filter(({ boxes }) => boxes.length > 0)
  const chosen = shown.find(({ mark }) => mark.selected)
  const tag = useMemo(
    () =>
      chosen === undefined || chosen.mark.key.startsWith('#')
        ? null
        : freePlace(
            words,
            page.number,
            chosen.boxes.reduce(union),
            tagSize(chosen.mark.label, unitsWide / width),
            { wide: unitsWide, high: unitsHigh },
          ),
    [words, width, chosen?.mark.key, chosen?.mark.words.join(), chosen?.mark.box.join()],
  )
  return (
    <div
      class="paper"
      data-page={page.number}
      ref={paper}
      style={{ width: `${width}px`, height: `${height}px` }}
      onPointerDown={down}
      onPointerMove={move}
      onPointerUp={up}
      onPointerCancel={() => setDrag((start.current = null))}
      onPointerLeave={() => setHover(null)}
    >
      {image !== null && image !== 'missing' && (
        <img src={image} alt={`Page ${page.number}`} draggable={false} />
      )}
      {(image === 'missing' || (image === null && late && near)) && (
        <Print words={words} page={page.number} wide={unitsWide} high={unitsHigh} />
      )}
      {boxes && near && (
        <Boxes
          words={words}
          page={page.number}
          width={width}
          height={height}
          unitsWide={unitsWide}
        />
      )}
      <svg
        class="marks"
        viewBox={`0 0 ${unitsWide} ${unitsHigh}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        {hover !== null && words.page(hover) === page.number && drag === null && (
          <Box class="hover" box={words.box(hover)} by={8} />
        )}
        {shown
          .filter(({ mark }) => !mark.selected)
          .flatMap(({ mark, boxes }) =>
            boxes.map((box, i) => (
              <Box key={`${mark.key} ${i}`} class={mark.tone} box={box} by={10} />
            )),
          )}
        {chosen?.boxes.map((box, i) => (
          <Box key={i} class={`${chosen.mark.tone} chosen`} box={box} by={14} />
        ))}
        {dragged.map((box, i) => (
          <Box key={i} class="dragged" box={box} by={8} />
        ))}
        {drag !== null && <Box class="lasso" box={drag} by={0} />}
      </svg>
      {tag !== null && (
        <span
          class={`tag ${chosen?.mark.tone ?? ''}`}
          style={{ left: `${(100 * tag.x0) / unitsWide}%`, top: `${(100 * tag.y0) / unitsHigh}%` }}
          aria-hidden="true"
        >
          {chosen?.mark.label}
        </span>
      )}
    </div>
  )
}

function Box({
  class: name,
  box,
  by,
}: {
  readonly class: string
  readonly box: Rectangle
  readonly by: number
}) {
  return (
    <rect
      class={name}
      x={box.x0 - by}
      y={box.y0 - by}
      width={box.x1 - box.x0 + 2 * by}
      height={box.y1 - box.y0 + 2 * by}
      rx="12"
      vector-effect="non-scaling-stroke"
    />
  )
}

/**
 * Of a field's name beside its words, where it covers nothing that is printed; a cell's column
 * stands in the grid.
 */
function tagSize(label: string, unit: number): { readonly wide: number; readonly high: number } {
  return { wide: (14 + 6.6 * label.length) * unit, high: 19 * unit }
}

const sharpest = 2 // canvas pixels for a CSS pixel
const mostPixels = 16_000_000 // of a canvas

/**
 * The boxes of all words, painted once for each size; what was read with doubt is tinted. Shown as
 * an image, not as the canvas that they were painted on: a canvas is a layer of its own, laid over
 * the page anew in each frame, which without a graphics card costs every other frame.
 */
function Boxes({
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
    const isSure = words.confidence(index) >= 80
    context.strokeStyle = isSure ? '#4d93e8' : '#e5483f'
    context.fillStyle = isSure ? 'rgb(77 147 232 / .08)' : 'rgb(229 72 63 / .22)'
    context.fillRect(x0 * scale, y0 * scale, (x1 - x0) * scale, (y1 - y0) * scale)
    context.strokeRect(x0 * scale, y0 * scale, (x1 - x0) * scale, (y1 - y0) * scale)
  }
  return canvas
}

/** The words of a page as text, where there is no image of it or none yet. */
function Print({
  words,
  page,
  wide,
  high,
}: {
  readonly words: PageWords
  readonly page: number
  readonly wide: number
  readonly high: number
}) {
  const texts = useMemo(
    () =>
      words.on(page).map((index) => {
        const { x0, y0, x1, y1 } = words.box(index)
        return (
          <text
            key={index}
            x={x0}
            y={y1 - 0.22 * (y1 - y0)}
            font-size={0.82 * (y1 - y0)}
            textLength={Math.max(1, x1 - x0)}
            lengthAdjust="spacingAndGlyphs"
          >
            {words.text(index)}
          </text>
        )
      }),
    [words, page],
  )
  return (
    <svg
      class="print"
      viewBox={`0 0 ${wide} ${high}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={`Page ${page}, words only`}
    >
      {texts}
    </svg>
  )
}

function boxesOf(mark: Mark, words: PageWords, page: number): Rectangle[] {
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

function bringIntoView(view: HTMLElement, mark: Mark, words: PageWords): void {
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
  const edge = 48 // CSS pixels that stay free around what is selected
  if (top < view.scrollTop + edge || bottom > view.scrollTop + view.clientHeight - edge)
    view.scrollTop = (top + bottom) / 2 - 0.4 * view.clientHeight
  if (left < view.scrollLeft || right > view.scrollLeft + view.clientWidth)
    view.scrollLeft = (left + right) / 2 - view.clientWidth / 2
}

function isMostlyShown(view: HTMLElement, sheet: HTMLElement): boolean {
  const middle = view.scrollTop + view.clientHeight / 2
  return sheet.offsetTop <= middle && sheet.offsetTop + sheet.offsetHeight >= middle
}

interface Size {
  readonly width: number // CSS pixels
  readonly height: number
}

let latest: Size = { width: 0, height: 0 } // the next document's view is as large, so that it is laid out once

function useSize(view: { readonly current: HTMLDivElement | null }): Size {
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
    // else the observer says so once all is laid out; to ask now would lay it out once more
    if (latest.width === 0) measure()
    return () => observer.disconnect()
  }, [])
  return size
}
