/**
 * The line items as a spreadsheet-like grid, with actions on whole rows and columns.
 *
 * A row that did not change is not rendered again, so typing into an invoice of 30 pages is as fast
 * as into one page.
 */

import type { VNode } from 'preact'
import { useLayoutEffect, useMemo, useRef } from 'preact/hooks'
import type { FullTask } from '../../connectors/http/contract/types.ts'
import type { Check } from '../../schemas/types.ts'
import { doubtfulLine } from '../shared/reasons.ts'
import { toneOf, type Editing } from './fields.tsx'
import { cellOf } from './line-item-rows.ts'
import { lineSum } from './line-sum.ts'
import type { RowAct } from './row-actions.ts'
import type { Entry, Session } from './session.ts'
import { Value } from './value.tsx'

interface Props {
  readonly task: FullTask
  readonly session: Session
  readonly editing: Editing
  readonly checks: readonly Check[]
  readonly wide: boolean
  readonly onAct: (act: RowAct) => void
  readonly onWide: () => void
  /** True where the text was taken. */
  readonly onPaste: (text: string) => boolean
}

interface Act {
  readonly act: RowAct
  readonly label: string
  readonly title: string
}

const acts: readonly (Act & { readonly name: string })[] = [
  {
    act: 'duplicate',
    label: 'Duplicate',
    title: 'The same row once more (Ctrl Insert)',
    name: 'Duplicate row',
  },
  { act: 'up', label: '↑', title: 'Move the row up (Alt ↑)', name: 'Move row up' },
  { act: 'down', label: '↓', title: 'Move the row down (Alt ↓)', name: 'Move row down' },
  { act: 'join', label: 'Join', title: 'One row with the one below (Alt J)', name: 'Join rows' },
  {
    act: 'split',
    label: 'Split',
    title: 'Two rows, after its first line (Alt Shift J)',
    name: 'Split row',
  },
  { act: 'remove', label: 'Remove', title: 'Remove the row (Ctrl Delete)', name: 'Remove row' },
]
const columnActs: readonly Act[] = [
  {
    act: 'fillDown',
    label: 'Fill down',
    title: 'This value in all empty cells below (Ctrl Shift D); Ctrl D takes the value above',
  },
  {
    act: 'drawColumn',
    label: 'From a box',
    title: 'Draw a box around the column (Alt Shift B)',
  },
  { act: 'clearColumn', label: 'Clear', title: 'Empty the column' },
]

const sumTones: Readonly<Record<string, string>> = { true: 'done', false: 'wrong' }

