/** The toolbar below the page: page turning, zoom and word boxes. */

import type { FullTask } from '../../connectors/http/contract/types.ts'
import type { PageControls } from './use-page-controls.ts'

interface Props {
  readonly task: FullTask
  readonly view: PageControls
  readonly onFind: () => void
}

export function Tools({ task, view, onFind }: Props) {
  return (
    <div class="tools" role="toolbar" aria-label="Page">
      {task.pageList.length > 1 && (
        <>
          <button
            type="button"
            title="Previous page (PageUp)"
            aria-label="Previous page"
            onClick={() => view.turnPage(-1)}
          >
            ‹
          </button>
          <span>
            {view.page} / {task.pageList.length}
          </span>
          <button
            type="button"
            title="Next page (PageDown)"
            aria-label="Next page"
            onClick={() => view.turnPage(1)}
          >
            ›
          </button>
          <i />
        </>
      )}
      <button type="button" title="Zoom out (Alt −)" aria-label="Zoom out" onClick={view.zoomOut}>
        −
      </button>
      <button
        type="button"
        class="level"
        title="To the width of the view; again: the whole page (Alt 0)"
        onClick={view.fit}
      >
        {view.whole && view.zoom === 1 ? 'Page' : `${Math.round(100 * view.zoom)} %`}
      </button>
      <button type="button" title="Zoom in (Alt +)" aria-label="Zoom in" onClick={view.zoomIn}>
        +
      </button>
      <i />
      <button
        type="button"
        title="What was read: the boxes of all words (Alt W)"
        aria-label="Boxes of all words"
        aria-pressed={view.boxes}
        onClick={view.toggleBoxes}
      >
        ▭
      </button>
      <button
        type="button"
        title="Find a text on the pages (Ctrl F)"
        aria-label="Find on the pages"
        onClick={onFind}
      >
        ⌕
      </button>
    </div>
  )
}
