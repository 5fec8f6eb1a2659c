/**
 * Checks statements of readers. The engine parses the statement; this file only compares the result
 * with lists.
 *
 *   text ─formatQuery─► one statement, as the engine writes it ─EXPLAIN AST─► its syntax tree ─lists─► run
 *
 * WHY NOT A LEXER. A separate lexer is bypassed wherever it tokenizes differently from the engine:
 * heredocs, nested comments, typographic quotes. So the engine parses the text and rejects a second
 * statement, and the statement that runs is the one that the engine printed: no comments, one
 * quoting style. It is checked that it parses back to itself.
 *
 * ALLOWED: SELECT, SHOW, DESCRIBE, EXISTS, EXPLAIN of a SELECT; nodes, functions, tables, settings
 * of the lists below and of the store's own tables and views. Anything that a newer engine adds is
 * rejected until it is added to the lists. SETTINGS are allowed only at the end of the statement,
 * where they can be checked: in a subquery they could override even `readonly`.
 *
 * The sessions that run these statements are also read-only and limited (gateway.ts), so an
 * attacker must defeat both.
 */

import {
  allowedNodes,
  allowedSettings,
  allowedSystemTables,
  allowedTableFunctions,
  functionsQuery,
} from './allowed.ts'
import { literal, type SqlToken, tokens } from '../clickhouse/sql.ts'
import { bindParameters, parseQuery, type Query } from './statement.ts'
import { refusal, StatementError } from './statement-error.ts'
import { parseSyntaxTree, type SyntaxNode } from './syntax-tree.ts'

/** Runs one of the gateway's own queries and returns its rows. */
export type AskEngine = (sql: string) => Promise<readonly (readonly string[])[]>

export interface ReadOnlyPolicy {
  /**
   * The statement to run, without FORMAT and SETTINGS. StatementError (READONLY) where it isn't
   * allowed.
   */
  admit(text: string, parameters: ReadonlyMap<string, string>): Promise<Query>
}

/** The lists for one statement. */
interface Allowed {
  readonly functions: ReadonlySet<string>
  readonly tables: ReadonlySet<string>
  /** Names that the statement gives to subqueries and expressions. */
  readonly declared: ReadonlySet<string>
}

const ownTablesQuery = "SELECT name FROM system.tables WHERE database = 'default'"
const membership = /^(global)?(not)?(null)?in(ignoreset)?$/i
const plainName = /^\w+$/
const kindsAllowed = 'only SELECT, SHOW, DESCRIBE, EXPLAIN and EXISTS are allowed'

/** Reads the lists that come from the engine. */
export async function openReadOnlyPolicy(ask: AskEngine): Promise<ReadOnlyPolicy> {
  const functions = new Set((await ask(functionsQuery)).map(([name = '']) => name.toLowerCase()))
  const ownTables = async (): Promise<ReadonlySet<string>> => {
    const names = (await ask(ownTablesQuery)).map(([name = '']) => name)
    return new Set([...allowedSystemTables, ...names, ...names.map((name) => `default.${name}`)])
  }
  let tables = await ownTables()
  return {
    async admit(text, parameters) {
      const canonical = await canonicalOf(text, ask)
      const query = parseQuery(bindParameters(canonical, parameters))
      for (const name of query.settings.keys()) checkSetting(name)
      if (query.kind === 'command') throw refusal(kindsAllowed)
      const statement = query.text === canonical ? canonical : await canonicalOf(query.text, ask)
      const words = [...tokens(statement)]
      checkNames(words)
      const printed = await ask(`EXPLAIN AST ${statement}`)
      const tree = parseSyntaxTree(printed.map(([line]) => line).join('\n'))
      const declared = declaredIn(words)
      const isNew = (name: string): boolean => !tables.has(name) && !declared.has(name)
      if (tableNames(tree).some(isNew)) tables = await ownTables()
      const allowed = { functions, tables, declared }
      checkCalls(words, allowed)
      checkHidden(words, tree)
      checkTree(tree, allowed)
      return { ...query, text: statement }
    },
  }
}

