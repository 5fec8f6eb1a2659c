/** ocr → extracted | needs-review. */
import type { Message, Outputs } from './processor.ts'

export interface ExtractUse {
  readonly placeholder?: never
}

export function extract(_message: Message<'ocr'>, _use: ExtractUse): Outputs<'extracted' | 'needs-review'> {
  return {}
}
