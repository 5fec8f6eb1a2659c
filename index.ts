/**
 * What other programs import: `import { readDocument } from 'errata'`. What is here stays from one
 * minor version to the next (docs/library.md); every other file may change with any.
 */

export { ErrataError, fateOf, type ErrorCode } from './errors.ts'
export {
  openReader,
  readDocument,
  shippedModel,
  type OpenedReader,
  type ProfileFile,
  type Reading,
  type ReadOptions,
} from './operations/library.ts'
export type { OcrEngine, OcrImage, OcrRead } from './connectors/tesseract/tesseract.ts'
export type { Word } from './processors/document/words.ts'
export type { Profile, ProfileColumn, ProfileField } from './schemas/profiles.ts'
export type { Topics } from './schemas/types.ts'
