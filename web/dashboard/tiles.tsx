/** The tiles: documents, straight-through share, error rate of accepted values, edits. */

import type { TableFilters } from '../../connectors/http/contract/types.ts'
import { documentsHref } from './links.ts'
import { plain, total } from './points.ts'
import { formatValue, Ignored, type LoadedTable } from './table.tsx'
import type { DashboardFigures } from './use-figures.ts'

export function Tiles({
  figures: { edits, accepted },
  days,
  filters,
}: {
  readonly figures: DashboardFigures
  readonly days: LoadedTable
  readonly filters: TableFilters
}) {
  const { rows } = days
  const changed = edits.loaded?.rows ?? []
  const count = (column: string): string => total(rows, column).toLocaleString('en')
  return (
    <dl class="tiles">
      <Tile
        label="Documents"
        of={days}
        value={count('documents')}
        note={`${count('reviewed')} to a person, ${count('sampled')} sampled`}
      />
      <Tile
        label="Without a person"
        of={days}
        value={
          rows.length === 0
            ? '–'
            : formatValue('share', total(rows, 'accepted') / total(rows, 'documents'))
        }
        note={`${count('corrected_later')} of them corrected later`}
      />
      <Wrong
        loaded={accepted.loaded}
        href={documentsHref(filters, {
          list: 'values',
          basis: 'sample',
          outcome: 'fp',
          scope: 'header',
        })}
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
  )
}

/**
 * The error rate in the sample, by value and by document, since values of one document tend to fail
 * together.
 */
function Wrong({ loaded, href }: { readonly loaded: LoadedTable | null; readonly href: string }) {
  const [row] = loaded?.rows ?? []
  const label = 'Wrong among accepted values'
  if (row === undefined || Number(row.judged) === 0)
    return (
      <Tile label={label} value="–" note={loaded === null ? '…' : 'no sample was looked at yet'} />
    )
  const low = formatValue('share', row.low).replace(' %', '')
  const interval = `${low} to ${formatValue('share', row.high)}`
  const values = `${formatValue('count', row.wrong)} of ${formatValue('count', row.judged)}`
  const ofDocuments = formatValue('count', row.documents)
  const documents = `${formatValue('count', row.documents_wrong)} of ${ofDocuments}`
  return (
    <Tile
      label={label}
      of={loaded}
      href={href}
      value={formatValue('share', row.share)}
      note={`${interval}: ${values}, in ${documents} sampled documents`}
    />
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
  readonly of?: LoadedTable | null
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