/** READONLY for a setting that a reader may not set. */
export function checkSetting(name: string): void {
  if (!allowedSettings.some((pattern) => pattern.test(name)))
    throw refusal(`the setting ${name.slice(0, 100)} may not be set by a reader`)
}

/**
 * One statement as the engine prints it on one line; the engine's syntax errors are passed to the
 * caller.
 */
async function canonicalOf(text: string, ask: AskEngine): Promise<string> {
  const [row] = await ask(
    `SELECT formatQuerySingleLine(${literal(text)}) AS once, formatQuerySingleLine(once)`,
  )
  const [once = '', twice] = row ?? []
  if (once !== twice) throw refusal('the engine does not parse this statement back to itself')
  return once
}

/** Names before `AS (` and after AS. */
function declaredIn(words: readonly SqlToken[]): ReadonlySet<string> {
  const isAs = (token: SqlToken | undefined): boolean =>
    token?.kind === 'word' && token.text.toUpperCase() === 'AS'
  const names = words.filter(
    (_, i) => isAs(words[i - 1]) || (isAs(words[i + 1]) && words[i + 2]?.text === '('),
  )
  // Anything else could be a path: the engine treats the name of an unknown table as one
  return new Set(names.map(({ text }) => text).filter((name) => plainName.test(name)))
}

