/**
 * The engine's own syntax tree of a statement, as `EXPLAIN AST` prints it: one node a line,
 * indented by its depth.
 *
 *   SelectWithUnionQuery (children 1)
 *    ExpressionList (children 1)
 *     SelectQuery (children 2)
 *      …
 *       Function sum (alias total) (children 1)
 *
 * What a node doesn't print, such as the name in `WITH name AS (…)` or the condition of SHOW, isn't
 * in the tree.
 */

import { StatementError } from './statement-error.ts'

export interface SyntaxNode {
  /** Such as SelectQuery or TableIdentifier. */
  readonly kind: string
  /** Such as the name of a function or table; empty where there is none. */
  readonly name: string
  readonly children: readonly SyntaxNode[]
}

interface Line {
  readonly depth: number
  readonly kind: string
  readonly name: string
  readonly children: number
}

/** The root of a printed tree. StatementError where the lines don't add up to exactly one tree. */
export function parseSyntaxTree(printed: string): SyntaxNode {
  const lines = printed.split('\n').filter((line) => line !== '')
  const rest = lines.map(parseLine).reverse()
  const root = takeNode(rest, 0)
  if (rest.length > 0) throw unreadable()
  return root
}

/** Takes the next line off the end of `rest`, and its children after it. */
function takeNode(rest: Line[], depth: number): SyntaxNode {
  const line = rest.pop()
  if (line === undefined || line.depth !== depth) throw unreadable()
  const children = Array.from({ length: line.children }, () => takeNode(rest, depth + 1))
  return { kind: line.kind, name: line.name, children }
}

function parseLine(line: string): Line {
  const children = / \(children (\d+)\)$/.exec(line)
  const rest = line.slice(0, children?.index).replace(/ \(alias [^)]*\)$/, '')
  const found = /^( *)([A-Z][\w:]*)(?: (.*))?$/.exec(rest)
  if (found === null) throw unreadable()
  const [, indent = '', kind = '', name = ''] = found
  return { depth: indent.length, kind, name: name.trim(), children: Number(children?.[1] ?? 0) }
}

const unreadable = (): StatementError =>
  new StatementError(48, 'NOT_IMPLEMENTED', 'the syntax tree of this statement cannot be read')
