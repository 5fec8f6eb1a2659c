/**
 * Small faults in a source text, one at a time: what tests have to notice. Found in the syntax
 * tree, so that strings, comments and types stay as they are.
 */

import { parseSync } from '@swc/core'

export interface Mutant {
  readonly line: number // from 1
  readonly was: string
  readonly becomes: string
  /** The whole text with the fault. */
  readonly text: string
}

interface Edit {
  readonly start: number // bytes
  readonly end: number
  readonly becomes: string
}

interface Node {
  readonly type: string
  readonly span: { readonly start: number; readonly end: number }
  readonly [key: string]: unknown
}

const swaps: Readonly<Record<string, string>> = {
  '<': '<=',
  '<=': '<',
  '>': '>=',
  '>=': '>',
  '===': '!==',
  '!==': '===',
  '+': '-',
  '-': '+',
  '&&': '||',
  '||': '&&',
}
const leaving = new Set([
  'ReturnStatement',
  'ContinueStatement',
  'BreakStatement',
  'ThrowStatement',
])
// Of TypeScript's own nodes, those that hold an expression
const transparent = new Set([
  'TsAsExpression',
  'TsNonNullExpression',
  'TsSatisfiesExpression',
  'TsConstAssertion',
])
// Spans count on from what the parser has read before: this statement's is where a text begins
const marker = '0;'

export function mutantsOf(text: string): Mutant[] {
  const bytes = Buffer.from(text)
  const { body } = parseSync(`${marker}${text}`, { syntax: 'typescript' }) as unknown as Module
  const [first, ...rest] = body
  const offset = (first?.span.start ?? 0) + marker.length
  return rest
    .flatMap((node) => editsIn(node, bytes, offset))
    .map(({ start, end, becomes }) => {
      const before = bytes.subarray(0, start).toString()
      const after = bytes.subarray(end).toString()
      const line = before.split('\n').length
      const was = bytes.subarray(start, end).toString()
      return { line, was, becomes, text: `${before}${becomes}${after}` }
    })
}

interface Module {
  readonly body: readonly Node[]
}

function editsIn(node: Node, bytes: Buffer, offset: number): Edit[] {
  if (node.type.startsWith('Ts') && !transparent.has(node.type)) return []
  const own = editOf(node, bytes, offset)
  const nodes = Object.values(node).flat().flatMap(nodesIn)
  return [...(own === null ? [] : [own]), ...nodes.flatMap((part) => editsIn(part, bytes, offset))]
}

/** Nodes stand in properties, in lists, and in wrappers without a type, such as arguments. */
function nodesIn(part: unknown): Node[] {
  if (typeof part !== 'object' || part === null) return []
  if ('type' in part && 'span' in part) return [part as Node]
  return Object.values(part).flat().flatMap(nodesIn)
}

function editOf(node: Node, bytes: Buffer, offset: number): Edit | null {
  const [start, end] = [node.span.start - offset, node.span.end - offset]
  const textOf = (part: Node): string =>
    bytes.subarray(part.span.start - offset, part.span.end - offset).toString()
  switch (node.type) {
    case 'BinaryExpression':
      return swapped(node, bytes, offset)
    case 'BooleanLiteral':
      return { start, end, becomes: String(node['value'] !== true) }
    case 'NumericLiteral':
      return { start, end, becomes: `(${textOf(node)} + 1)` }
    case 'BigIntLiteral':
      return { start, end, becomes: `(${textOf(node)} + 1n)` }
    case 'UnaryExpression': {
      if (node['operator'] !== '!') return null
      return { start, end, becomes: textOf(node['argument'] as Node) }
    }
    case 'IfStatement': {
      const then = node['consequent'] as Node
      if (!leaves(then)) return null
      return { start: then.span.start - offset, end: then.span.end - offset, becomes: '{}' }
    }
    default:
      return null
  }
}

function leaves({ type, stmts }: Node): boolean {
  const [only, ...others] = (stmts ?? []) as readonly Node[]
  const isBlock = type === 'BlockStatement' && only !== undefined && others.length === 0
  return leaving.has(isBlock ? only.type : type)
}

function swapped(node: Node, bytes: Buffer, offset: number): Edit | null {
  const operator = node['operator'] as string
  const becomes = swaps[operator]
  if (becomes === undefined) return null
  const [left, right] = [node['left'] as Node, node['right'] as Node]
  const between = bytes.subarray(left.span.end - offset, right.span.start - offset)
  const start = left.span.end - offset + between.indexOf(operator)
  return { start, end: start + operator.length, becomes }
}
