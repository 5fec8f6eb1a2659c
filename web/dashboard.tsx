/**
 * How much goes straight through and how right it is, from the quality views of the analytics store. Shares come with what
 * they are counted on. Fields that people reviewed are the hard ones: what was accepted is spoken for by the random sample
 * alone, with an interval. Every point and every row leads to its documents.
 */

import { useEffect, useState } from 'preact/hooks'
import { api, type Filters, type ModelVersion, type Row, type TableInfo } from './api.ts'
import { Calibration, Lines, type Mark } from './chart.tsx'
import { FilterBar, hrefOf, useFilters } from './filters.tsx'
import { intervalOf } from './statistics.ts'
import { DataTable, explainFailure, show, useTable } from './table.tsx'
import { Top } from './top.tsx'

const day = (row: Row): number => Date.parse(String(row.day))
const dateOf = (x: number): string => new Date(x).toISOString().slice(0, 10)
const percent = (y: number): string => `${Math.round(100 * y)} %`
const plain = (y: number): string => String(Math.round(10 * y) / 10)

export function Dashboard() {
  const [filters, change] = useFilters()
  const [infos, setInfos] = useState<readonly TableInfo[] | null>(null)
  const [models, setModels] = useState<readonly ModelVersion[]>([])
  const [problem, setProblem] = useState('')
  useEffect(() => {
    api.tables().then(({ tables }) => setInfos(tables), (error: unknown) => setProblem(explainFailure(error)))
    api.models().then((found) => setModels(found.models), () => {})
  }, [])
  return (
    <div class="plain">
      <Top page="dashboard" />
      <main class="broad">
        <h1>Quality</h1>
        <FilterBar filters={filters} names={['profile', 'vendor', 'field', 'model', 'from', 'to']} onChange={change} />
        {problem !== '' && <p role="alert">{problem}</p>}
        {infos !== null && <Figures infos={new Map(infos.map((info) => [info.name, info]))} filters={filters} models={models} />}
      </main>
    </div>
  )
}

