/**
 * The pages of the document, one below the other, with the words of each field marked and a pointer
 * that picks words.
 *
 * Words are not elements: the pointer is compared with their boxes, and only the marks are
 * rendered, as SVG in the page's coordinates. The boxes of all words are painted once, when someone
 * asks for them. So zooming renders little, and a page of 2,000 words pans like one of 20. A page
 * without an image, or whose image is late, shows its words as text. Text from documents only ever
 * becomes text nodes.
 */

import { useEffect, useLayoutEffect, useRef } from 'preact/hooks'
import type { FullTask } from '../../connectors/http/contract/types.ts'
import { PageSheet } from './page-sheet.tsx'
import type { WordMark } from './word-marks.ts'
import { bringIntoView, isMostlyShown, margin, paperWidth, useSize } from './page-layout.ts'
import type { PageRectangle, PageWords } from '../review/words.ts'

interface Props {
  readonly task: FullTask
  readonly words: PageWords
  readonly marks: readonly WordMark[]
  readonly zoom: number // 1: the page is as wide as the view, or fits into it
  readonly whole: boolean // it fits
  readonly page: number
  readonly drawing: boolean // a drag draws a box instead of picking words
  readonly boxes: boolean // of all words
  readonly onPage: (page: number) => void
  readonly onZoom: (factor: number) => void
  readonly onPick: (words: readonly number[], more: boolean) => void
  readonly onDraw: (page: number, area: PageRectangle) => void
}

export function PageView({
  task,
  words,
  marks,
  zoom,
  whole,
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
  }, [target, width > 0, whole, task.documentId])

  useLayoutEffect(() => {
    const element = view.current
    const sheet = element?.querySelector<HTMLElement>(`[data-page="${page}"]`)
    if (element === null || sheet == null || isMostlyShown(element, sheet)) return
    element.scrollTop = sheet.offsetTop - margin
  }, [page])

  // Zooms around the middle of the view
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
          This document has no pages: it is an e-invoice. Its values stand on the right.
        </p>
      )}
      {width > 0 &&
        task.pageList.map((item) => (
          <PageSheet
            key={item.number}
            task={task}
            page={item}
            words={words}
            marks={marks}
            width={paperWidth(item, size, zoom, whole)}
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
