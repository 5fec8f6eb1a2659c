/** What leases tell of themselves, for metrics and the watchdog. */

import type { Assigned } from '../connectors/kafka/kafka.ts'

export interface LeaseWatch {
  opened?(at: Assigned): void
  failed?(at: Assigned, error: unknown): void
  /** Records between the last one accepted and the end of the partition. */
  lag?(at: Assigned, records: number): void
  /** When the first record was written that is in work or waits, in ms since 1970; null: none. */
  oldest?(at: Assigned, writtenMs: number | null): void
  progress?(at: Assigned): void
  /** The partition is another member's; nothing more is said of it until it opens again. */
  lost?(at: Assigned): void
}

export interface OwnedPartition extends Assigned {
  /** Whether its lease is open. */
  readonly isOpen: boolean
}
