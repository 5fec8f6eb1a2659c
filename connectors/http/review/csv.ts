/**
 * CSV (RFC 4180) that is safe to open in a spreadsheet.
 *
 * A text that a spreadsheet would take for a formula gets an apostrophe in front (OWASP, CSV
 * injection). Each line of a cell is looked at by itself: programs that don't know quotes, and
 * people who paste, begin a new cell there. White space, and what can't be seen, is passed over
 * before the first sign is judged, since some programs do so too; wide forms count as their plain
 * ones.
 *
 * NUMBERS STAY NUMBERS: what the store gives as a number is one, and so is a text that as a whole
 * is a plain decimal such as -12.50 or +3: digits with at most one sign in front and one point,
 * nothing around them. Whatever else begins with a sign is text: -1-2, +1E5, -1,5.
 *
 * A byte order mark comes first, without which Excel takes UTF-8 for something else.
 */

import type { FastifyReply } from 'fastify'

const lineBreak = /(\r\n|[\n\r\v\f\u0085\u2028\u2029])/
const passedOver = /^[\ufe00-\ufe0f\s\p{Z}\p{Cc}\p{Cf}\u115f\u1160\u2800\u3164\uffa0]+/u
const formula = /^[=+\-@\u207a\u207b\u208a\u208b\u2212\ufe62\ufe63\ufe66\ufe6b＝＋－＠]/u
const leadingTab = /^[\s\p{Cf}]*\t/u
const lineStart = /^[\t\r\n]/
const plainNumber = /^[+-]?\d+(\.\d+)?$/

/** The headers of an answer that is such a file. */
export function asFile(reply: FastifyReply, name: string): FastifyReply {
  return reply
    .type('text/csv; charset=utf-8')
    .header('content-disposition', `attachment; filename="${name}"`)
    .header('cache-control', 'no-store')
}

/** Lines of cells, each ended by CR LF. */
export function csvText(lines: readonly (readonly unknown[])[]): string {
  return `\ufeff${lines.map((cells) => `${cells.map(cellOf).join(',')}\r\n`).join('')}`
}

function cellOf(value: unknown): string {
  const text = value === null || value === undefined ? '' : String(value as string | number)
  const safe = typeof value === 'number' || typeof value === 'bigint' ? text : withoutFormulas(text)
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}

function withoutFormulas(text: string): string {
  if (plainNumber.test(text)) return text
  const parts = text.split(lineBreak) // a line, its break, the next line, …
  const safe = parts.map((part, i) => (i % 2 === 0 && isFormula(part) ? `'${part}` : part)).join('')
  return lineStart.test(safe) ? `'${safe}` : safe
}

function isFormula(line: string): boolean {
  return leadingTab.test(line) || formula.test(line.replace(passedOver, ''))
}
