/** Words that may be misread, as they are printed and enlarged: what a person compares. */

import { useEffect, useState } from 'preact/hooks'
import type { FullTask } from '../../connectors/http/contract/types.ts'
import { enlargedPage } from '../viewer/page-images.ts'
import { isDoubtful, union, type PageWords } from './words.ts'

const around = 0.6 // of the words' height, shown on each side

interface Props {
  readonly task: FullTask
  readonly words: PageWords
  readonly indexes: readonly number[] // of words; those of the first one's page are shown
}

export function DoubtfulPrint(props: Props) {
  const { words, indexes } = props
  return indexes.some((index) => isDoubtful(words, index)) ? <Print {...props} /> : null
}

function Print({ task, words, indexes }: Props) {
  const number = words.page(indexes[0] as number)
  const [url, setUrl] = useState<string | null>(null)
  useEffect(() => {
    let current = true
    enlargedPage(task, number).then(
      (loaded) => current && setUrl(loaded),
      () => {}, // there is no image of the page
    )
    return () => {
      current = false
    }
  }, [task.documentId, number])
  const page = task.pageList.find((item) => item.number === number)
  if (url === null || page === undefined) return null
  const { x0, y0, x1, y1 } = indexes
    .filter((index) => words.page(index) === number)
    .map(words.box)
    .reduce(union)
  const margin = around * (y1 - y0)
  return (
    <svg
      class="doubtful-print"
      viewBox={`${x0 - margin} ${y0 - margin} ${x1 - x0 + 2 * margin} ${y1 - y0 + 2 * margin}`}
      role="img"
      aria-label="As it is printed"
    >
      <image
        href={url}
        width={page.width * 10}
        height={page.height * 10}
        preserveAspectRatio="none"
      />
    </svg>
  )
}
