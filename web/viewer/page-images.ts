/**
 * Page images as object URLs, since an image element can't send a token. The latest ones are kept,
 * so the prefetched next document is shown at once; older ones are revoked.
 */

import { api } from '../shared/api.ts'
import type { FullTask } from '../../connectors/http/contract/types.ts'

const kept = 24 // pages
const enlargedWidth = 2400 // pixels
// keeping the elements makes an image of the same URL complete at once
const pages = new Map<string, Promise<HTMLImageElement>>()

// the decoded ones
const atHand = new WeakMap<Promise<HTMLImageElement>, HTMLImageElement>()

const keyOf = (
  task: Pick<FullTask, 'documentId' | 'sha256'>,
  page: number,
  width: number,
): string => `${task.documentId} ${task.sha256} ${page} ${width}`

// pixels; the next document is prefetched at the current view's width
let latestWidth = 1200

/** Prefetches the first page of the next document once the images of the current one are loaded. */
export function prefetchFirstPage(
  task: Pick<FullTask, 'documentId' | 'sha256' | 'pageList'>,
): void {
  const page = task.pageList[0]
  if (page !== undefined)
    void Promise.allSettled(pages.values())
      .then(() => pageImage(task, page.number, latestWidth))
      .catch(() => {}) // requested again when the document is opened
}

/** The URL of an image that is loaded and decoded, or null. */
export function readyImage(
  task: Pick<FullTask, 'documentId' | 'sha256'>,
  page: number,
  width: number,
): string | null {
  const image = pages.get(keyOf(task, page, width))
  return (image === undefined ? undefined : atHand.get(image)?.src) ?? null
}

export async function pageImage(
  task: Pick<FullTask, 'documentId' | 'sha256'>,
  page: number,
  width: number,
): Promise<string> {
  latestWidth = width
  return (await decoded(task, page, width)).src
}

/** The URL of a page's image that is sharp where a line of it is enlarged. */
export async function enlargedPage(
  task: Pick<FullTask, 'documentId' | 'sha256'>,
  page: number,
): Promise<string> {
  return (await decoded(task, page, enlargedWidth)).src
}

function decoded(
  task: Pick<FullTask, 'documentId' | 'sha256'>,
  page: number,
  width: number,
): Promise<HTMLImageElement> {
  const key = keyOf(task, page, width)
  const known = pages.get(key)
  if (known !== undefined) {
    pages.delete(key)
    pages.set(key, known) // moves it to the end
    return known
  }
  const image = api.image(task.documentId, task.sha256, page, width).then(decode)
  image.then(
    (ready) => atHand.set(image, ready),
    () => pages.delete(key),
  ) // requested again next time
  pages.set(key, image)
  for (const [oldest, old] of pages) {
    if (pages.size <= kept) break
    pages.delete(oldest)
    old.then(
      ({ src }) => URL.revokeObjectURL(src),
      () => {},
    )
  }
  return image
}

/** An image that can't be decoded is shown as broken by its element. */
async function decode(blob: Blob): Promise<HTMLImageElement> {
  const image = Object.assign(new Image(), { src: URL.createObjectURL(blob) })
  await image.decode().catch(() => {})
  return image
}
