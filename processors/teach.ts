/** training → rules. */
import type { Message, Outputs } from './processor.ts'

export type Vendors = Map<string, number>
export const vendors = (): Vendors => new Map()
export function rememberExample(_state: Vendors, _message: Message<'training'>): void {}
export function teach(_message: Message<'training'>, _use: object, _state: Vendors): Outputs<'rules'> {
  return {}
}
