/**
 * Tables that are fetched when they come near the view, and sections that are fetched when opened.
 */

import type { ComponentChildren } from 'preact'
import { useEffect, useRef, useState } from 'preact/hooks'
import type { TableFilters, TableInfo } from '../../connectors/http/contract/types.ts'
import { DataTable, useTable, type LinkOf } from './table.tsx'

const [firstRows, mostRows] = [40, 1000] // rows, at first and after “show more”
const nearPixels = 1000 // CSS pixels around the view in which a table is fetched

export function LateTable({
  info,
  filters,
  wanted,
  leadsTo,
}: {
  readonly info: TableInfo
  readonly filters: TableFilters
  readonly wanted: boolean
  readonly leadsTo: LinkOf
}) {
  const place = useRef<HTMLDivElement>(null)
  const [near, setNear] = useState(false)
  const [most, setMost] = useState(firstRows)
  useEffect(() => {
    const observer = new IntersectionObserver(
      (entries) => setNear(entries.at(-1)?.isIntersecting === true),
      { rootMargin: `${nearPixels}px` },
    )
    observer.observe(place.current as Element)
    return () => observer.disconnect()
  }, [])
  const { loaded, problem } = useTable(info.name, filters, most, wanted && near)
  return (
    <div ref={place}>
      <DataTable
        info={info}
        filters={filters}
        loaded={loaded}
        asked={wanted && near}
        problem={problem}
        leadsTo={leadsTo}
        {...(most < mostRows ? { onMore: () => setMost(mostRows) } : {})}
      />
    </div>
  )
}

/** A section whose content is fetched when it is opened. */
export function Foldout({
  summary,
  children,
}: {
  readonly summary: string
  readonly children: () => ComponentChildren
}) {
  const [open, setOpen] = useState(false)
  return (
    <details onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{summary}</summary>
      {open && children()}
    </details>
  )
}
