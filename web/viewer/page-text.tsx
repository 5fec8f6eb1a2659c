/** The words of a page as text, where there is no image of it or none yet. */

import { useMemo } from 'preact/hooks'
import type { PageWords } from '../review/words.ts'

export function PageText({
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
