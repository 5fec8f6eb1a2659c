/**
 * Every way in which Errata can fail, as one closed list.
 *
 * A code has exactly one of three fates, and the fate alone decides what the runtime does with a
 * record:
 *
 *   retry  an outside system is at fault (registry, store or broker unavailable): pause the partition, keep the order, try again
 *   dead   the message is at fault: one dead letter in the same transaction as its offset, neighbours unaffected
 *   die    this process is at fault, or fenced: exit non-zero and let the supervisor start a new process
 *
 * Anything thrown that is not an ErrataError is a bug, so its fate is `die`: the message is never
 * blamed by guess. Error messages name identifiers and limits, never the contents of a document.
 */

export type Fate = 'retry' | 'dead' | 'die'

export const codes = {
  // The message
  // the value lacks the magic byte and schema id of the Confluent wire format
  RECORD_NOT_FRAMED: 'dead',
  RECORD_UNDECODABLE: 'dead', // Avro bytes that do not match their schema, or trailing bytes
  RECORD_TOO_LARGE: 'dead', // over the decode limit of the topic
  SCHEMA_FOREIGN: 'dead', // the schema id names a type that this topic does not carry
  KEY_INVALID: 'dead', // missing key, not UTF-8, too long, or not the record's own identifier
  // a value that fits the topic's schema but is impossible, such as a version below 1
  RECORD_INVALID: 'dead',
  PROFILE_UNKNOWN: 'dead', // no such profile
  BLOB_ERASED: 'dead', // the document was erased, and its bytes with it
  BLOB_MISMATCH: 'dead', // the bytes do not have the sha256 that the record states
  DOCUMENT_EMPTY: 'dead', // zero bytes, or a document without pages
  DOCUMENT_TYPE: 'dead', // neither PDF, PNG, JPEG, TIFF, WebP nor an e-invoice by content
  // an order, a response, a receipt of a tax authority's exchange: nothing is owed by it
  DOCUMENT_NOT_INVOICE: 'dead',
  DOCUMENT_TOO_LARGE: 'dead', // over the limit on bytes
  DOCUMENT_TOO_MANY_PAGES: 'dead', // over the limit on pages
  DOCUMENT_TOO_MANY_PIXELS: 'dead', // a page over the limit on pixels
  DOCUMENT_ENCRYPTED: 'dead', // a PDF that needs a password
  DOCUMENT_CORRUPT: 'dead', // the decoder refused it
  // more drawn objects or words on its pages than a document may have
  DOCUMENT_TOO_COMPLEX: 'dead',
  // reading it took longer than the hard deadline of a page or of a document
  DOCUMENT_TIMEOUT: 'dead',
  VERDICT_STALE: 'dead', // a verdict with a revision that is not above the latest one
  // unknown field, a value that is not in its normal form, a word that is not there
  VERDICT_INVALID: 'dead',
  TASK_UNKNOWN: 'dead', // a verdict on what nobody was asked
  PARTITION_WRONG: 'dead', // a verdict in another partition than that of its key
  // An outside system
  BROKER_UNREACHABLE: 'retry',
  // outcome unknown: a new producer is created and the offset read again
  TRANSACTION_FAILED: 'retry',
  REGISTRY_UNREACHABLE: 'retry',
  SCHEMA_UNKNOWN: 'retry', // an id that the registry does not know (yet)
  // a later release wrote the record, in a form that this one can't read: it waits for that release
  SCHEMA_NEWER: 'retry',
  STORE_UNREACHABLE: 'retry', // ClickHouse, Redis or the blob store
  // another process stores the same topics in an embedded analytics store of its own
  STORE_TAKEN: 'retry',
  // the ClickHouse server is too old, lacks the cluster, or its user lacks rights
  STORE_UNSUITABLE: 'retry',
  // the blob store does not hold a sha256 that a record names: not mounted, not copied yet, or lost
  BLOB_MISSING: 'retry',
  BLOB_DAMAGED: 'retry', // stored bytes do not have the sha256 that they are named after
  DISK_FULL: 'retry',
  // a model failed its checksum, signature or smoke test; the old one stays
  MODEL_UNUSABLE: 'retry',
  MLFLOW_UNREACHABLE: 'retry', // no stage waits for it
  READER_UNAVAILABLE: 'retry', // the process that reads documents can't be started, or is stopping
  REQUEST_STALLED: 'retry', // the bytes of a request stopped arriving
  UPLOAD_QUOTA: 'retry', // one caller uploads too much at once
  INTAKE_BUSY: 'retry', // all callers together upload too much at once
  CONNECTION_LIMIT: 'retry', // too many connections to one of our ports
  STARTING: 'retry', // connecting, joining or reading tables: not ready yet
  // This process
  STALLED: 'die', // records wait, nothing is in progress, and yet the position does not move
  FENCED: 'die', // another owner of the partition exists
  OFFSET_LOST: 'die', // the committed offset is outside the log: never skip silently
  TOPOLOGY_MISMATCH: 'die', // topics that are missing or have another number of partitions
  // what is to be copied is still being written, or stages have not read it to its end
  SOURCE_BUSY: 'die',
  TARGET_NOT_EMPTY: 'die', // records lie where a copy is to go, and they are no unfinished copy
  BACKUP_DAMAGED: 'die', // a file of a backup is missing, cut off or altered
  COPY_DIFFERS: 'die', // what was copied is not what was there
  FILTER_BROKEN: 'die', // the aborted-transaction filter failed its self-test at start
  CONFIG_INVALID: 'die',
  PORT_TAKEN: 'die', // another program listens on a port that has to be ours
  MODEL_UNKNOWN: 'die', // a command names a version that was never published
  STACK_UNAVAILABLE: 'die', // no broker available: neither external, nor local Java, nor containers
  // training documents can't be printed: no Chromium here, or no fonts of a language
  CHROMIUM_MISSING: 'die',
  // the dead letter could not be written, so the record must not be dropped
  DEAD_LETTER_FAILED: 'die',
  BUG: 'die',
} as const satisfies Record<string, Fate>

export type ErrorCode = keyof typeof codes

/**
 * An error with a code; `cause` is the caught error, `facts` the identifiers and limits that help
 * to fix it.
 */
export class ErrataError extends Error {
  readonly code: ErrorCode
  readonly facts: Readonly<Record<string, string | number | boolean>>

  constructor(
    code: ErrorCode,
    message: string,
    facts: Record<string, string | number | boolean> = {},
    cause?: unknown,
  ) {
    super(message, cause === undefined ? undefined : { cause })
    this.name = 'ErrataError'
    this.code = code
    this.facts = facts
  }
}

/** Why a process isn't ready: a code, and a sentence for people. */
export interface Problem {
  readonly code: ErrorCode
  readonly why: string
}

/** The code of anything thrown; `BUG` for anything but an ErrataError. */
export function codeOf(error: unknown): ErrorCode {
  return error instanceof ErrataError ? error.code : 'BUG'
}

/** Whether the operating system reports a full disk or an exhausted quota. */
export function isDiskFull(error: unknown): boolean {
  const { code } = (error ?? {}) as NodeJS.ErrnoException
  return code === 'ENOSPC' || code === 'EDQUOT'
}

/** What the runtime must do with a record after this error. */
export function fateOf(error: unknown): Fate {
  return codes[codeOf(error)]
}
