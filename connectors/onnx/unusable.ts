/** The error of an unusable bundle. */

import { ErrataError } from '../../errors.ts'

export function unusable(
  message: string,
  facts: Record<string, string | number | boolean> = {},
  cause?: unknown,
): ErrataError {
  return new ErrataError('MODEL_UNUSABLE', message, facts, cause)
}
