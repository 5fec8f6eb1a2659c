/**
 * What keys and buttons do to rows and columns of line items, including rows read from a box drawn
 * on the page.
 */

import { api } from '../shared/api.ts'
import { focusOn } from './controls.ts'
import type { Editor } from './editor.ts'
import * as rows from './line-item-rows.ts'
import { joinRows, splitRow } from './split-rows.ts'
import type { PageRectangle } from './words.ts'

export type RowAct =
  | 'add'
  | 'duplicate'
  | 'remove'
  | 'up'
  | 'down'
  | 'join'
  | 'split'
  | 'fillDown'
  | 'clearColumn'
  | 'drawRows'
  | 'drawColumn'

/** What the reviewer is drawing a box around. */
export type Drawing = 'rows' | 'column'

export function hasLineItems({ task }: Editor): boolean {
  return task.definition.lineItems.length > 0
}

export function actOnRows(
  editor: Editor,
  act: RowAct,
  setDrawing: (drawing: Drawing | null) => void,
): void {
  if (!hasLineItems(editor)) return
  const { answering, task } = editor
  const { selected } = answering.present()
  const column = rows.cellOf(selected)?.column
  answering.finish()
  if (act === 'drawRows') return setDrawing('rows')
  const rowOf = (key: string): number => rows.cellOf(key)?.row ?? answering.session.rows.length - 1
  if (act === 'add')
    return answering.change((session) => rows.addRow(session, task, rowOf(session.selected)))
  if (column === undefined) return
  switch (act) {
    case 'drawColumn':
      setDrawing('column')
      break
    case 'duplicate':
      answering.change((session) => rows.duplicateRow(session, rowOf(session.selected)))
      break
    case 'remove':
      answering.change((session) => rows.removeRow(session, rowOf(session.selected)))
      break
    case 'join':
      joinSelected(editor, rowOf(selected))
      break
    case 'split':
      splitSelected(editor, rowOf(selected))
      break
    case 'fillDown':
      answering.change((session) => rows.fillDown(session, selected))
      break
    case 'clearColumn':
      answering.change((session) => rows.clearColumn(session, column))
      break
    case 'up':
    case 'down':
      answering.change((session) =>
        rows.moveRow(session, rowOf(session.selected), act === 'up' ? -1 : 1),
      )
      break
  }
  focusOn(answering.present().selected)
}

function joinSelected({ answering, say }: Editor, row: number): void {
  const joined = joinRows(answering.present(), row)
  if (joined === null) return say('There is no row below to join.')
  answering.change(() => joined)
  say('Joined with the row below.')
}

function splitSelected({ answering, words, say }: Editor, row: number): void {
  const split = splitRow(answering.present(), row, words)
  if (split === null) return say('All of this row is printed on one line.')
  answering.putAll(split.session, split.texts)
  say('Split after its first line.')
}

/** Reads rows, or the cells of the selected column, from a box on a page. */
export function readBox(
  { task, words, answering, say }: Editor,
  drawing: Drawing | null,
  page: number,
  area: PageRectangle,
): void {
  const present = answering.present()
  const column = drawing === 'column' ? rows.cellOf(present.selected)?.column : undefined
  const columns =
    column === undefined
      ? rows.columnsOn(present, words, page)
      : [{ name: column, x0: area.x0, x1: area.x1 }]
  const box = [area.x0, area.y0, area.x1, area.y1]
  api.rows(task.documentId, { page, box, columns }).then(
    ({ rows: read }) => {
      if (read.length === 0) return say('Nothing to read in this box.')
      answering.change((session) =>
        column === undefined
          ? rows.insertRead(session, task, words, read)
          : rows.fillColumn(session, task, words, column, read),
      )
      say(`${read.length} ${read.length === 1 ? 'row' : 'rows'} read.`)
    },
    () => say('The box could not be read.'),
  )
}
