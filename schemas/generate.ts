/**
 * Writes `types.ts` and `enums.ts` from the `.avsc` files: `npm run schemas`. A test fails where
 * they disagree.
 * Optional values are `T | null`, never undefined, but for those marked `omissible`: a writer may
 * leave their default out. long is number (a test bounds what we put there), bytes is Buffer.
 */

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { readerSchemaOf, schemaNames } from './schemas.ts'

interface Named {
  type: string
  name: string
  doc?: string
  symbols?: string[]
  fields?: { name: string; type: unknown; doc?: string; omissible?: boolean }[]
}

const primitives: Readonly<Record<string, string>> = {
  string: 'string',
  boolean: 'boolean',
  int: 'number',
  long: 'number',
  float: 'number',
  double: 'number',
  bytes: 'Buffer',
  null: 'null',
}

function typeText(type: unknown, found: Map<string, Named>): string {
  if (typeof type === 'string') return primitives[type] ?? type
  if (Array.isArray(type))
    return type
      .map((branch) => typeText(branch, found))
      .sort((a, b) => Number(a === 'null') - Number(b === 'null'))
      .join(' | ')
  const node = type as Named & { items?: unknown; values?: unknown }
  if (node.type === 'array') return `readonly ${wrap(typeText(node.items, found))}[]`
  if (node.type === 'map') return `{ readonly [key: string]: ${typeText(node.values, found)} }`
  if (node.type === 'record' || node.type === 'enum') {
    if (!found.has(node.name)) {
      found.set(node.name, node)
      for (const field of node.fields ?? []) typeText(field.type, found)
    }
    return node.name
  }
  return typeText(node.type, found)
}

const wrap = (text: string): string => (text.includes('|') ? `(${text})` : text)
const doc = (text: string | undefined, indent = ''): string =>
  text === undefined ? '' : `${indent}/** ${text} */\n`

function allTypes(): {
  readonly found: Map<string, Named>
  readonly names: readonly (readonly [topic: string, name: string])[]
} {
  const found = new Map<string, Named>()
  const names = schemaNames.map((topic) => [topic, typeText(readerSchemaOf(topic), found)] as const)
  return { found, names }
}

/** The text of enums.ts: the symbols of each enum, for who has to list them when the program runs. */
export function generateEnums(): string {
  const enums = [...allTypes().found.values()].filter(({ type }) => type === 'enum')
  const lineOf = ({ name, symbols = [] }: Named): string =>
    `  ${name}: [${symbols.map((symbol) => `'${symbol}'`).join(', ')}],\n`
  return `// Generated from the .avsc files by \`npm run schemas\`; never edited.\n\nexport const enums = {\n${enums.map(lineOf).join('')}} as const\n`
}

/** The text of types.ts. */
export function generate(): string {
  const { found, names } = allTypes()
  const declare = (type: Named): string =>
    type.type === 'enum'
      ? `${doc(type.doc)}export type ${type.name} = ${(type.symbols ?? []).map((symbol) => `'${symbol}'`).join(' | ')}\n`
      : `${doc(type.doc)}export interface ${type.name} {\n${(type.fields ?? []).map((field) => `${doc(field.doc, '  ')}  readonly ${field.name}${field.omissible === true ? '?' : ''}: ${typeText(field.type, found)}\n`).join('')}}\n`
  return [
    '// Generated from the .avsc files by `npm run schemas`; never edited.\n',
    ...[...found.values()].map(declare),
    `/** The value type of each topic. */\nexport interface Topics {\n${names.map(([topic, name]) => `  readonly '${topic}': ${name}\n`).join('')}}\n`,
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  writeFileSync(fileURLToPath(new URL('types.ts', import.meta.url)), generate())
  writeFileSync(fileURLToPath(new URL('enums.ts', import.meta.url)), generateEnums())
}