/** Names that could disguise a line of the printed tree. */
function checkNames(words: readonly SqlToken[]): void {
  const strange = words.find(
    ({ kind, text }) => kind === 'name' && /[\\\p{Cc}]|\((alias|children) /u.test(text),
  )
  if (strange !== undefined) throw refusal('a quoted name has characters that are not allowed')
}

/** Every name before a bracket, anywhere: the tree doesn't print all expressions. */
function checkCalls(words: readonly SqlToken[], allowed: Allowed): void {
  for (const [i, token] of words.entries()) {
    if (words[i + 1]?.text !== '(' || (token.kind !== 'word' && token.kind !== 'name')) continue
    if (token.kind === 'word' && keywords.has(token.text.toUpperCase())) continue
    if (allowed.declared.has(token.text) || allowed.tables.has(token.text)) continue
    if (!isFunction(token.text, allowed) && !isTableFunction(token.text))
      throw refusal(`the function ${token.text.slice(0, 100)} is not allowed`)
  }
}

/**
 * The tree doesn't print everything: a statement with a missing subquery or condition can't be
 * checked.
 */
function checkHidden(words: readonly SqlToken[], tree: SyntaxNode): void {
  const has = (word: string): number =>
    words.filter(({ kind, text }) => kind === 'word' && text.toUpperCase() === word).length
  if (has('SELECT') !== countNodes(tree, 'SelectQuery'))
    throw refusal('a part of the statement is not in its syntax tree')
  if (tree.kind.startsWith('Show') && has('WHERE') > 0) throw refusal('SHOW takes LIKE, not WHERE')
}

function checkTree(root: SyntaxNode, allowed: Allowed): void {
  if (!rootKinds.test(root.kind)) throw refusal(kindsAllowed)
  if (root.children.some(({ kind }) => kind === 'Literal'))
    throw refusal('INTO OUTFILE is not allowed')
  if (root.kind === 'Explain' && !explained.has(root.name))
    throw refusal(`${root.name} is not allowed`)
  if (/^(Exists|ShowCreate)(Table|View)/.test(root.kind))
    checkTable(root.children.map(({ name }) => name).join('.'), allowed)
  const settingsOfExplain =
    root.kind === 'Explain' ? root.children.find(({ kind }) => kind === 'Set') : undefined
  checkNode(root, null, settingsOfExplain, allowed)
}

function checkNode(
  node: SyntaxNode,
  parent: SyntaxNode | null,
  settingsOfExplain: SyntaxNode | undefined,
  allowed: Allowed,
): void {
  if (node.kind === 'Set' && node !== settingsOfExplain)
    throw refusal('SETTINGS are allowed at the end of the statement only')
  if (parent !== null && node.kind !== 'Set' && !allowedNodes.has(node.kind))
    throw refusal(`${node.kind} is not allowed`)
  if (node.kind === 'Function') checkFunction(node, parent, allowed)
  if (node.kind === 'TableIdentifier') checkTable(node.name, allowed)
  for (const child of node.children) checkNode(child, node, settingsOfExplain, allowed)
}

function checkFunction(node: SyntaxNode, parent: SyntaxNode | null, allowed: Allowed): void {
  if (parent?.kind === 'TableExpression') {
    // A view with parameters looks like a table function.
    if (!isTableFunction(node.name) && !allowed.tables.has(node.name))
      throw refusal(`the table function ${node.name.slice(0, 100)} is not allowed`)
    return
  }
  if (!isFunction(node.name, allowed))
    throw refusal(`the function ${node.name.slice(0, 100)} is not allowed`)
  const set = membership.test(node.name) ? node.children[0]?.children[1] : undefined
  if (set?.kind === 'Identifier') checkTable(set.name, allowed)
}

function checkTable(name: string, { tables, declared }: Allowed): void {
  if (!tables.has(name) && !declared.has(name))
    throw new StatementError(
      60,
      'UNKNOWN_TABLE',
      `Unknown table expression identifier '${name.slice(0, 100)}'`,
    )
}

function countNodes(node: SyntaxNode, kind: string): number {
  return node.children.reduce(
    (sum, child) => sum + countNodes(child, kind),
    node.kind === kind ? 1 : 0,
  )
}

function tableNames(node: SyntaxNode): readonly string[] {
  const own = ['TableIdentifier', 'Function'].includes(node.kind) ? [node.name] : []
  return [...own, ...node.children.flatMap(tableNames)]
}

const isTableFunction = (name: string): boolean => allowedTableFunctions.has(name)

/** Aggregate functions may have suffixes, as in countIf and uniqExactOrNullIf. */
function isFunction(name: string, { functions }: Allowed): boolean {
  for (let rest = name.toLowerCase(); ;) {
    if (functions.has(rest)) return true
    const shorter = rest.replace(
      /(if|array|map|distinct|ordefault|ornull|foreach|state|merge|resample|argmin|argmax|simplestate)$/,
      '',
    )
    if (shorter === rest) return false
    rest = shorter
  }
}

const rootKinds =
  /^(SelectWithUnionQuery|DescribeQuery|Explain|ShowTables|ShowColumns|ShowFunctions|(Exists|ShowCreate)(Table|View|Database)Query)$/
const explained = new Set([
  'EXPLAIN',
  'EXPLAIN AST',
  'EXPLAIN SYNTAX',
  'EXPLAIN QUERY TREE',
  'EXPLAIN PIPELINE',
  'EXPLAIN ESTIMATE',
])

/** Keywords that the engine prints before a bracket and that are no functions. */
const keywords = new Set([
  'ALL',
  'AND',
  'ANY',
  'ARRAY',
  'AS',
  'ASC',
  'BETWEEN',
  'BY',
  'CASE',
  'COLUMNS',
  'CUBE',
  'DESC',
  'DISTINCT',
  'ELSE',
  'EXCEPT',
  'EXISTS',
  'EXPLAIN',
  'FILTER',
  'FROM',
  'GROUP',
  'HAVING',
  'IN',
  'INTERPOLATE',
  'INTERSECT',
  'IS',
  'JOIN',
  'LIKE',
  'ILIKE',
  'LIMIT',
  'NOT',
  'OFFSET',
  'ON',
  'OR',
  'ORDER',
  'OVER',
  'PARTITION',
  'PREWHERE',
  'QUALIFY',
  'REPLACE',
  'ROLLUP',
  'SELECT',
  'SETS',
  'SOME',
  'THEN',
  'TO',
  'UNION',
  'USING',
  'VALUES',
  'WHEN',
  'WHERE',
  'WITH',
  'WITHIN',
  'DESCRIBE',
  'TABLE',
  'APPLY',
])
