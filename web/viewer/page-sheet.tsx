/** One page of the document: its image, or its words if there is none, and the marks on it. */

import { useEffect, useRef, useState } from 'preact/hooks'
import type { Page } from '../../schemas/types.ts'
import type { FullTask } from '../../connectors/http/contract/types.ts'
import type { WordMark } from './word-marks.ts'
import { pageImage, readyImage } from './page-images.ts'
import { PageMarks } from './page-marks.tsx'
import { PageText } from './page-text.tsx'
import { usePagePointer } from './use-page-pointer.ts'
import { WordBoxes } from './word-boxes.tsx'
import type { PageRectangle, PageWords } from '../review/words.ts'

const patienceMs = 500 // to wait for the image before the words are shown as text

interface Props {
  readonly task: FullTask
  readonly page: Page
  readonly words: PageWords
  readonly marks: readonly WordMark[]
  readonly width: number // CSS pixels
  readonly view: { readonly current: HTMLDivElement | null }
  readonly drawing: boolean
  readonly boxes: boolean
  readonly onPick: (words: readonly number[], more: boolean) => void
  readonly onDraw: (page: number, area: PageRectangle) => void
}

export function PageSheet(props: Props) {
  const { task, page, words, marks, width, view, drawing, boxes } = props
  const paper = useRef<HTMLDivElement>(null)
  const height = Math.round(width * (page.height / page.width))
  // tenths of the page's unit
  const area = { number: page.number, wide: page.width * 10, high: page.height * 10 }
  const near = useNear(paper, view, page.number === task.pageList[0]?.number)
  const image = usePageImage(task, page.number, width, near)
  const { hover, drag, ...pointer } = usePagePointer(paper, { ...props, page: area })
  return (
    <div
      class="paper"
      data-page={page.number}
      ref={paper}
      style={{ width: `${width}px`, height: `${height}px` }}
      onPointerDown={pointer.onDown}
      onPointerMove={pointer.onMove}
      onPointerUp={pointer.onUp}
      onPointerCancel={pointer.onCancel}
      onPointerLeave={pointer.onLeave}
    >
      {image.url !== null && <img src={image.url} alt={`Page ${page.number}`} draggable={false} />}
      {image.isWanting && (
        <PageText words={words} page={page.number} wide={area.wide} high={area.high} />
      )}
      {boxes && near && (
        <WordBoxes
          words={words}
          page={page.number}
          width={width}
          height={height}
          unitsWide={area.wide}
        />
      )}
      <PageMarks
        page={area}
        words={words}
        marks={marks}
        width={width}
        hover={hover}
        drag={drag}
        drawing={drawing}
      />
    </div>
  )
}

/** Whether the page has been near the view; true at once for the first page. */
function useNear(
  paper: { readonly current: HTMLDivElement | null },
  view: { readonly current: HTMLDivElement | null },
  isFirst: boolean,
): boolean {
  const [near, setNear] = useState(isFirst)
  useEffect(() => {
    const observer = new IntersectionObserver(
      ([entry]) => entry?.isIntersecting === true && setNear(true),
      { root: view.current, rootMargin: '800px' },
    )
    observer.observe(paper.current as Element)
    return () => observer.disconnect()
  }, [])
  return near
}

interface PageImage {
  readonly url: string | null
  readonly isWanting: boolean // there is no image, or it is late
}

function usePageImage(task: FullTask, page: number, width: number, near: boolean): PageImage {
  const wanted = Math.min(3200, Math.ceil((width * devicePixelRatio) / 400) * 400) // pixels
  const [late, setLate] = useState(false)
  const [image, setImage] = useState<{ readonly url: string | null; readonly isMissing: boolean }>(
    () => ({ url: near ? readyImage(task, page, wanted) : null, isMissing: false }),
  )
  useEffect(() => {
    let current = true
    const timer = setTimeout(() => setLate(true), patienceMs)
    if (near)
      pageImage(task, page, wanted).then(
        (url) =>
          current &&
          setImage((before) => (before.url === url ? before : { url, isMissing: false })),
        () => current && setImage({ url: null, isMissing: true }),
      )
    return () => {
      current = false
      clearTimeout(timer)
    }
  }, [near, wanted, task.documentId])
  return {
    url: image.url,
    isWanting: image.isMissing || (image.url === null && late && near),
  }
}
