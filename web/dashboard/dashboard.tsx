/**
 * The dashboard: how many documents go straight through, and how many of those are right, from the
 * quality views of the analytics store. Each share shows what it is counted on. Fields that people
 * reviewed are the hard ones, so the error rate of accepted values comes from the random sample
 * alone, with an interval. Every point and row links to exactly the documents behind it; filters
 * that a figure ignores are named beside it.
 *
 * The tiles are fetched first, then the charts, then each table as it comes near the view: over a
 * million documents a query takes a fraction of a second, and twenty at once would delay one
 * another.
 */

import { useEffect, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { TableFilters, TableInfo } from '../../connectors/http/contract/types.ts'
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
