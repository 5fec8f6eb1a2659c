/** Cells copied from a spreadsheet, into the grid from the selected cell on. */

import type { Editor } from './editor.ts'
import { cellOf, pasteCells } from './line-item-rows.ts'

const mostCells = 1_000 // as the server takes at once

/**
 * The cells of a text as spreadsheets copy it: tabs between cells, a cell with line breaks in
 * quotes, and a quote in it twice.
 */
export function cellsOf(text: string): string[][] {
  const rows: string[][] = [[]]
  const cell = /(?:"((?:[^"]|"")*)"|([^\t\r\n]*))(\t|\r?\n|\r|$)/y
  for (let found = cell.exec(text); found !== null; found = cell.exec(text)) {
    const [, quoted, plain = '', end] = found
    const value = quoted?.replaceAll('""', '"').replace(/\s+/g, ' ') ?? plain
    rows.at(-1)?.push(value.trim())
    if (end === '' || cell.lastIndex >= text.length) break
    if (end !== '\t') rows.push([])
  }
  return rows
}

/** True where the text was cells and went into the grid; else it is for the control under it. */
export function paste({ task, answering, say }: Editor, text: string): boolean {
  const place = cellOf(answering.present().selected)
  if (place === null) return false
  const cells = cellsOf(text)
  const isOne = cells.length === 1 && cells[0]?.length === 1
  if (isOne && answering.now().draft !== null) return false
  const count = cells.flat().length
  if (count > mostCells) {
    say(`Nothing was pasted: ${count} cells, and ${mostCells} go at once.`)
    return true
  }
  answering.editDraft(null)
  const pasted = pasteCells(answering.present(), task, place, cells)
  answering.putAll(pasted.session, pasted.texts)
  const rows = cells.length === 1 ? '1 row' : `${cells.length} rows`
  say(
    pasted.left === 0 ? `${rows} pasted.` : `${rows} pasted; no columns for ${pasted.left} cells.`,
  )
  return true
}
