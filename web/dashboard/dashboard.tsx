/**
 * How much goes straight through and how right it is, from the quality views of the analytics
 * store. Shares come with what they are counted on. Fields that people reviewed are the hard ones:
 * what was accepted is spoken for by the random sample alone, with an interval. Every point and
 * every row leads to the documents behind it and to no others; what a figure can't be filtered by
 * is said beside it.
 *
 * What is at the top is asked for first, then the charts, then the tables as somebody comes near
 * them: over a million documents each question takes a part of a second, and twenty at once would
 * delay one another.
 */

import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { Filters, Row, TableInfo } from '../shared/api-types.ts'
import { Calibration, Lines, type Mark } from './chart.tsx'
import { FilterBar, hrefOf, useFilters, usualChoices } from '../shared/filters.tsx'
import { daysOf, middleOf, spansOf, total } from './points.ts'
import { DataTable, explainFailure, Ignored, show, useTable, type Loaded } from './table.tsx'
import { Top } from '../shared/top.tsx'

const dateOf = (x: number): string => new Date(x).toISOString().slice(0, 10)
const percent = (y: number): string => `${Math.round(100 * y)} %`
const plain = (y: number): string => String(Math.round(10 * y) / 10)
const mostDays = 10_000 // rows: 27 years
const [firstRows, mostRows] = [40, 1000] // of a table, at first and when somebody wants more
const mostMarks = 40 // of drift, the latest

export function Dashboard() {
  const [filters, change] = useFilters()
  const [infos, setInfos] = useState<readonly TableInfo[] | null>(null)
  const [problem, setProblem] = useState('')
  useEffect(() => {
    api.tables().then(
      ({ tables }) => setInfos(tables),
      (error: unknown) => setProblem(explainFailure(error)),
    )
  }, [])
  return (
    <div class="plain">
      <Top page="dashboard" />
      <main class="broad">
        <h1>Quality</h1>
        <FilterBar
          filters={filters}
          names={['profile', 'vendor', 'field', 'model', 'from', 'to']}
          choices={usualChoices}
          onChange={change}
        />
        {problem !== '' && <p role="alert">{problem}</p>}
        {infos !== null && (
          <Figures infos={new Map(infos.map((info) => [info.name, info]))} filters={filters} />
        )}
      </main>
    </div>
  )
}

