/** The documents before and after this one in what was found. */

import { useEffect, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { Neighbours as Beside, TableFilters } from '../../connectors/http/contract/types.ts'
import { hrefOf } from '../shared/filters.tsx'
import { filtersIn, parametersOf } from './query.ts'

interface Props {
  readonly documentId: string
  readonly filters: TableFilters
}

export function Neighbours({ documentId, filters }: Props) {
  const [beside, setBeside] = useState<Beside>({ previous: null, next: null })
  useEffect(() => {
    api.neighbours(documentId, parametersOf(filters)).then(setBeside, () => {})
  }, [documentId])
  const linkTo = (other: string | null, text: string, rel: 'prev' | 'next') =>
    other === null ? (
      <span class="note">{text}</span>
    ) : (
      <a rel={rel} href={hrefOf(`/documents/${encodeURIComponent(other)}`, filtersIn(filters))}>
        {text}
      </a>
    )
  return (
    <nav aria-label="Found documents" class="neighbours">
      {linkTo(beside.previous, '← Previous', 'prev')}
      {linkTo(beside.next, 'Next →', 'next')}
    </nav>
  )
}
