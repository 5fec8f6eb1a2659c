/** Operations on whole rows and columns of line items. Pure: they take a session and return one. */

import type { Field, LineItem } from '../../schemas/types.ts'
import type { FullTask } from '../../connectors/http/contract/types.ts'
import { renumber, typed, type Entry, type Session } from './session.ts'
import type { CellTexts } from './split-rows.ts'
import { rowEntries } from './start-session.ts'
import { union, type PageRectangle, type PageWords } from './words.ts'

type Row = readonly Entry[]

/** The row and column of a cell's key; null for a field's key. */
export function cellOf(key: string): { readonly row: number; readonly column: string } | null {
  const found = /^#(\d+)\.(.+)$/.exec(key)
  return found === null ? null : { row: Number(found[1]), column: found[2] as string }
}

export function addRow(session: Session, task: FullTask, after: number): Session {
  return insert(session, after + 1, [rowEntries(task, { cells: [] }, after + 1)])
}

export function duplicateRow(session: Session, index: number): Session {
  const row = session.rows[index]
  return row === undefined
    ? session
    : insert(session, index + 1, [
        row.map((entry) => (entry.value === null ? entry : { ...entry, state: 'edited' as const })),
      ])
}

export function removeRow(session: Session, index: number): Session {
  const rows = session.rows.filter((_, i) => i !== index).map(renumber)
  const row = rows[Math.min(index, rows.length - 1)]
  return { ...session, rows, selected: row?.[0]?.key ?? session.fields[0]?.key ?? '' }
}

export function moveRow(session: Session, index: number, by: 1 | -1): Session {
  const [row, other] = [session.rows[index], session.rows[index + by]]
  if (row === undefined || other === undefined) return session
  const rows = [...session.rows]
  rows.splice(index, 1, other)
  rows.splice(index + by, 1, row)
  return {
    ...session,
    rows: rows.map(renumber),
    selected: `#${index + by}.${cellOf(session.selected)?.column ?? row[0]?.name}`,
  }
}

/** Copies the value of the cell above, as in a spreadsheet. */
export function fromAbove(session: Session, key: string): Session {
  const place = cellOf(key)
  const above =
    place === null
      ? undefined
      : session.rows[place.row - 1]?.find((entry) => entry.name === place.column)
  return place === null || above === undefined
    ? session
    : changeColumn(session, place.column, (entry, row) =>
        row === place.row ? taken(entry, above) : entry,
      )
}

/**
 * Puts texts into the cells from `place` on, to the right and below, with new rows at the end.
 * `texts`: those the server has to read; `left`: how many found no column.
 */
export function pasteCells(
  session: Session,
  task: FullTask,
  place: { readonly row: number; readonly column: string },
  cells: readonly (readonly string[])[],
): { readonly session: Session; readonly texts: CellTexts; readonly left: number } {
  const columns = task.definition.lineItems.map(({ name }) => name)
  const first = columns.indexOf(place.column)
  const missing = Math.max(0, place.row + cells.length - session.rows.length)
  const added = Array.from({ length: missing }, (_, i) =>
    rowEntries(task, { cells: [] }, session.rows.length + i),
  )
  let next: Session = { ...session, rows: [...session.rows, ...added] }
  let left = 0
  const texts = new Map<string, { readonly text: string; readonly words: readonly number[] }>()
  for (const [down, row] of cells.entries()) {
    for (const [right, text] of row.entries()) {
      const column = columns[first + right]
      if (column === undefined) {
        left++
        continue
      }
      const key = `#${place.row + down}.${column}`
      next = typed(next, key, text)
      if (text !== '') texts.set(key, { text, words: [] })
    }
  }
  return { session: next, texts, left }
}

/** Copies the cell's value into all empty cells below it. */
export function fillDown(session: Session, key: string): Session {
  const place = cellOf(key)
  const source =
    place === null
      ? undefined
      : session.rows[place.row]?.find((entry) => entry.name === place.column)
  if (place === null || source === undefined || source.value === null) return session
  return changeColumn(session, place.column, (entry, row) =>
    row > place.row && entry.value === null ? taken(entry, source) : entry,
  )
}

export function clearColumn(session: Session, column: string): Session {
  return changeColumn(session, column, (entry) =>
    entry.value === null
      ? entry
      : taken(entry, { ...entry, value: null, raw: null, page: null, words: [], box: [] }),
  )
}

