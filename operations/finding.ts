/** A finding of `errata doctor`. */

export interface Finding {
  readonly what: string
  /** note: worth knowing, nothing is wrong */
  readonly grade: 'fine' | 'note' | 'wrong'
  readonly found: string
  /** for what is not fine */
  readonly remedy?: string
}