function Figures({
  infos,
  filters,
}: {
  readonly infos: ReadonlyMap<string, TableInfo>
  readonly filters: Filters
}) {
  const days = useTable('days', filters, mostDays)
  const edits = useTable('edits', filters, mostDays)
  const accepted = useTable('accepted', filters)
  const hasTiles = [days, edits, accepted].every(isAnswered)
  const champions = useTable('champions', filters, undefined, hasTiles)
  const drift = useTable('drift', filters, mostMarks, hasTiles)
  const learning = useTable('learning', filters, undefined, hasTiles)
  const calibration = useTable('calibration', filters, undefined, hasTiles)
  const review = useTable('review_days', filters, mostDays, hasTiles)
  const latency = useTable('latency', filters, mostDays, hasTiles)
  const hasCharts =
    hasTiles && [champions, drift, learning, calibration, review, latency].every(isAnswered)
  const { from: _from, to: _to, ...ofAll } = filters // days of a point stand in for them
  const leads = (changes: Filters): string => hrefOf('/documents', { ...filters, ...changes })
  const leadsOfDays = (changes: Filters): string => hrefOf('/documents', { ...ofAll, ...changes })
  const marks: Mark[] = [
    ...(champions.loaded?.rows ?? []).map((row) => ({
      x: timeOf(row.since),
      label: String(row.model),
      kind: 'model' as const,
      href: hrefOf('/dashboard', { ...filters, model: String(row.model) }),
    })),
    ...(drift.loaded?.rows ?? []).map((row) => ({
      x: timeOf(row.noticed),
      label: `drift: ${String(row.vendor)}, ${String(row.signal)}`,
      kind: 'drift' as const,
      href: hrefOf('/documents', { vendor: String(row.vendor) }),
    })),
  ]
  const table = (name: string, leadsTo?: (column: string, row: Row) => string | null) => {
    const info = infos.get(name)
    return info === undefined ? null : (
      <Loading
        key={name}
        info={info}
        filters={filters}
        wanted={hasCharts}
        {...(leadsTo === undefined ? {} : { leadsTo })}
      />
    )
  }
  if (days.problem !== '') return <p role="alert">{days.problem}</p>
  if (days.loaded === null) return <p role="status">Loading…</p>
  const rows = days.loaded.rows
  const changed = edits.loaded?.rows ?? []
  if (rows.length === 0 && changed.length === 0 && Object.keys(filters).length === 0)
    return (
      <p>
        No documents yet: figures appear with the first ones. <a href="/documents">Send one</a>.
      </p>
    )
  const spans = spansOf(rows)
  return (
    <>
      <dl class="tiles">
        <Tile
          label="Documents"
          of={days.loaded}
          value={total(rows, 'documents').toLocaleString('en')}
          note={`${total(rows, 'reviewed').toLocaleString('en')} to a person, ${total(rows, 'sampled').toLocaleString('en')} sampled`}
        />
        <Tile
          label="Without a person"
          of={days.loaded}
          value={
            rows.length === 0
              ? '–'
              : show('share', total(rows, 'accepted') / total(rows, 'documents'))
          }
          note={`${total(rows, 'corrected_later').toLocaleString('en')} of them corrected later`}
        />
        <Wrong
          loaded={accepted.loaded}
          href={leads({ list: 'values', basis: 'sample', outcome: 'fp', scope: 'header' })}
        />
        <Tile
          label="Edits per 100 documents"
          of={edits.loaded}
          value={
            changed.length === 0
              ? '–'
              : plain((100 * total(changed, 'edits')) / total(changed, 'documents'))
          }
          note={`${total(changed, 'documents').toLocaleString('en')} answers`}
        />
      </dl>
      <div class="charts">
        <Chart title="Without a person, by day" of={days}>
          <Lines
            title="Without a person, by day"
            top={1}
            format={percent}
            label={dateOf}
            marks={marks}
            points={spans.map((span) => {
              const share = total(span.rows, 'accepted') / total(span.rows, 'documents')
              return {
                x: middleOf(span),
                y: share,
                href: leadsOfDays({ read_from: span.from, read_to: span.to }),
                title: `${daysOf(span)}: ${show('share', share)} of ${total(span.rows, 'documents')} documents`,
              }
            })}
          />
        </Chart>
        <Chart
          title={
            filters.field === undefined
              ? 'Edits per 100 documents, by day'
              : `Edits of ${filters.field} per 100 documents, by day`
          }
          of={edits}
        >
          <Lines
            title="Edits per 100 documents, by day"
            format={plain}
            label={dateOf}
            marks={marks}
            points={spansOf(changed).map((span) => {
              const rate = (100 * total(span.rows, 'edits')) / total(span.rows, 'documents')
              return {
                x: middleOf(span),
                y: rate,
                href: leadsOfDays({
                  answered_from: span.from,
                  answered_to: span.to,
                  ...answered(filters),
                }),
                title: `${daysOf(span)}: ${plain(rate)} on ${total(span.rows, 'documents')} documents`,
              }
            })}
          />
        </Chart>
        <Chart title="Learning curve: edits per 100 documents, by answers given" of={learning}>
          <Lines
            title="Learning curve"
            format={plain}
            label={(x) => `${x} answers`}
            points={(learning.loaded?.rows ?? []).map((row) => ({
              x: Number(row.answers),
              y: Number(row.edits_per_100),
              href: leadsOfDays({
                since: String(row.since),
                until: String(row.until),
                ...answered(filters),
              }),
              title: `after ${String(row.answers)} answers: ${show('number', row.edits_per_100)}`,
            }))}
          />
        </Chart>
        <Chart title="Calibration" of={calibration}>
          <Calibration
            points={(calibration.loaded?.rows ?? []).map((row) => ({
              x: Number(row.mean_confidence),
              y: Number(row.share_right),
              count: Number(row.fields),
              href: leads({ list: 'values', bin: String(row.bin) }),
              title: `${show('share', row.mean_confidence)} confident, ${show('share', row.share_right)} right, ${String(row.fields)} values`,
            }))}
          />
        </Chart>
        <Chart title="Time of a review, median by day" of={review}>
          <Lines
            title="Time of a review, median by day"
            format={(y) => show('seconds', y)}
            label={dateOf}
            points={(review.loaded?.rows ?? []).map((row) => ({
              x: Date.parse(String(row.day)),
              y: Number(row.p50_seconds),
              href: leadsOfDays({
                list: 'answers',
                answered_from: String(row.day),
                answered_to: String(row.day),
              }),
              title: `${String(row.day)}: ${show('seconds', row.p50_seconds)}, 95 % under ${show('seconds', row.p95_seconds)}, ${String(row.verdicts)} answers`,
            }))}
          />
        </Chart>
        <Chart title="From arrival to result, median by day" of={latency}>
          <Lines
            title="From arrival to result, median by day"
            format={(y) => show('ms', y)}
            label={dateOf}
            marks={marks.filter(({ kind }) => kind === 'model')}
            points={(latency.loaded?.rows ?? []).map((row) => ({
              x: Date.parse(String(row.day)),
              y: Number(row.p50_ms),
              href: hrefOf('/documents', {
                list: 'times',
                stage: 'raw to extracted',
                from: String(row.day),
                to: String(row.day),
              }),
              title: `${String(row.day)}: ${show('ms', row.p50_ms)}, 95 % under ${show('ms', row.p95_ms)}, ${String(row.documents)} readings`,
            }))}
          />
        </Chart>
      </div>
      {marks.length > 0 && (
        <p class="note legend">
          <span class="model" /> a model version becomes the champion <span class="drift" /> a
          vendor’s documents changed
        </p>
      )}
      {table('wrong_accepted', (column, row) =>
        column === 'judged' || column === 'field'
          ? leads({ list: 'values', field: String(row.field), basis: 'sample' })
          : column === 'wrong'
            ? leads({ list: 'values', field: String(row.field), basis: 'sample', outcome: 'fp' })
            : null,
      )}
      {table('fields', (column, row) =>
        column === 'field' || column === 'judged'
          ? leads({ list: 'values', field: String(row.field), basis: String(row.basis) })
          : column === 'edits'
            ? leads({
                list: 'values',
                field: String(row.field),
                basis: String(row.basis),
                outcome: 'changed',
              })
            : null,
      )}
      {table('vendors', (column, row) =>
        column === 'vendor'
          ? leads({ vendor: String(row.vendor) })
          : column === 'edits'
            ? leads({ list: 'values', vendor: String(row.vendor), outcome: 'changed' })
            : null,
      )}
      {table('models', (column, row) =>
        column === 'model'
          ? leads({ model: String(row.model) })
          : column === 'edits'
            ? leads({
                list: 'values',
                model: String(row.model),
                basis: String(row.basis),
                outcome: 'changed',
              })
            : null,
      )}
      {table('champions', (column, row) =>
        column === 'model' ? leads({ model: String(row.model) }) : null,
      )}
      {table('reviewers', (column, row) =>
        column === 'reviewer' || column === 'day' || column === 'verdicts'
          ? leadsOfDays({
              list: 'answers',
              reviewer: String(row.reviewer),
              answered_from: String(row.day),
              answered_to: String(row.day),
            })
          : null,
      )}
      {table('agreement', (column, row) =>
        column === 'documents'
          ? hrefOf('/documents', {
              ...(filters.profile === undefined ? {} : { profile: filters.profile }),
              list: 'answers',
              reviewer: String(row.reviewer_b),
              with: String(row.reviewer_a),
            })
          : null,
      )}
      {table('drift', (column, row) =>
        column === 'vendor' ? leads({ vendor: String(row.vendor) }) : null,
      )}
      {table('queue', (column, row) =>
        column === 'age' || column === 'documents'
          ? hrefOf('/documents', {
              ...(filters.profile === undefined ? {} : { profile: filters.profile }),
              state: 'review',
              waiting: String(row.age),
            })
          : null,
      )}
      <Later summary="Stages, waiting included">
        {() =>
          table('stages', (column, row) =>
            column === 'stage' || column === 'max_ms'
              ? hrefOf('/documents', {
                  ...(filters.from === undefined ? {} : { from: filters.from }),
                  ...(filters.to === undefined ? {} : { to: filters.to }),
                  list: 'times',
                  stage: String(row.stage),
                })
              : null,
          )
        }
      </Later>
      <Later summary="All days">
        {() => [
          table('days', (column, row) =>
            column === 'day' || column === 'documents'
              ? leadsOfDays({ read_from: String(row.day), read_to: String(row.day) })
              : null,
          ),
          table('edits', (column, row) =>
            column === 'day' || column === 'documents'
              ? leadsOfDays({
                  answered_from: String(row.day),
                  answered_to: String(row.day),
                  ...answered(filters),
                })
              : null,
          ),
        ]}
      </Later>
    </>
  )
}

