/** The rows behind tiles and charts; the charts' are fetched after the tiles'. */

import type { TableFilters } from '../../connectors/http/contract/types.ts'
import { useTable, type TableState } from './table.tsx'

const mostDays = 10_000 // rows: 27 years
const mostMarks = 40 // drift marks, the latest

export interface DashboardFigures {
  readonly days: TableState
  readonly edits: TableState
  readonly accepted: TableState
  readonly champions: TableState
  readonly drift: TableState
  readonly learning: TableState
  readonly calibration: TableState
  readonly review: TableState
  readonly latency: TableState
  readonly hasCharts: boolean // all charts are loaded
}

export function useFigures(filters: TableFilters): DashboardFigures {
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
  const charts = { champions, drift, learning, calibration, review, latency }
  const hasCharts = hasTiles && Object.values(charts).every(isAnswered)
  return { days, edits, accepted, ...charts, hasCharts }
}

const isAnswered = ({ loaded, problem }: TableState): boolean => loaded !== null || problem !== ''
