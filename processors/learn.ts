/** corrected → training. */
import type { Message, Outputs } from './processor.ts'

export type Verdicts = Map<string, number>
export const verdicts = (): Verdicts => new Map()
export function rememberVerdict(_state: Verdicts, _message: Message<'corrected'>): void {}
export function learn(_message: Message<'corrected'>, _use: object, _state: Verdicts): Outputs<'training'> {
  return {}
}