/** Documents that were answered and not rejected; or the values of the field that is looked at. */
function answered(filters: Filters): Filters {
  return filters.field === undefined
    ? { state: 'accepted' }
    : { list: 'values', outcome: 'changed' }
}

const timeOf = (text: unknown): number => Date.parse(`${String(text).replace(' ', 'T')}Z`)

const isAnswered = ({
  loaded,
  problem,
}: {
  readonly loaded: Loaded | null
  readonly problem: string
}): boolean => loaded !== null || problem !== ''
const nearPixels = 1000 // CSS pixels from the view, in which a table is asked for

function Loading({
  info,
  filters,
  wanted,
  leadsTo,
}: {
  readonly info: TableInfo
  readonly filters: Filters
  readonly wanted: boolean
  readonly leadsTo?: (column: string, row: Row) => string | null
}) {
  const place = useRef<HTMLDivElement>(null)
  const [near, setNear] = useState(false)
  const [most, setMost] = useState(firstRows)
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => setNear(entries.at(-1)?.isIntersecting === true),
      { rootMargin: `${nearPixels}px` },
    )
    observer.observe(place.current as Element)
    return () => observer.disconnect()
  }, [])
  const { loaded, problem } = useTable(info.name, filters, most, wanted && near)
  return (
    <div ref={place}>
      <DataTable
        info={info}
        filters={filters}
        loaded={loaded}
        asked={wanted && near}
        problem={problem}
        {...(leadsTo === undefined ? {} : { leadsTo })}
        {...(most < mostRows ? { onMore: () => setMost(mostRows) } : {})}
      />
    </div>
  )
}