export function LineItemGrid({
  task,
  session,
  editing,
  checks,
  wide,
  onAct,
  onWide,
  onPaste,
}: Props) {
  const columns = task.definition.lineItems
  const doubtful = doubtfulLine(checks)
  const sum = useMemo(() => lineSum(session, checks), [session.rows, session.fields, checks])
  const drawn = useRef(
    new Map<
      number,
      {
        readonly row: readonly Entry[]
        readonly isLive: boolean // it was selected or being edited
        readonly isDoubtful: boolean
        readonly node: VNode
      }
    >(),
  )
  const head = useRef<HTMLDivElement>(null)
  const names = useRef<HTMLTableSectionElement>(null)
  const place = cellOf(session.selected)
  const column = columns.find(({ name }) => name === place?.column)
  useLayoutEffect(() => {
    // keeps the column names below the header and the selected row below both while scrolling
    const { style } = head.current?.parentElement ?? {}
    style?.setProperty('--head', `${head.current?.offsetHeight ?? 0}px`)
    style?.setProperty('--names', `${names.current?.offsetHeight ?? 0}px`)
  }, [place === null, column?.name, wide, session.rows.length === 0])
  if (columns.length === 0) return null
  const rowNode = (row: readonly Entry[], index: number): VNode => {
    const isLive = place?.row === index || editing.draft?.key.startsWith(`#${index}.`) === true
    const isDoubtful = doubtful === index
    const known = drawn.current.get(index)
    if (!isLive && known?.row === row && !known.isLive && known.isDoubtful === isDoubtful)
      return known.node
    const node = (
      <Row
        key={index}
        row={row}
        index={index}
        selected={session.selected}
        editing={editing}
        isDoubtful={isDoubtful}
      />
    )
    drawn.current.set(index, { row, isLive, isDoubtful, node })
    return node
  }
  return (
    <section
      class="lines"
      aria-label="Line items"
      onPaste={(event) => {
        if (onPaste(event.clipboardData?.getData('text/plain') ?? '')) event.preventDefault()
      }}
    >
      <div class="head" ref={head}>
        <GridHeader count={session.rows.length} wide={wide} onAct={onAct} onWide={onWide} />
        {place !== null && <Acts row={place.row} column={column?.label} onAct={onAct} />}
      </div>
      {session.rows.length > 0 && (
        <table>
          <thead ref={names}>
            <tr>
              {columns.map(({ name, type, label }) => (
                <th
                  key={name}
                  class={`${type} ${name === column?.name ? 'current' : ''}`}
                  scope="col"
                >
                  {label}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>{session.rows.map(rowNode)}</tbody>
          {sum !== null && (
            <tfoot>
              <tr>
                <td colSpan={columns.length} class={sumTones[String(sum.agrees)]}>
                  {sum.text}
                </td>
              </tr>
            </tfoot>
          )}
        </table>
      )}
    </section>
  )
}

function GridHeader({
  count,
  wide,
  onAct,
  onWide,
}: Pick<Props, 'wide' | 'onAct' | 'onWide'> & { readonly count: number }) {
  return (
    <header>
      <h2>Line items</h2>
      <span class="count">{count}</span>
      <button
        type="button"
        class="quiet"
        title="Draw a box around rows (Alt B)"
        onClick={() => onAct('drawRows')}
      >
        From a box
      </button>
      <button
        type="button"
        class="quiet"
        title="Add a row below (Insert)"
        onClick={() => onAct('add')}
      >
        Add row
      </button>
      <button
        type="button"
        class="quiet"
        title="More or less room (Alt G)"
        aria-pressed={wide}
        onClick={onWide}
      >
        {wide ? 'Narrow' : 'Wide'}
      </button>
    </header>
  )
}

/** The actions on the selected row and column. */
function Acts({
  row,
  column = '',
  onAct,
}: Pick<Props, 'onAct'> & { readonly row: number; readonly column: string | undefined }) {
  return (
    <div class="acts">
      <span role="group" aria-label={`Row ${row + 1}`}>
        <i>Row {row + 1}</i>
        {acts.map(({ act, label, title, name }) => (
          <button
            key={act}
            type="button"
            class="quiet"
            title={title}
            aria-label={name}
            onClick={() => onAct(act)}
          >
            {label}
          </button>
        ))}
      </span>
      <span role="group" aria-label={`Column ${column}`}>
        <i>{column}</i>
        {columnActs.map(({ act, label, title }) => (
          <button
            key={act}
            type="button"
            class="quiet"
            title={title}
            aria-label={`${label}, column ${column}`}
            onClick={() => onAct(act)}
          >
            {label}
          </button>
        ))}
      </span>
    </div>
  )
}

function Row({
  row,
  index,
  selected,
  editing,
  isDoubtful,
}: {
  readonly row: readonly Entry[]
  readonly index: number
  readonly selected: string
  readonly editing: Editing
  readonly isDoubtful: boolean
}) {
  return (
    <tr
      class={classes({
        selected: row.some((entry) => entry.key === selected),
        doubtful: isDoubtful,
      })}
    >
      {row.map((entry) => {
        const draft = editing.draft?.key === entry.key ? editing.draft : null
        const problem = draft?.problem ?? entry.problem
        return (
          <td
            key={entry.name}
            class={classes({
              [entry.type]: true,
              [toneOf(entry)]: true,
              selected: entry.key === selected,
              weak: entry.origin === 'model' && entry.confidence < 0.5,
            })}
            title={problem ?? undefined}
          >
            <Value
              id={`cell-${index}-${entry.name}`}
              entry={entry}
              label={`${entry.label}, row ${index + 1}${problem === null ? '' : `, ${problem}`}`}
              draft={draft}
              completions={draft === null ? [] : editing.completions}
              selected={entry.key === selected}
              wide={entry.type === 'text' ? 22 : 9}
              onSelect={() => editing.onSelect(entry.key)}
              onEdit={() => editing.onEdit(entry.key)}
              onType={(text) => editing.onType(entry.key, text)}
              onTake={editing.onTake}
            />
          </td>
        )
      })}
    </tr>
  )
}

function classes(names: Readonly<Record<string, boolean>>): string {
  return Object.keys(names)
    .filter((name) => names[name])
    .join(' ')
}
