/**
 * Page images as object URLs, since an image element can't send a token. The latest few stay, so
 * that the next document, which is fetched ahead, is there at once; older ones are given back.
 */

import { api } from '../shared/api.ts'
import type { FullTask } from '../shared/api-types.ts'

const kept = 24 // pages
const pages = new Map<string, Promise<HTMLImageElement>>() // held, so that a document's own image of the same address is complete at once

// of those, what is decoded
const atHand = new WeakMap<Promise<HTMLImageElement>, HTMLImageElement>()

const keyOf = (
  task: Pick<FullTask, 'documentId' | 'sha256'>,
  page: number,
  width: number,
): string => `${task.documentId} ${task.sha256} ${page} ${width}`

// pixels; what the present view asks for is what the next document will be asked for
let latestWidth = 1200

/**
 * Fetches the first page of a document that is likely to be opened next, once the images of the
 * present one are there.
 */
export function fetchFirst(task: Pick<FullTask, 'documentId' | 'sha256' | 'pageList'>): void {
  const page = task.pageList[0]
  if (page !== undefined)
    void Promise.allSettled(pages.values())
      .then(() => pageImage(task, page.number, latestWidth))
      .catch(() => {}) // asked again when it is opened
}

/** The address of an image that is there and decoded, or null. */
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

function decoded(
  task: Pick<FullTask, 'documentId' | 'sha256'>,
  page: number,
  width: number,
): Promise<HTMLImageElement> {
  const key = keyOf(task, page, width)
  const known = pages.get(key)
  if (known !== undefined) {
    pages.delete(key)
    pages.set(key, known) // latest again
    return known
  }
  const image = api.image(task.documentId, task.sha256, page, width).then(decode)
  image.then(
    (ready) => atHand.set(image, ready),
    () => pages.delete(key),
  ) // asked again the next time
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

/** What can't be decoded is shown as broken, by the element that shows it. */
async function decode(blob: Blob): Promise<HTMLImageElement> {
  const image = Object.assign(new Image(), { src: URL.createObjectURL(blob) })
  await image.decode().catch(() => {})
  return image
}
