/** The pages of the document, with what is marked, drawn and looked for on them. */

import { useMemo } from 'preact/hooks'
import { FindBar } from '../viewer/find-bar.tsx'
import type { Find } from '../viewer/use-find.ts'
import { PageView } from '../viewer/page-view.tsx'
import { Tools } from '../viewer/tools.tsx'
import type { PageControls } from '../viewer/use-page-controls.ts'
import { focusOn } from './controls.ts'
import { pickWords, type Editor } from './editor.ts'
import { marksOf } from './marks.ts'
import { readBox, type Drawing } from './row-actions.ts'

interface Props {
  readonly editor: Editor
  readonly view: PageControls
  readonly find: Find
  readonly drawing: Drawing | null
  readonly setDrawing: (drawing: Drawing | null) => void
  readonly isLeaving: boolean // another document is being opened
}

export function DocumentPane({ editor, view, find, drawing, setDrawing, isLeaving }: Props) {
  const { task, words, answering } = editor
  const { session, draft, completions } = answering
  const marks = useMemo(() => marksOf(session, draft, completions), [session, draft, completions])
  return (
    <main class="document" inert={isLeaving}>
      <PageView
        task={task}
        words={words}
        marks={find.among(marks)}
        zoom={view.zoom}
        whole={view.whole}
        page={view.page}
        drawing={drawing !== null}
        boxes={view.boxes}
        onPage={view.setPage}
        onZoom={view.scale}
        onPick={(picked, more) => pickWords(editor, picked, more)}
        onDraw={(page, area) => {
          setDrawing(null)
          readBox(editor, drawing, page, area)
        }}
      />
      {drawing !== null && (
        <p class="hint-bar" role="status">
          Draw a box around the {drawing}{' '}
          <button type="button" class="quiet" onClick={() => setDrawing(null)}>
            Esc
          </button>
        </p>
      )}
      {find.isOpen && (
        <FindBar
          find={find}
          onClose={() => {
            find.close()
            focusOn(session.selected)
          }}
        />
      )}
      <Tools task={task} view={view} onFind={find.open} />
    </main>
  )
}
