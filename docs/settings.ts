/**
 * The settings as a page: `npm run docs` writes docs/settings.md from config.ts, a test fails where
 * it is stale.
 */

import { writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { settings } from '../config.ts'

/** The page as Markdown. */
export function settingsText(): string {
  const rows = Object.values(settings).map(
    ({ env, type, default: standard, doc }) =>
      `| \`${env}\` | ${type} | ${standard === null ? '–' : `\`${String(standard)}\``} | ${doc.replaceAll('|', '\\|')} |`,
  )
  return [
    '# Settings',
    '',
    'Environment variables, read once at the start. A variable `NAME_FILE` names a file that holds the value of `NAME`, for secrets. An `ERRATA_…`',
    'that is not here is an error, so that a typing mistake is never a silent default. Generated from `config.ts` by `npm run docs`.',
    '',
    '| variable | type | default | what it is for |',
    '| --- | --- | --- | --- |',
    ...rows,
    '',
  ].join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url))
  writeFileSync(new URL('settings.md', import.meta.url), settingsText())
