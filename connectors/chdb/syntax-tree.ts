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
 * The tree omits what nodes don't print, such as the name in `WITH name AS (…)` or the condition of
 * SHOW.
 */

import { StatementError } from './statement-error.ts'

export interface SyntaxNode {
  /** For example SelectQuery or TableIdentifier. */
  readonly kind: string
  /** For example the name of a function or table; may be empty. */
  readonly name: string
  readonly children: readonly SyntaxNode[]
}

interface Line {
  readonly depth: number
  readonly kind: string
  readonly name: string
  readonly children: number
}

/** The root of a printed tree. StatementError where the lines don't form exactly one tree. */
export function parseSyntaxTree(printed: string): SyntaxNode {
  const lines = printed.split('\n').filter((line) => line !== '')
  const rest = lines.map(parseLine).reverse()
  const root = takeNode(rest, 0)
  if (rest.length > 0) throw unreadable()
  return root
}

/** Takes the next line off the end of `rest`, and then its children. */
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
