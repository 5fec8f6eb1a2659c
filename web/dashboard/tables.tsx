/** The tables below the charts, and where their values lead. */

import type { Filters, Row, TableInfo } from '../shared/api-types.ts'
import { hrefOf } from '../shared/filters.tsx'
import { Foldout, LateTable } from './late-table.tsx'
import { answered, documentsOf, documentsOfDays } from './leads.ts'

interface Props {
  readonly infos: ReadonlyMap<string, TableInfo>
  readonly filters: Filters
  readonly wanted: boolean // what comes first is answered
}

/** In the order of the page. */
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

/** Columns whose values are links → where to. */
type Links = Readonly<Record<string, (row: Row) => string>>

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

const linksOf: Readonly<Record<Shown, (filters: Filters) => Links>> = {
  wrong_accepted: (filters) => {
    const judged = (row: Row) =>
      documentsOf(filters, { list: 'values', field: String(row.field), basis: 'sample' })
    return {
      judged,
      field: judged,
      wrong: (row) =>
        documentsOf(filters, {
          list: 'values',
          field: String(row.field),
          basis: 'sample',
          outcome: 'fp',
        }),
    }
  },
  fields: (filters) => {
    const valuesOf = (row: Row) => ({
      list: 'values',
      field: String(row.field),
      basis: String(row.basis),
    })
    const judged = (row: Row) => documentsOf(filters, valuesOf(row))
    return {
      field: judged,
      judged,
      edits: (row) => documentsOf(filters, { ...valuesOf(row), outcome: 'changed' }),
    }
  },
  vendors: (filters) => ({
    vendor: (row) => documentsOf(filters, { vendor: String(row.vendor) }),
    edits: (row) =>
      documentsOf(filters, { list: 'values', vendor: String(row.vendor), outcome: 'changed' }),
  }),
  models: (filters) => ({
    model: (row) => documentsOf(filters, { model: String(row.model) }),
    edits: (row) =>
      documentsOf(filters, {
        list: 'values',
        model: String(row.model),
        basis: String(row.basis),
        outcome: 'changed',
      }),
  }),
  champions: (filters) => ({
    model: (row) => documentsOf(filters, { model: String(row.model) }),
  }),
  reviewers: (filters) => {
    const answers = (row: Row) =>
      documentsOfDays(filters, {
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
    vendor: (row) => documentsOf(filters, { vendor: String(row.vendor) }),
  }),
  queue: (filters) => {
    const waiting = (row: Row) =>
      hrefOf('/documents', {
        ...only(filters, 'profile'),
        state: 'review',
        waiting: String(row.age),
      })
    return { age: waiting, documents: waiting }
  },
  stages: (filters) => {
    const times = (row: Row) =>
      hrefOf('/documents', {
        ...only(filters, 'from', 'to'),
        list: 'times',
        stage: String(row.stage),
      })
    return { stage: times, max_ms: times }
  },
  days: (filters) => {
    const read = (row: Row) =>
      documentsOfDays(filters, { read_from: String(row.day), read_to: String(row.day) })
    return { day: read, documents: read }
  },
  edits: (filters) => {
    const edited = (row: Row) =>
      documentsOfDays(filters, {
        answered_from: String(row.day),
        answered_to: String(row.day),
        ...answered(filters),
      })
    return { day: edited, documents: edited }
  },
}

function only(filters: Filters, ...names: readonly string[]): Filters {
  return Object.fromEntries(
    names.flatMap((name) => (filters[name] === undefined ? [] : [[name, filters[name]]])),
  )
}
