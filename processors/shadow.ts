/**
 * ocr → shadow: what a candidate would have decided, over the same records as extract and with the
 * same rules. An optional consumer group of its own; only analytics reads its topic, to compare the
 * two.
 *
 * Without a candidate for a document's profile nothing is written. A document that the candidate
 * would have sent to review gives a route with reasons, never a task.
 */

import { extract, type ExtractUse } from './extract.ts'
import type { Message, Outputs } from './processor.ts'

export async function shadow(message: Message<'ocr'>, use: ExtractUse): Promise<Outputs<'shadow'>> {
  if (message.value === null || use.readerOf(message.value.profile) === null) return {}
  const { extracted = [] } = await extract(message, use)
  return { shadow: extracted.map(({ key, value }) => ({ key, value })) }
}
