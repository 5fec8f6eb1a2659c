/** The images of a document's pages, each fetched as it comes into view. */

import { useEffect, useRef, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import type { ShownDocument } from '../../connectors/http/contract/types.ts'

type PageInfo = ShownDocument['pageList'][number]

const width = 800 // pixels: a step of the server

export function DocumentPages({ document }: { readonly document: ShownDocument }) {
  const { documentId, sha256, pageList } = document
  return (
    <section class="pages" aria-label="Pages" tabIndex={0}>
      {pageList.map((page) => (
        <PageImage key={page.number} documentId={documentId} sha256={sha256 ?? ''} page={page} />
      ))}
    </section>
  )
}

function PageImage({
  documentId,
  sha256,
  page,
}: {
  readonly documentId: string
  readonly sha256: string
  readonly page: PageInfo
}) {
  const box = useRef<HTMLDivElement>(null)
  const [url, setUrl] = useState<string | null>(null)
  const [hasFailed, setFailed] = useState(false)
  useEffect(() => {
    let made: string | null = null
    let isGone = false
    const load = async (): Promise<void> => {
      const blob = await api.image(documentId, sha256, page.number, width)
      if (isGone) return
      made = URL.createObjectURL(blob)
      setUrl(made)
    }
    const watch = new IntersectionObserver(
      (entries) => {
        if (!entries.some(({ isIntersecting }) => isIntersecting)) return
        watch.disconnect()
        load().catch(() => setFailed(true))
      },
      { rootMargin: '400px' },
    )
    watch.observe(box.current as HTMLDivElement)
    return () => {
      isGone = true
      watch.disconnect()
      if (made !== null) URL.revokeObjectURL(made)
    }
  }, [documentId, sha256, page.number])
  return (
    <div ref={box} class="page-image" style={{ aspectRatio: `${page.width} / ${page.height}` }}>
      {url !== null && <img src={url} alt={`Page ${page.number}`} />}
      {url === null && (
        <p class="note">
          {hasFailed ? `There is no image of page ${page.number}.` : `Loading page ${page.number}…`}
        </p>
      )}
    </div>
  )
}
