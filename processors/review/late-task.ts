/**
 * The task of a document that was accepted without one, so that a person can correct it. It is
 * closed: nobody is asked, and the accepted values count until somebody changes them.
 */

import { commonFields } from '../document/common-fields.ts'
import type { Extracted, Ocr, Task } from '../../schemas/types.ts'

/** `read`: the record of ocr that was read; `sequence`: its offset. */
export function lateTask(
  extracted: Extracted,
  read: Pick<Ocr, 'pages' | 'words'>,
  sequence: number,
): Task {
  const { reasons, vendor, fields, lineItems, checks, model, rulesVersion } = extracted
  return {
    ...commonFields(extracted),
    revision: 0,
    priority: 0,
    reasons,
    vendor,
    fields,
    candidates: [],
    lineItems,
    checks,
    model,
    rulesVersion,
    pages: read.pages,
    words: read.words,
    sequence,
    closed: true,
  }
}
