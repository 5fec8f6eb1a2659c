/**
 * Pages of which OCR could not read much: most often they are in a script that the engine lacks.
 * Such a document goes to a person, however sure what was read of it is.
 */

import type { Page, Reason } from '../../schemas/types.ts'

// share of the print of a page; of a language that the engine knows it is less than 0.1
const mostUnread = 0.2

/** A reason for each such page. */
export function unreadPages(pages: readonly Page[]): Reason[] {
  return pages
    .filter(({ unread = 0 }) => unread >= mostUnread)
    .map(({ number, unread = 0 }) => ({
      code: 'unread',
      field: null,
      detail: `page ${number}: ${Math.round(100 * unread)} %`,
    }))
}
