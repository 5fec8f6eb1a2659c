/** An error in ClickHouse's own terms: a number and a name that clients know. */
export class StatementError extends Error {
  readonly code: number
  readonly label: string

  constructor(code: number, label: string, message: string) {
    super(message)
    this.name = 'StatementError'
    this.code = code
    this.label = label
  }
}

/** The error for a statement that a reader may not run. */
export function refusal(why: string): StatementError {
  return new StatementError(164, 'READONLY', `Cannot execute query in readonly mode: ${why}`)
}