/** Inserts rows read from a box among the existing ones, by their position on the page. */
export function insertRead(
  session: Session,
  task: FullTask,
  words: PageWords,
  read: readonly LineItem[],
): Session {
  if (read.length === 0) return session
  const top = (page: number | null, y: number): number => (page ?? 0) * 1e6 + y
  const first = read.flatMap((row) =>
    row.cells.flatMap((cell) =>
      cell.words.map((index) => top(words.page(index), words.box(index).y0)),
    ),
  )
  const start = Math.min(...first)
  const at = session.rows.findIndex((row) => {
    const place = bandOf(row, words)
    return place !== null && top(place.page, place.y0) > start
  })
  return insert(
    session,
    at < 0 ? session.rows.length : at,
    read.map((row, i) =>
      rowEntries(task, row, i).map((entry) =>
        entry.value === null ? entry : { ...entry, state: 'edited' as const },
      ),
    ),
  )
}

/** Fills a column with cells read from a box: each goes to the row it lies in, or to a new row. */
export function fillColumn(
  session: Session,
  task: FullTask,
  words: PageWords,
  column: string,
  read: readonly LineItem[],
): Session {
  const cells = read.flatMap((row) =>
    row.cells.filter((cell) => cell.name === column && cell.value !== null),
  )
  let next = session
  for (const cell of cells) {
    const middle = cell.words
      .map((index) => words.box(index))
      .reduce<PageRectangle | null>((all, box) => (all === null ? box : union(all, box)), null)
    const page = cell.words.length === 0 ? null : words.page(cell.words[0] as number)
    const y = middle === null ? 0 : (middle.y0 + middle.y1) / 2
    const row = next.rows.findIndex((candidate) => {
      const place = bandOf(candidate, words, column)
      return place !== null && place.page === page && y >= place.y0 && y <= place.y1
    })
    next =
      row < 0
        ? insertRead(next, task, words, [{ cells: [cell] }])
        : changeColumn(next, column, (entry, index) => (index === row ? taken(entry, cell) : entry))
  }
  return next
}

/** The horizontal extent of each column on a page, from the cells already there. */
export function columnsOn(
  session: Session,
  words: PageWords,
  page: number,
): { readonly name: string; readonly x0: number; readonly x1: number }[] {
  const spans = new Map<string, PageRectangle>()
  for (const entry of session.rows.flat()) {
    for (const index of entry.words) {
      if (words.page(index) !== page) continue
      const known = spans.get(entry.name)
      spans.set(entry.name, known === undefined ? words.box(index) : union(known, words.box(index)))
    }
  }
  return spans.size < 2 ? [] : [...spans].map(([name, { x0, x1 }]) => ({ name, x0, x1 }))
}

/** The cell `by` rows and columns away; null at the edge. */
export function neighbourCell(
  session: Session,
  key: string,
  rows: number,
  columns: number,
): string | null {
  const place = cellOf(key)
  if (place === null) return null
  const row = session.rows[place.row + rows]
  const index = row?.findIndex((entry) => entry.name === place.column) ?? -1
  return index < 0 ? null : (row?.[index + columns]?.key ?? null)
}

function insert(session: Session, at: number, added: readonly Row[]): Session {
  const rows = [...session.rows.slice(0, at), ...added, ...session.rows.slice(at)].map((row, i) =>
    renumber(row, i),
  )
  return { ...session, rows, selected: rows[at]?.[0]?.key ?? session.selected }
}

function changeColumn(
  session: Session,
  column: string,
  change: (entry: Entry, row: number) => Entry,
): Session {
  const rows = session.rows.map((row, index) => {
    const at = row.findIndex((entry) => entry.name === column)
    const before = row[at]
    const after = before === undefined ? undefined : change(before, index)
    return after === before ? row : row.map((entry, i) => (i === at ? (after as Entry) : entry))
  })
  return { ...session, rows }
}

function taken(
  entry: Entry,
  { value, raw, page, words, box }: Pick<Field, 'value' | 'raw' | 'page' | 'words' | 'box'>,
): Entry {
  return {
    ...entry,
    value,
    raw,
    page,
    words,
    box,
    origin: 'human',
    originId: null,
    confidence: 1,
    state: 'edited',
    problem: null,
    notice: null,
    reading: false,
  }
}

/** The vertical band of a row's words on the page. */
function bandOf(
  row: Row,
  words: PageWords,
  without?: string,
): { readonly page: number; readonly y0: number; readonly y1: number } | null {
  const indexes = row.filter((entry) => entry.name !== without).flatMap((entry) => entry.words)
  const [first] = indexes
  if (first === undefined) return null
  const boxes = indexes
    .filter((index) => words.page(index) === words.page(first))
    .map((index) => words.box(index))
  const { y0, y1 } = boxes.reduce(union)
  return { page: words.page(first), y0, y1 }
}
