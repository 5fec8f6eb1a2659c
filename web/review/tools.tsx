/** The bar below the page: turning pages, zoom, and the boxes of all words. */

import type { FullTask } from '../shared/api-types.ts'

interface Props {
  readonly task: FullTask
  readonly page: number
  readonly zoom: number
  readonly boxes: boolean
  readonly onTurn: (by: number) => void
  readonly onScale: (by: number) => void
  readonly onFit: () => void
  readonly onBoxes: () => void
}

export function Tools({ task, page, zoom, boxes, onTurn, onScale, onFit, onBoxes }: Props) {
  return (
    <div class="tools" role="toolbar" aria-label="Page">
      {task.pageList.length > 1 && (
        <>
          <button
            type="button"
            title="Previous page (PageUp)"
            aria-label="Previous page"
            onClick={() => onTurn(-1)}
          >
            ‹
          </button>
          <span>
            {page} / {task.pageList.length}
          </span>
          <button
            type="button"
            title="Next page (PageDown)"
            aria-label="Next page"
            onClick={() => onTurn(1)}
          >
            ›
          </button>
          <i />
        </>
      )}
      <button
        type="button"
        title="Zoom out (Alt −)"
        aria-label="Zoom out"
        onClick={() => onScale(-1)}
      >
        −
      </button>
      <button
        type="button"
        class="level"
        title="Back to the size that fits (Alt 0)"
        onClick={onFit}
      >
        {Math.round(100 * zoom)} %
      </button>
      <button type="button" title="Zoom in (Alt +)" aria-label="Zoom in" onClick={() => onScale(1)}>
        +
      </button>
      <i />
      <button
        type="button"
        title="What was read: the boxes of all words (Alt W)"
        aria-label="Boxes of all words"
        aria-pressed={boxes}
        onClick={onBoxes}
      >
        ▭
      </button>
    </div>
  )
}
