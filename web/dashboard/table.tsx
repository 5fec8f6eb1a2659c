/** A table of the analytics store: its rows, links, and export as CSV or Parquet. */

import { useState } from 'preact/hooks'
import { api, ApiError } from '../shared/api.ts'
import type {
  CellValue,
  ColumnKind,
  TableFilters,
  TableInfo,
  TableRow,
} from '../../connectors/http/contract/types.ts'
import { nameOfFilter } from '../shared/filters.tsx'
import { isStored, useLoaded } from '../shared/live.ts'
import { saveBlob } from '../shared/save.ts'

export interface LoadedTable {
  readonly rows: readonly TableRow[]
  readonly more: boolean
  /** Filters that the table doesn't have. */
  readonly ignored: readonly string[]
}

/** `loaded` null without a problem: not answered yet. */
export interface TableState {
  readonly loaded: LoadedTable | null
  readonly problem: string
}

/** The link of a value; null: none. */
export type LinkOf = (column: string, row: TableRow) => string | null

/**
 * The rows of a table, fetched again when the filters change or the store has new data. `wanted`:
 * false while something else comes first.
 */
export function useTable(
  name: string,
  filters: TableFilters,
  limit?: number,
  wanted = true,
): TableState {
  const mark = JSON.stringify([name, filters, limit])
  const [answer, setAnswer] = useState<{
    readonly mark: string
    readonly loaded: LoadedTable | null
    readonly problem: string
  }>({ mark, loaded: null, problem: '' })
  useLoaded(
    wanted ? mark : null,
    async (isCurrent) => {
      try {
        const loaded = await api.table(name, filters, limit)
        if (isCurrent()) setAnswer({ mark, loaded, problem: '' })
      } catch (error) {
        if (isCurrent()) setAnswer({ mark, loaded: null, problem: explainFailure(error) })
      }
    },
    isStored,
  )
  // drops the answer to a previous request
  return answer.mark === mark ? answer : { loaded: null, problem: '' }
}

export function explainFailure(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something failed.'
  if (error.code === 'NO_ANALYTICS') return 'This process has no analytics store.'
  if (error.status === 400) return 'One of the filters is not understood.'
  if (error.status === 403) return 'Your role doesn’t allow this.'
  return error.status === 503 || error.status === 0
    ? 'The store can’t be asked at the moment.'
    : error.message
}

interface Props {
  readonly info: TableInfo
  readonly filters: TableFilters
  readonly loaded: LoadedTable | null
  readonly asked?: boolean // false: not requested yet
  readonly problem?: string
  readonly leadsTo?: LinkOf
  readonly onMore?: () => void
}

export function DataTable({
  info,
  filters,
  loaded,
  asked = true,
  problem = '',
  leadsTo = () => null,
  onMore,
}: Props) {
  const [trouble, setTrouble] = useState('')
  const save = (format: 'csv' | 'parquet'): void => {
    setTrouble('')
    void api.file(info.name, filters, format).then(
      ({ blob, more }) => {
        if (more) setTrouble('The table has more rows than one file takes: filter to get them all.')
        saveBlob(blob, `${info.name}.${format}`)
      },
      (error: unknown) => setTrouble(explainFailure(error)),
    )
  }
  return (
    <section class="table">
      <header>
        <h2>{info.title}</h2>
        <span class="space" />
        {loaded !== null && loaded.rows.length > 0 && (
          <ExportButtons title={info.title} onSave={save} />
        )}
      </header>
      {info.note !== '' && <p class="note">{info.note}</p>}
      {loaded !== null && <Ignored loaded={loaded} />}
      {trouble !== '' && <p role="alert">{trouble}</p>}
      <Body info={info} loaded={loaded} asked={asked} problem={problem} leadsTo={leadsTo} />
      {loaded?.more === true && <More title={info.title} onMore={onMore} />}
    </section>
  )
}

function Body({
  info,
  loaded,
  asked,
  problem,
  leadsTo,
}: Required<Pick<Props, 'info' | 'loaded' | 'asked' | 'problem' | 'leadsTo'>>) {
  if (problem !== '') return <p role="alert">{problem}</p>
  if (loaded === null)
    return (
      <p class="note later" role="status">
        {asked && 'Loading…'}
      </p>
    )
  if (loaded.rows.length === 0) return <p class="note">None.</p>
  return <Rows info={info} rows={loaded.rows} leadsTo={leadsTo} />
}

