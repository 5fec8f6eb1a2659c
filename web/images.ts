/**
 * Page images as object URLs, since an image element can't send a token. The latest few stay, so that the next document,
 * which is fetched ahead, is there at once; older ones are given back.
 */

import { api, type FullTask } from './api.ts'

const kept = 24 // pages
const pages = new Map<string, Promise<string>>()

let latestWidth = 1200 // pixels; what the present view asks for is what the next document will be asked for

/** Fetches the first page of a document that is likely to be opened next, once the images of the present one are there. */
export function fetchFirst(task: Pick<FullTask, 'documentId' | 'sha256' | 'pageList'>): void {
  const page = task.pageList[0]
  if (page !== undefined) void Promise.allSettled(pages.values()).then(() => pageImage(task, page.number, latestWidth)).catch(() => {}) // asked again when it is opened
}

export function pageImage(task: Pick<FullTask, 'documentId' | 'sha256'>, page: number, width: number): Promise<string> {
  latestWidth = width
  const key = `${task.documentId} ${task.sha256} ${page} ${width}`
  const known = pages.get(key)
  if (known !== undefined) {
    pages.delete(key)
    pages.set(key, known) // latest again
    return known
  }
  const url = api.image(task.documentId, task.sha256, page, width).then((blob) => URL.createObjectURL(blob))
  url.catch(() => pages.delete(key)) // asked again the next time
  pages.set(key, url)
  for (const [oldest, image] of pages) {
    if (pages.size <= kept) break
    pages.delete(oldest)
    image.then((address) => URL.revokeObjectURL(address), () => {})
  }
  return url
}