function Figures({ infos, filters, models }: { readonly infos: ReadonlyMap<string, TableInfo>; readonly filters: Filters; readonly models: readonly ModelVersion[] }) {
  const days = useTable('days', filters)
  const edits = useTable('edits', filters)
  const learning = useTable('learning', filters)
  const wrong = useTable('wrong_accepted', filters)
  const calibration = useTable('calibration', filters)
  const rows = days.loaded?.rows ?? []
  const sum = (list: readonly Row[], name: string): number => list.reduce((total, row) => total + Number(row[name] ?? 0), 0)
  const wrongRows = wrong.loaded?.rows ?? []
  const [hits, of] = [sum(wrongRows, 'wrong'), sum(wrongRows, 'judged')]
  const { low, high } = intervalOf(hits, of)
  const marks: Mark[] = models.filter(({ state }) => state === 'champion' || state === 'retired').map(({ name, version, decidedAt }) => ({ x: decidedAt, label: `${name}/${version}`, href: hrefOf('/dashboard', { ...filters, model: `${name}/${version}` }) }))
  const leads = (changes: Filters): string => hrefOf('/documents', { ...filters, ...changes })
  const table = (name: string, leadsTo?: (column: string, row: Row) => string | null) => {
    const info = infos.get(name)
    return info === undefined ? null : <Loading key={name} info={info} filters={filters} {...(leadsTo === undefined ? {} : { leadsTo })} />
  }
  if (days.problem !== '') return <p role="alert">{days.problem}</p>
  if (days.loaded === null) return <p role="status">Loading…</p>
  if (rows.length === 0 && Object.keys(filters).length === 0) return <p>No documents yet: figures appear with the first ones. <a href="/documents">Send one</a>.</p>
  return (
    <>
      <dl class="tiles">
        <Tile label="Documents" value={sum(rows, 'documents').toLocaleString('en')} note={`${sum(rows, 'reviewed').toLocaleString('en')} to a person`} />
        <Tile label="Without a person" value={sum(rows, 'documents') === 0 ? '–' : show('share', sum(rows, 'accepted') / sum(rows, 'documents'))} note={`${sum(rows, 'corrected_later')} of them corrected later`} />
        <Tile label="Wrong among accepted values" value={of === 0 ? '–' : show('share', hits / of)} note={of === 0 ? 'no sample was looked at yet' : `${(100 * low).toFixed(1)} to ${(100 * high).toFixed(1)} %, ${hits} of ${of} sampled`} />
        <Tile label="Edits per 100 documents" value={sum(edits.loaded?.rows ?? [], 'documents') === 0 ? '–' : plain((100 * sum(edits.loaded?.rows ?? [], 'edits')) / sum(edits.loaded?.rows ?? [], 'documents'))} note={`${sum(edits.loaded?.rows ?? [], 'documents')} answers`} />
      </dl>
      <div class="charts">
        <figure><figcaption>Without a person, by day</figcaption>
          <Lines title="Without a person, by day" top={1} format={percent} label={dateOf} marks={marks} points={rows.map((row) => ({ x: day(row), y: Number(row.accepted_share), href: leads({ day: String(row.day) }), title: `${String(row.day)}: ${show('share', row.accepted_share)} of ${String(row.documents)} documents` }))} /></figure>
        <figure><figcaption>Edits per 100 documents, by day</figcaption>
          <Lines title="Edits per 100 documents, by day" format={plain} label={dateOf} marks={marks} points={(edits.loaded?.rows ?? []).map((row) => ({ x: day(row), y: Number(row.edits_per_100), href: leads({ day: String(row.day) }), title: `${String(row.day)}: ${show('number', row.edits_per_100)} on ${String(row.documents)} documents` }))} /></figure>
        <figure><figcaption>Learning curve: edits per 100 documents, by answers given</figcaption>
          <Lines title="Learning curve" format={plain} label={(x) => `${x} answers`} points={(learning.loaded?.rows ?? []).map((row) => ({ x: Number(row.answers), y: Number(row.edits_per_100), href: leads({ to: String(row.until).slice(0, 10) }), title: `after ${String(row.answers)} answers: ${show('number', row.edits_per_100)}` }))} /></figure>
        <figure><figcaption>Calibration</figcaption>
          <Calibration points={(calibration.loaded?.rows ?? []).map((row) => ({ x: Number(row.mean_confidence), y: Number(row.share_right), count: Number(row.fields), href: leads({ bin: String(row.bin) }), title: `${show('share', row.mean_confidence)} confident, ${show('share', row.share_right)} right, ${String(row.fields)} values` }))} /></figure>
      </div>
      {table('wrong_accepted', (column, row) => (column === 'wrong' || column === 'field' ? leads({ field: String(row.field), basis: 'sample', outcome: 'fp' }) : null))}
      {table('fields', (column, row) => (column === 'field' ? leads({ field: String(row.field), basis: String(row.basis) }) : column === 'changed' ? leads({ field: String(row.field), basis: String(row.basis), outcome: 'fp' }) : null))}
      {table('vendors', (column, row) => (column === 'vendor' ? leads({ vendor: String(row.vendor) }) : null))}
      {table('models', (column, row) => (column === 'model' ? leads({ model: String(row.model) }) : null))}
      {table('reviewers', (column, row) => (column === 'reviewer' || column === 'day' ? leads({ reviewer: String(row.reviewer), day: String(row.day) }) : null))}
      {table('agreement')}
      {table('drift', (column, row) => (column === 'vendor' ? leads({ vendor: String(row.vendor) }) : null))}
      {table('queue', (column) => (column === 'age' ? leads({ state: 'review' }) : null))}
      {table('stages')}
      <details><summary>All days</summary>{table('days', (column, row) => (column === 'day' ? leads({ day: String(row.day) }) : null))}</details>
    </>
  )
}

function Loading({ info, filters, leadsTo }: { readonly info: TableInfo; readonly filters: Filters; readonly leadsTo?: (column: string, row: Row) => string | null }) {
  const { loaded, problem } = useTable(info.name, filters, 100)
  return <DataTable info={info} filters={filters} loaded={loaded} problem={problem} {...(leadsTo === undefined ? {} : { leadsTo })} />
}

function Tile({ label, value, note }: { readonly label: string; readonly value: string; readonly note: string }) {
  return <div><dt>{label}</dt><dd>{value}</dd><dd class="small">{note}</dd></div>
}