function ExportButtons({
  title,
  onSave,
}: {
  readonly title: string
  readonly onSave: (format: 'csv' | 'parquet') => void
}) {
  return (
    <>
      <button
        type="button"
        class="quiet"
        aria-label={`${title} as CSV`}
        onClick={() => onSave('csv')}
      >
        CSV
      </button>
      <button
        type="button"
        class="quiet"
        aria-label={`${title} as Parquet`}
        onClick={() => onSave('parquet')}
      >
        Parquet
      </button>
    </>
  )
}

function Rows({
  info,
  rows,
  leadsTo,
}: {
  readonly info: TableInfo
  readonly rows: readonly TableRow[]
  readonly leadsTo: LinkOf
}) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label={info.title}>
      <table class="figures">
        <thead>
          <tr>
            {info.columns.map(([name, label, kind]) => (
              <th key={name} class={isNumber(kind) ? 'number' : ''} scope="col">
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => (
            <tr key={index}>
              {info.columns.map(([name, , kind]) => (
                <Cell key={name} kind={kind} value={row[name]} href={leadsTo(name, row)} />
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function More({
  title,
  onMore,
}: {
  readonly title: string
  readonly onMore: (() => void) | undefined
}) {
  return (
    <p class="note">
      There are more rows:{' '}
      {onMore !== undefined && (
        <>
          <button type="button" class="quiet" aria-label={`More rows of ${title}`} onClick={onMore}>
            show more
          </button>
          ,{' '}
        </>
      )}
      filter, or take the file.
    </p>
  )
}

/** Names the filters that don't apply here, so nobody mistakes all rows for the filtered ones. */
export function Ignored({ loaded }: { readonly loaded: LoadedTable }) {
  return loaded.ignored.length === 0 ? null : (
    <p class="note ignored">Not filtered by {loaded.ignored.map(nameOfFilter).join(', ')}.</p>
  )
}

function Cell({
  kind,
  value,
  href,
}: {
  readonly kind: ColumnKind
  readonly value: CellValue | undefined
  readonly href: string | null
}) {
  const text = formatValue(kind, value)
  const linked = href === null || text === '–' ? text : <a href={href}>{text}</a>
  if (kind === 'share' && text !== '–')
    return (
      <td class="number">
        <meter min={0} max={1} value={Number(value)} aria-hidden="true" />
        <span class="share">{linked}</span>
      </td>
    )
  return (
    <td
      class={isNumber(kind) ? 'number' : kind}
      dir={kind === 'text' || kind === 'document' ? 'auto' : undefined}
      title={kind === 'text' || kind === 'document' ? text : undefined}
    >
      {linked}
    </td>
  )
}

const isNumber = (kind: ColumnKind): boolean =>
  kind !== 'text' && kind !== 'document' && kind !== 'time'

export function formatValue(kind: ColumnKind, value: CellValue | undefined): string {
  if (value === null || value === undefined || value === '') return '–'
  // amounts are exact strings
  if (kind === 'text' || kind === 'document' || kind === 'amount') return String(value)
  if (kind === 'time') return String(value).replace('T', ' ').slice(0, 19)
  const number = Number(value)
  return Number.isFinite(number) ? formatNumber(kind, number) : '–'
}

function formatNumber(
  kind: Exclude<ColumnKind, 'text' | 'document' | 'amount' | 'time'>,
  number: number,
) {
  switch (kind) {
    case 'share':
    case 'percent':
      return `${(100 * number).toFixed(1)} %`
    case 'count':
      return number.toLocaleString('en')
    case 'seconds':
      return `${number.toFixed(1)} s`
    case 'ms':
      return formatDuration(number)
    case 'number':
      return number.toLocaleString('en', { maximumFractionDigits: 1 })
  }
}

function formatDuration(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`
  if (ms < 120_000) return `${(ms / 1000).toFixed(1)} s`
  return ms < 7_200_000 ? `${Math.round(ms / 60_000)} min` : `${(ms / 3_600_000).toFixed(1)} h`
}
