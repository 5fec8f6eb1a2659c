/** The tables below the charts, and the links of their values. */

import type { TableFilters, TableInfo, TableRow } from '../../connectors/http/contract/types.ts'
import { hrefOf } from '../shared/filters.tsx'
import { Foldout, LateTable } from './late-table.tsx'
import { answered, documentsHref, documentsOfDaysHref } from './links.ts'

interface Props {
  readonly infos: ReadonlyMap<string, TableInfo>
  readonly filters: TableFilters
  readonly wanted: boolean // tiles and charts are loaded
}

/** In page order. */
const shown = [
  'wrong_accepted',
  'fields',
  'vendors',
  'models',
  'champions',
  'reviewers',
  'agreement',
  'drift',
  'queue',
] as const
type Shown = (typeof shown)[number] | 'stages' | 'days' | 'edits'

/** Column → link of its value. */
type Links = Readonly<Record<string, (row: TableRow) => string>>

export function Tables({ infos, filters, wanted }: Props) {
  const table = (name: Shown) => {
    const info = infos.get(name)
    if (info === undefined) return null
    const links = linksOf[name](filters)
    return (
      <LateTable
        key={name}
        info={info}
        filters={filters}
        wanted={wanted}
        leadsTo={(column, row) => links[column]?.(row) ?? null}
      />
    )
  }
  return (
    <>
      {shown.map(table)}
      <Foldout summary="Stages, waiting included">{() => table('stages')}</Foldout>
      <Foldout summary="All days">{() => [table('days'), table('edits')]}</Foldout>
    </>
  )
}

const linksOf: Readonly<Record<Shown, (filters: TableFilters) => Links>> = {
  wrong_accepted: (filters) => {
    const judged = (row: TableRow) =>
      documentsHref(filters, { list: 'values', field: String(row.field), basis: 'sample' })
    return {
      judged,
      field: judged,
      wrong: (row) =>
        documentsHref(filters, {
          list: 'values',
          field: String(row.field),
          basis: 'sample',
          outcome: 'fp',
        }),
    }
  },
  fields: (filters) => {
    const valuesOf = (row: TableRow) => ({
      list: 'values',
      field: String(row.field),
      basis: String(row.basis),
    })
    const judged = (row: TableRow) => documentsHref(filters, valuesOf(row))
    return {
      field: judged,
      judged,
      edits: (row) => documentsHref(filters, { ...valuesOf(row), outcome: 'changed' }),
    }
  },
  vendors: (filters) => ({
    vendor: (row) => documentsHref(filters, { vendor: String(row.vendor) }),
    edits: (row) =>
      documentsHref(filters, { list: 'values', vendor: String(row.vendor), outcome: 'changed' }),
  }),
  models: (filters) => ({
    model: (row) => documentsHref(filters, { model: String(row.model) }),
    edits: (row) =>
      documentsHref(filters, {
        list: 'values',
        model: String(row.model),
        basis: String(row.basis),
        outcome: 'changed',
      }),
  }),
  champions: (filters) => ({
    model: (row) => documentsHref(filters, { model: String(row.model) }),
  }),
  reviewers: (filters) => {
    const answers = (row: TableRow) =>
      documentsOfDaysHref(filters, {
        list: 'answers',
        reviewer: String(row.reviewer),
        answered_from: String(row.day),
        answered_to: String(row.day),
      })
    return { reviewer: answers, day: answers, verdicts: answers }
  },
  agreement: (filters) => ({
    documents: (row) =>
      hrefOf('/documents', {
        ...only(filters, 'profile'),
        list: 'answers',
        reviewer: String(row.reviewer_b),
        with: String(row.reviewer_a),
      }),
  }),
  drift: (filters) => ({
    vendor: (row) => documentsHref(filters, { vendor: String(row.vendor) }),
  }),
  queue: (filters) => {
    const waiting = (row: TableRow) =>
      hrefOf('/documents', {
        ...only(filters, 'profile'),
        state: 'review',
        waiting: String(row.age),
      })
    return { age: waiting, documents: waiting }
  },
  stages: (filters) => {
    const times = (row: TableRow) =>
      hrefOf('/documents', {
        ...only(filters, 'from', 'to'),
        list: 'times',
        stage: String(row.stage),
      })
    return { stage: times, max_ms: times }
  },
  days: (filters) => {
    const read = (row: TableRow) =>
      documentsOfDaysHref(filters, { read_from: String(row.day), read_to: String(row.day) })
    return { day: read, documents: read }
  },
  edits: (filters) => {
    const edited = (row: TableRow) =>
      documentsOfDaysHref(filters, {
        answered_from: String(row.day),
        answered_to: String(row.day),
        ...answered(filters),
      })
    return { day: edited, documents: edited }
  },
}

function only(filters: TableFilters, ...names: readonly string[]): TableFilters {
  return Object.fromEntries(
    names.flatMap((name) => (filters[name] === undefined ? [] : [[name, filters[name]]])),
  )
}
