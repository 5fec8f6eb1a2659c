/** What `errata doctor` says of one thing. */

export interface Finding {
  readonly what: string
  /** note: worth knowing, nothing is wrong */
  readonly grade: 'fine' | 'note' | 'wrong'
  readonly found: string
  /** for what is not fine */
  readonly remedy?: string
}
