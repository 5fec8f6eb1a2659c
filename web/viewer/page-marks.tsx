/**
 * The marks on a page: the words of each field, the word under the pointer, and the box being
 * drawn. SVG in the page's coordinates.
 */

import { useMemo } from 'preact/hooks'
import { boxesOf, type WordMark } from './word-marks.ts'
import {
  freePlace,
  isDoubtful,
  runs,
  union,
  wordsIn,
  type PageRectangle,
  type PageWords,
} from '../review/words.ts'

/** A page in tenths of its unit. */
export interface PageArea {
  readonly number: number
  readonly wide: number
  readonly high: number
}

interface Props {
  readonly page: PageArea
  readonly words: PageWords
  readonly marks: readonly WordMark[]
  readonly width: number // CSS pixels
  readonly hover: number | null // the word under the pointer
  readonly drag: PageRectangle | null
  readonly drawing: boolean // a drag draws a box instead of picking words
}

export function PageMarks({ page, words, marks, width, hover, drag, drawing }: Props) {
  const dragged =
    drag === null || drawing ? [] : runs(words, wordsIn(words, page.number, drag), page.number)
  const shown = useMemo(
    () =>
      marks
        .map((mark) => ({ mark, boxes: boxesOf(mark, words, page.number) }))
        .filter(({ boxes }) => boxes.length > 0),
    [marks, words, page.number],
  )
  const chosen = shown.find(({ mark }) => mark.selected)
  const underlines = useMemo(() => underlinesOf(words, page.number), [words, page.number])
  return (
    <>
      <svg
        class="marks"
        viewBox={`0 0 ${page.wide} ${page.high}`}
        preserveAspectRatio="none"
        aria-hidden="true"
      >
        <path class="doubtful" d={underlines} vector-effect="non-scaling-stroke" />
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
      <Tag page={page} words={words} width={width} chosen={chosen} />
    </>
  )
}

/** Below each word that may be misread: one path, since a bad scan has hundreds. */
function underlinesOf(words: PageWords, page: number): string {
  return words
    .on(page)
    .filter((index) => isDoubtful(words, index))
    .map((index) => {
      const { x0, x1, y1 } = words.box(index)
      return `M${x0} ${y1}H${x1}`
    })
    .join('')
}

interface TagProps {
  readonly page: PageArea
  readonly words: PageWords
  readonly width: number // CSS pixels
  readonly chosen: { readonly mark: WordMark; readonly boxes: readonly PageRectangle[] } | undefined
}

/**
 * The selected field's name beside its words, where it covers no printed text. Cells have none,
 * since the grid shows their column.
 */
function Tag({ page, words, width, chosen }: TagProps) {
  const area = useMemo(
    () =>
      chosen === undefined || chosen.mark.key.startsWith('#')
        ? null
        : freePlace(
            words,
            page.number,
            chosen.boxes.reduce(union),
            tagSize(chosen.mark.label, page.wide / width),
            page,
          ),
    [words, width, chosen?.mark.key, chosen?.mark.words.join(), chosen?.mark.box.join()],
  )
  if (area === null) return null
  return (
    <span
      class={`tag ${chosen?.mark.tone ?? ''}`}
      style={{
        left: `${(100 * area.x0) / page.wide}%`,
        top: `${(100 * area.y0) / page.high}%`,
      }}
      aria-hidden="true"
    >
      {chosen?.mark.label}
    </span>
  )
}

/** `unit`: page units in a CSS pixel. */
function tagSize(label: string, unit: number): { readonly wide: number; readonly high: number } {
  return { wide: (14 + 6.6 * label.length) * unit, high: 19 * unit }
}

function Box({
  class: name,
  box,
  by,
}: {
  readonly class: string
  readonly box: PageRectangle
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
