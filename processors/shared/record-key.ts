/** The key of a record as text. */

import { isUtf8 } from 'node:buffer'

export const longestKey = 4_096 // bytes

/** What a key says, or null where it is none: missing, empty, not UTF-8 or too long. */
export function keyText(key: Buffer | null): string | null {
  const isKey = key !== null && key.length > 0 && key.length <= longestKey && isUtf8(key)
  return isKey ? key.toString('utf8') : null
}