/** What is asked for once somebody opens it. */
function Later({
  summary,
  children,
}: {
  readonly summary: string
  readonly children: () => ComponentChildren
}) {
  const [open, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {open && children()}
    </details>
  )
}

function Chart({
  title,
  of: { loaded, problem },
  children,
}: {
  readonly title: string
  readonly of: { readonly loaded: Loaded | null; readonly problem: string }
  readonly children: ComponentChildren
}) {
  return (
    <figure>
      <figcaption>{title}</figcaption>
      {loaded !== null && <Ignored loaded={loaded} />}
      {problem !== '' ? (
        <p role="alert">{problem}</p>
      ) : loaded === null ? (
        <p class="note" role="status">
          Loading…
        </p>
      ) : (
        children
      )}
    </figure>
  )
}

function Tile({
  label,
  value,
  note,
  of = null,
  href,
}: {
  readonly label: string
  readonly value: string
  readonly note: string
  readonly of?: Loaded | null
  readonly href?: string
}) {
  return (
    <div>
      <dt>{label}</dt>
      <dd>{href === undefined ? value : <a href={href}>{value}</a>}</dd>
      <dd class="small">{note}</dd>
      {of !== null && of.ignored.length > 0 && (
        <dd class="small">
          <Ignored loaded={of} />
        </dd>
      )}
    </div>
  )
}

/** Of the sampled documents: values, and documents since values of one document fail together. */
function Wrong({ loaded, href }: { readonly loaded: Loaded | null; readonly href: string }) {
  const [row] = loaded?.rows ?? []
  const label = 'Wrong among accepted values'
  if (row === undefined || Number(row.judged) === 0)
    return (
      <Tile label={label} value="–" note={loaded === null ? '…' : 'no sample was looked at yet'} />
    )
  return (
    <Tile
      label={label}
      of={loaded}
      href={href}
      value={show('share', row.share)}
      note={`${show('share', row.low).replace(' %', '')} to ${show('share', row.high)}: ${show('count', row.wrong)} of ${show('count', row.judged)}, in ${show('count', row.documents_wrong)} of ${show('count', row.documents)} sampled documents`}
    />
  )
}
