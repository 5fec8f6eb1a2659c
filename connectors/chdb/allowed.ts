/**
 * The syntax, functions and tables that read-only statements may use. Everything else is rejected.
 *
 * Functions are allowed by the engine's documented categories, since there are over a thousand;
 * those of its mixed category `Other` one by one. None of them reads a file, contacts another host,
 * sleeps, reveals the machine or reads a table given by name. tests/connectors/chdb/functions.txt
 * holds the resulting list, so that new functions of an engine update show up.
 */

/**
 * Nodes of the syntax tree below the root. APPLY is excluded, since it doesn't show the function
 * that it applies.
 */
export const allowedNodes: ReadonlySet<string> = new Set([
  'ArrayJoin',
  'Asterisk',
  'ColumnsExceptTransformer',
  'ColumnsListMatcher',
  'ColumnsRegexpMatcher',
  'ColumnsReplaceTransformer',
  'ColumnsReplaceTransformer::Replacement',
  'ColumnsTransformerList',
  'DataType',
  'ExpressionList',
  'Function',
  'Identifier',
  'InterpolateElement',
  'Literal',
  'OrderByElement',
  'QualifiedAsterisk',
  'QualifiedColumnsListMatcher',
  'QualifiedColumnsRegexpMatcher',
  'SampleRatio',
  'SelectIntersectExceptQuery',
  'SelectQuery',
  'SelectWithUnionQuery',
  'Subquery',
  'TableExpression',
  'TableIdentifier',
  'TableJoin',
  'TablesInSelectQuery',
  'TablesInSelectQueryElement',
  'WindowDefinition',
  'WindowListElement',
  'WithElement',
])

/** Table functions that read nothing but their arguments. */
export const allowedTableFunctions: ReadonlySet<string> = new Set([
  'format',
  'generate_series',
  'generateRandom',
  'generateSeries',
  'null',
  'numbers',
  'numbers_mt',
  'primes',
  'values',
  'VALUES', // the JDBC driver's spelling
  'view',
  'zeros',
  'zeros_mt',
])

const described = [
  'aggregate_function_combinators',
  'collations',
  'columns',
  'data_type_families',
  'databases',
  'formats',
  'functions',
  'keywords',
  'one',
  'numbers',
  'settings',
  'table_engines',
  'table_functions',
  'tables',
  'time_zones',
  'zeros',
]
const standard = [
  'character_sets',
  'columns',
  'key_column_usage',
  'referential_constraints',
  'schemata',
  'statistics',
  'tables',
  'views',
]

/** System tables that clients query; none about other people's queries, users or the machine. */
export const allowedSystemTables: readonly string[] = [
  ...described.map((name) => `system.${name}`),
  ...standard.flatMap((name) => [
    `information_schema.${name}`,
    `INFORMATION_SCHEMA.${name}`,
    `INFORMATION_SCHEMA.${name.toUpperCase()}`,
    `information_schema.${name.toUpperCase()}`,
  ]),
]

/**
 * Settings that format the result or make a query cheaper. `output_format_schema` is excluded: it
 * names a file.
 */
export const allowedSettings: readonly RegExp[] = [
  /^output_format_(?!schema$)\w+$/,
  /^format_csv_\w+$/,
  /^(bool_true|bool_false)_representation$/,
  /^(date_time_input_format|date_time_output_format|session_timezone|extremes|limit|offset|log_comment|cast_string_to_dynamic_use_inference)$/,
  /^result_overflow_mode$/,
  /^max_(execution_time|threads|block_size|result_rows|rows_to_read|bytes_to_read|rows_in_set|rows_in_join)$/,
  /^(use_skip_indexes|optimize)_\w+$/,
  /^(join_use_nulls|group_by_use_nulls|transform_null_in|aggregate_functions_null_for_empty|union_default_mode|totals_mode|final|prefer_column_name_to_alias)$/,
]

const categories = [
  'Arithmetic',
  'Arrays',
  'Bit',
  'Bitmap',
  'Comparison',
  'Conditional',
  'Dates and Times',
  'Distance',
  'Encoding',
  'Financial',
  'Hash',
  'IP Address',
  'JSON',
  'Logical',
  'Map',
  'Mathematical',
  'Null',
  'Random Number',
  'Rounding',
  'String',
  'String Replacement',
  'String Search',
  'String Splitting',
  'Time Window',
  'Tuple',
  'Type Conversion',
  'URL',
  'UUID',
]

/**
 * Functions of the category Other, and those to which the parser translates CASE, casts and
 * parameters.
 */
const others = [
  '_CAST',
  'bar',
  'byteSize',
  'caseWithExpression',
  'countDigits',
  'currentDatabase',
  'currentUser',
  'defaultValueOfTypeName',
  'digits',
  'dumpColumnStructure',
  'finalizeAggregation',
  'formatReadableDecimalSize',
  'formatReadableQuantity',
  'formatReadableSize',
  'formatReadableTimeDelta',
  'getSetting',
  'getSizeOfEnumType',
  'getSubcolumn',
  'identity',
  'ignore',
  'indexHint',
  'initializeAggregation',
  'isConstant',
  'isDecimalOverflow',
  'materialize',
  'minSampleSizeContinuous',
  'minSampleSizeConversion',
  'neighbor',
  'parseReadableSize',
  'parseReadableSizeOrNull',
  'parseReadableSizeOrZero',
  'parseTimeDelta',
  'revision',
  'rowNumberInAllBlocks',
  'rowNumberInBlock',
  'runningAccumulate',
  'runningDifference',
  'runningDifferenceStartingWithFirstValue',
  'throwIf',
  'toColumnTypeName',
  'toTypeName',
  'transform',
  'uptime',
  'variantElement',
  'variantType',
  'version',
  'visibleWidth',
]

/** Functions internal to the parser: no list of the engine has them. */
const parsed = ['exists', 'grouping', 'lambda', 'nothing', 'untuple']

const listed = (names: readonly string[]): string => names.map((name) => `'${name}'`).join(', ')

/** Names of all allowed functions, including aliases. */
export const functionsQuery = `WITH allowed AS (
    SELECT name FROM system.functions
    WHERE alias_to = '' AND origin = 'System'
      AND ((is_aggregate AND categories IN ('', 'Aggregate Functions')) OR (NOT is_aggregate AND categories IN (${listed(categories)})) OR name IN (${listed(others)}))
  )
  SELECT name FROM allowed
  UNION ALL SELECT name FROM system.functions WHERE alias_to IN (SELECT name FROM allowed)
  UNION ALL SELECT arrayJoin([${listed(parsed)}])`
