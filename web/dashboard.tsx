/**
 * How much goes straight through and how right it is, from the quality views of the analytics store. Shares come with
 * what they are counted on. Fields that people reviewed are the hard ones: their figures stand apart from those of the
 * random sample, which speaks for what was accepted.
 */

import { useEffect, useState } from 'preact/hooks'
import { api, ApiError } from './api.ts'
import { Top } from './top.tsx'

type Row = Readonly<Record<string, unknown>>
type Kind = 'text' | 'count' | 'share' | 'seconds' | 'ms'
type Column = readonly [name: string, label: string, kind: Kind]

const tables: readonly (readonly [view: string, title: string, columns: readonly Column[], note: string])[] = [
  ['straight_through', 'Straight through, by day', [['day', 'Day', 'text'], ['profile', 'Profile', 'text'], ['documents', 'Documents', 'count'], ['accepted_share', 'Without a person', 'share'], ['reviewed', 'To a person', 'count'], ['sampled', 'Sampled', 'count'], ['corrected_later', 'Corrected later', 'count']], ''],
  ['quality_by_field', 'Fields', [['profile', 'Profile', 'text'], ['field', 'Field', 'text'], ['basis', 'Seen by', 'text'], ['judged', 'Judged', 'count'], ['precision', 'Precision', 'share'], ['recall', 'Recall', 'share'], ['correction_rate', 'Changed', 'share']],
    'Review: documents that were sent to a person, the hard ones. Sample: drawn at random from the acceptable ones. Untouched values have not been looked at and have no precision.'],
  ['quality_by_model', 'Model versions', [['profile', 'Profile', 'text'], ['model_name', 'Model', 'text'], ['model_version', 'Version', 'count'], ['basis', 'Seen by', 'text'], ['documents', 'Documents', 'count'], ['precision', 'Precision', 'share'], ['recall', 'Recall', 'share']], ''],
  ['review_time', 'Review time', [['day', 'Day', 'text'], ['reviewer', 'Reviewer', 'text'], ['verdicts', 'Verdicts', 'count'], ['edited_fields', 'Edited fields', 'count'], ['p50_seconds', 'Median', 'seconds'], ['p95_seconds', '95 %', 'seconds']], ''],
  ['latency_by_stage', 'Stages, waiting included', [['stage', 'Stage', 'text'], ['records', 'Records', 'count'], ['p50_ms', 'Median', 'ms'], ['p95_ms', '95 %', 'ms'], ['max_ms', 'Slowest', 'ms']], ''],
]

export function Dashboard() {
  const [quality, setQuality] = useState<Readonly<Record<string, readonly Row[]>> | null>(null)
  const [problem, setProblem] = useState('')
  useEffect(() => {
    api.quality().then(setQuality, (error: unknown) => setProblem(error instanceof ApiError && error.code === 'NO_ANALYTICS' ? 'This process has no analytics store.' : 'The analytics store can’t be asked at the moment.'))
  }, [])
  const days = quality?.straight_through ?? []
  const total = (name: string): number => days.reduce((sum, row) => sum + Number(row[name] ?? 0), 0)
  return (
    <div class="plain">
      <Top page="dashboard" />
      <main>
        <h1>Quality</h1>
        {problem !== '' && <p role="alert">{problem}</p>}
        {quality === null && problem === '' && <p role="status">Loading…</p>}
        {quality !== null && days.length === 0 && <p>No documents yet: figures appear with the first ones.</p>}
        {days.length > 0 && (
          <dl class="tiles">
            <Tile label="Documents" value={total('documents').toLocaleString('en')} />
            <Tile label="Without a person" value={shareOf(total('accepted') / total('documents'))} />
            <Tile label="To a person" value={total('reviewed').toLocaleString('en')} />
            <Tile label="Corrected after acceptance" value={total('corrected_later').toLocaleString('en')} />
          </dl>
        )}
        {tables.map(([view, title, columns, note]) => (quality?.[view] ?? []).length > 0 && <Table key={view} title={title} columns={columns} rows={quality?.[view] ?? []} note={note} />)}
      </main>
    </div>
  )
}

function Tile({ label, value }: { readonly label: string; readonly value: string }) {
  return <div><dt>{label}</dt><dd>{value}</dd></div>
}

function Table({ title, columns, rows, note }: { readonly title: string; readonly columns: readonly Column[]; readonly rows: readonly Row[]; readonly note: string }) {
  return (
    <section><h2>{title}</h2>
      {note !== '' && <p class="note">{note}</p>}
      <div class="wide"><table class="figures">
        <thead><tr>{columns.map(([name, label, kind]) => <th key={name} class={kind === 'text' ? '' : 'number'} scope="col">{label}</th>)}</tr></thead>
        <tbody>{rows.map((row, index) => <tr key={index}>{columns.map(([name, , kind]) => <Cell key={name} kind={kind} value={row[name]} />)}</tr>)}</tbody>
      </table></div>
    </section>
  )
}

function Cell({ kind, value }: { readonly kind: Kind; readonly value: unknown }) {
  if (kind === 'text') return <td>{value === null || value === undefined ? '–' : String(value)}</td>
  const number = value === null || value === undefined ? Number.NaN : Number(value)
  if (!Number.isFinite(number)) return <td class="number">–</td>
  if (kind === 'share') return <td class="number"><meter min={0} max={1} value={number} aria-hidden="true" /><span class="share">{shareOf(number)}</span></td>
  const text = kind === 'count' ? number.toLocaleString('en') : kind === 'seconds' ? `${number.toFixed(1)} s` : number < 1000 ? `${Math.round(number)} ms` : `${(number / 1000).toFixed(1)} s`
  return <td class="number">{text}</td>
}

function shareOf(share: number): string {
  return Number.isFinite(share) ? `${(100 * share).toFixed(1)} %` : '–'
}
