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

import { useEffect, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { TableFilters, TableInfo } from '../shared/api-types.ts'
import { FilterBar, useFilters, usualChoices } from '../shared/filters.tsx'
import { Top } from '../shared/top.tsx'
import { Charts } from './charts.tsx'
import { explainFailure } from './table.tsx'
import { Tables } from './tables.tsx'
import { Tiles } from './tiles.tsx'
import { useFigures } from './use-figures.ts'

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
  readonly filters: TableFilters
}) {
  const figures = useFigures(filters)
  const { days, edits } = figures
  if (days.problem !== '') return <p role="alert">{days.problem}</p>
  if (days.loaded === null) return <p role="status">Loading…</p>
  const isEmpty = days.loaded.rows.length === 0 && (edits.loaded?.rows ?? []).length === 0
  if (isEmpty && Object.keys(filters).length === 0)
    return (
      <p>
        No documents yet: figures appear with the first ones. <a href="/documents">Send one</a>.
      </p>
    )
  return (
    <>
      <Tiles figures={figures} days={days.loaded} filters={filters} />
      <Charts figures={figures} days={days.loaded} filters={filters} />
      <Tables infos={infos} filters={filters} wanted={figures.hasCharts} />
    </>
  )
}
