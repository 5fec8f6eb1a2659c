/** The charts: straight-through share, edits, learning curve, calibration and times. */

import type { ComponentChildren } from 'preact'
import type { TableFilters } from '../../connectors/http/contract/types.ts'
import { hrefOf } from '../shared/filters.tsx'
import { Calibration, Lines, type ChartMark } from './chart.tsx'
import { answered, documentsHref, documentsOfDaysHref } from './links.ts'
import { daysOf, daySpansOf, middleOf, plain, total } from './points.ts'
import { formatValue, Ignored, type LoadedTable, type TableState } from './table.tsx'
import type { DashboardFigures } from './use-figures.ts'

interface Props {
  readonly figures: DashboardFigures
  readonly filters: TableFilters
  readonly marks: readonly ChartMark[]
}

export function Charts({
  figures,
  days,
  filters,
}: Omit<Props, 'marks'> & { readonly days: LoadedTable }) {
  const marks = marksOf(figures, filters)
  const props = { figures, filters, marks }
  return (
    <>
      <div class="charts">
        <AcceptedByDay {...props} days={days} />
        <EditsByDay {...props} />
        <LearningCurve {...props} />
        <CalibrationPlot {...props} />
        <ReviewTime {...props} />
        <Latency {...props} />
      </div>
      {marks.length > 0 && (
        <p class="note legend">
          <span class="model" /> a model version becomes the champion <span class="drift" /> a
          vendor’s documents changed
        </p>
      )}
    </>
  )
}

/** When a model became the champion, and when drift was noticed. */
function marksOf({ champions, drift }: DashboardFigures, filters: TableFilters): ChartMark[] {
  return [
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
}

function AcceptedByDay({ figures, filters, marks, days }: Props & { readonly days: LoadedTable }) {
  const title = 'Without a person, by day'
  return (
    <Chart title={title} of={figures.days}>
      <Lines
        title={title}
        top={1}
        format={percent}
        label={dateOf}
        marks={marks}
        points={daySpansOf(days.rows).map((span) => {
          const documents = total(span.rows, 'documents')
          const share = total(span.rows, 'accepted') / documents
          return {
            x: middleOf(span),
            y: share,
            href: documentsOfDaysHref(filters, { read_from: span.from, read_to: span.to }),
            title: `${daysOf(span)}: ${formatValue('share', share)} of ${documents} documents`,
          }
        })}
      />
    </Chart>
  )
}

function EditsByDay({ figures: { edits }, filters, marks }: Props) {
  const of = filters.field === undefined ? '' : ` of ${filters.field}`
  return (
    <Chart title={`Edits${of} per 100 documents, by day`} of={edits}>
      <Lines
        title="Edits per 100 documents, by day"
        format={plain}
        label={dateOf}
        marks={marks}
        points={daySpansOf(edits.loaded?.rows ?? []).map((span) => {
          const documents = total(span.rows, 'documents')
          const rate = (100 * total(span.rows, 'edits')) / documents
          return {
            x: middleOf(span),
            y: rate,
            href: documentsOfDaysHref(filters, {
              answered_from: span.from,
              answered_to: span.to,
              ...answered(filters),
            }),
            title: `${daysOf(span)}: ${plain(rate)} on ${documents} documents`,
          }
        })}
      />
    </Chart>
  )
}

function LearningCurve({ figures: { learning }, filters }: Props) {
  return (
    <Chart title="Learning curve: edits per 100 documents, by answers given" of={learning}>
      <Lines
        title="Learning curve"
        format={plain}
        label={(x) => `${x} answers`}
        points={(learning.loaded?.rows ?? []).map((row) => {
          const edits = formatValue('number', row.edits_per_100)
          return {
            x: Number(row.answers),
            y: Number(row.edits_per_100),
            href: documentsOfDaysHref(filters, {
              since: String(row.since),
              until: String(row.until),
              ...answered(filters),
            }),
            title: `after ${String(row.answers)} answers: ${edits}`,
          }
        })}
      />
    </Chart>
  )
}

function CalibrationPlot({ figures: { calibration }, filters }: Props) {
  return (
    <Chart title="Calibration" of={calibration}>
      <Calibration
        points={(calibration.loaded?.rows ?? []).map((row) => {
          const confident = `${formatValue('share', row.mean_confidence)} confident`
          const right = `${formatValue('share', row.share_right)} right`
          return {
            x: Number(row.mean_confidence),
            y: Number(row.share_right),
            count: Number(row.fields),
            href: documentsHref(filters, { list: 'values', bin: String(row.bin) }),
            title: `${confident}, ${right}, ${String(row.fields)} values`,
          }
        })}
      />
    </Chart>
  )
}

function ReviewTime({ figures: { review }, filters }: Props) {
  const title = 'Time of a review, median by day'
  return (
    <Chart title={title} of={review}>
      <Lines
        title={title}
        format={(y) => formatValue('seconds', y)}
        label={dateOf}
        points={(review.loaded?.rows ?? []).map((row) => {
          const day = String(row.day)
          const median = formatValue('seconds', row.p50_seconds)
          const most = formatValue('seconds', row.p95_seconds)
          return {
            x: Date.parse(day),
            y: Number(row.p50_seconds),
            href: documentsOfDaysHref(filters, {
              list: 'answers',
              answered_from: day,
              answered_to: day,
            }),
            title: `${day}: ${median}, 95 % under ${most}, ${String(row.verdicts)} answers`,
          }
        })}
      />
    </Chart>
  )
}

function Latency({ figures: { latency }, marks }: Props) {
  const title = 'From arrival to result, median by day'
  return (
    <Chart title={title} of={latency}>
      <Lines
        title={title}
        format={(y) => formatValue('ms', y)}
        label={dateOf}
        marks={marks.filter(({ kind }) => kind === 'model')}
        points={(latency.loaded?.rows ?? []).map((row) => {
          const day = String(row.day)
          const median = formatValue('ms', row.p50_ms)
          const most = formatValue('ms', row.p95_ms)
          return {
            x: Date.parse(day),
            y: Number(row.p50_ms),
            href: hrefOf('/documents', {
              list: 'times',
              stage: 'raw to extracted',
              from: day,
              to: day,
            }),
            title: `${day}: ${median}, 95 % under ${most}, ${String(row.documents)} readings`,
          }
        })}
      />
    </Chart>
  )
}

function Chart({
  title,
  of: { loaded, problem },
  children,
}: {
  readonly title: string
  readonly of: TableState
  readonly children: ComponentChildren
}) {
  return (
    <figure>
      <figcaption>{title}</figcaption>
      {loaded !== null && <Ignored loaded={loaded} />}
      {problem !== '' && <p role="alert">{problem}</p>}
      {problem === '' && loaded === null && (
        <p class="note" role="status">
          Loading…
        </p>
      )}
      {problem === '' && loaded !== null && children}
    </figure>
  )
}

function timeOf(text: unknown): number {
  return Date.parse(`${String(text).replace(' ', 'T')}Z`)
}

function dateOf(x: number): string {
  return new Date(x).toISOString().slice(0, 10)
}

function percent(y: number): string {
  return `${Math.round(100 * y)} %`
}
