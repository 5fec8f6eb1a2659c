/** What is said of a bundle that can't be used. */

import { ErrataError } from '../../errors.ts'

export function unusable(
  message: string,
  facts: Record<string, string | number | boolean> = {},
  cause?: unknown,
): ErrataError {
  return new ErrataError('MODEL_UNUSABLE', message, facts, cause)
}
