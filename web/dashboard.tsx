/** The quality of what was accepted, as far as the analytics store tells. Numbers come with what they are counted on. */

import { useEffect, useState } from 'preact/hooks'
import { api, ApiError } from './api.ts'
import { Top } from './top.tsx'

type Rows = readonly Readonly<Record<string, unknown>>[]

const titles: Readonly<Record<string, string>> = { overview: 'All documents', by_field: 'By field', by_day: 'By day' }

export function Dashboard() {
  const [quality, setQuality] = useState<Readonly<Record<string, Rows>> | null>(null)
  const [problem, setProblem] = useState('')
  useEffect(() => {
    api.quality().then(setQuality, (error: unknown) => setProblem(error instanceof ApiError && error.code === 'NO_ANALYTICS' ? 'This process has no analytics store.' : 'The analytics store can’t be asked at the moment.'))
  }, [])
  const tables = Object.entries(quality ?? {}).filter(([, rows]) => rows.length > 0)
  return (
    <div class="plain">
      <Top page="dashboard" />
      <main>
        <h1>Quality</h1>
        {problem !== '' && <p role="alert">{problem}</p>}
        {quality !== null && tables.length === 0 && <p>No documents yet: figures appear with the first ones.</p>}
        {tables.map(([name, rows]) => <Table key={name} title={titles[name] ?? name.replace(/_/g, ' ')} rows={rows} />)}
      </main>
    </div>
  )
}

function Table({ title, rows }: { readonly title: string; readonly rows: Rows }) {
  const columns = Object.keys(rows[0] ?? {})
  return (
    <section><h2>{title}</h2>
      <div class="wide"><table class="figures">
        <thead><tr>{columns.map((column) => <th key={column} scope="col">{column.replace(/_/g, ' ')}</th>)}</tr></thead>
        <tbody>{rows.map((row, index) => <tr key={index}>{columns.map((column) => <Cell key={column} name={column} value={row[column]} />)}</tr>)}</tbody>
      </table></div>
    </section>
  )
}

function Cell({ name, value }: { readonly name: string; readonly value: unknown }) {
  if (typeof value !== 'number') return <td>{value === null || value === undefined ? '–' : String(value)}</td>
  const isShare = /share|rate|precision|recall/.test(name) && value >= 0 && value <= 1
  return <td class="number">{isShare ? <><meter min={0} max={1} value={value} /> {(100 * value).toFixed(1)} %</> : value.toLocaleString('en', { maximumFractionDigits: 2 })}</td>
}
