/**
 * The table of roles in docs/access.md: `npm run docs` writes it from processors/review/roles.ts, a
 * test fails where it is stale.
 */

import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { hasRight, rightNames, rights, roles } from '../processors/review/roles.ts'

const file = new URL('access.md', import.meta.url)
const [begin, end] = ['<!-- roles -->', '<!-- /roles -->']

/** The table as Markdown. */
export function rolesText(): string {
  const shown = roles.filter((role) => role !== 'reader')
  const rows = rightNames.map((right) => {
    const cells = shown.map((role) => (hasRight(role, right) ? 'yes' : ''))
    return `| ${rights[right].says} | ${cells.join(' | ')} |`
  })
  return [
    `| | ${shown.join(' | ')} |`,
    `| --- |${shown.map(() => ' --- |').join('')}`,
    ...rows,
  ].join('\n')
}

/** The page with the table of today. */
export function accessText(page = readFileSync(file, 'utf8')): string {
  const [before = '', rest = ''] = page.split(begin)
  const [, after = ''] = rest.split(end)
  return `${before}${begin}\n\n${rolesText()}\n\n${end}${after}`
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(file, accessText())
