/** raw → ocr. */
import type { Message, Outputs } from './processor.ts'

export interface OcrUse {
  readonly placeholder?: never
}

export function ocr(_message: Message<'raw'>, _use: OcrUse): Outputs<'ocr'> {
  return {}
}
