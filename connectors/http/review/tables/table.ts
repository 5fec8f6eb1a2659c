/** A table of the dashboard as a value: its columns, its query and the filters it understands. */

export const columnKinds = [
  'text',
  'amount',
  'count',
  'share',
  'percent',
  'seconds',
  'ms',
  'number',
  'time',
  'document',
] as const
export type TableColumnKind = (typeof columnKinds)[number]

export interface Table {
  readonly title: string
  readonly note: string
  readonly columns: readonly (readonly [name: string, label: string, kind: TableColumnKind])[]
  /**
   * `{where}` stands for what the filters ask, `{limit}` for how many rows are wanted; the text
   * before it names the columns.
   */
  readonly sql: string
  /** The same where these filters alone are given, if the answer can be had for less. */
  readonly sqlOf?: { readonly only: readonly Filter[]; readonly sql: string }
  /** The same where a field is asked for, if that is another question. */
  readonly sqlOfField?: string
  /**
   * Filter → the expression that has to be equal to it, or, where it names the parameter itself,
   * the whole condition.
   */
  readonly filters: Readonly<Partial<Record<Filter, string>>>
  readonly always?: string // holds besides the filters
}

export const filterNames = [
  'profile',
  'vendor',
  'field',
  'model',
  'basis',
  'state',
  'reviewer',
  'with',
  'read_from',
  'read_to',
  'answered_from',
  'answered_to',
  'from',
  'to',
  'since',
  'until',
  'waiting',
  'document',
  'outcome',
  'bin',
  'stage',
  'rule',
  'kind',
  'scope',
] as const
export type Filter = (typeof filterNames)[number]
export type TableFilters = Readonly<Partial<Record<Filter, string>>>
