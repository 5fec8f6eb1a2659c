/**
 * Splits SQL text into tokens as ClickHouse's own lexer does, without parsing it.
 *
 * No access check relies on tokens of client text, since the engine tokenizes rare cases
 * differently. Text printed by the engine is simple: no comments, no heredocs, one quoting style.
 * Tokens are read one at a time, because the rows of an INSERT follow its text and must not be
 * scanned.
 */

export interface SqlToken {
  readonly kind: 'word' | 'name' | 'string' | 'number' | 'symbol'
  /** As written; for a quoted name, the text between the quotes. */
  readonly text: string
  readonly start: number
  readonly end: number
  /** Number of open brackets around it. */
  readonly depth: number
}

const space = /\s/
const wordStart = /[\p{L}_]/u
const wordPart = /[\p{L}\p{N}_]/u
const closing: Readonly<Record<string, string>> = {
  "'": "'",
  '"': '"',
  '`': '`',
  '‘': '’',
  '“': '”',
}

/**
 * Tokens from `start`, without comments and white space. An unterminated literal extends to the
 * end.
 */
export function* tokens(sql: string, start = 0): Generator<SqlToken> {
  let at = start
  let depth = 0
  while (at < sql.length) {
    const char = sql[at] as string
    if (space.test(char)) {
      at++
      continue
    }
    const comment = commentEnd(sql, at)
    if (comment > at) {
      at = comment
      continue
    }
    const long = quotedAt(sql, at) ?? heredocAt(sql, at) ?? wordAt(sql, at)
    if (long !== null) {
      yield { ...long, start: at, depth }
      at = long.end
      continue
    }
    if (')]}'.includes(char)) depth = Math.max(0, depth - 1)
    yield { kind: 'symbol', text: char, start: at, end: at + 1, depth }
    if ('([{'.includes(char)) depth++
    at++
  }
}

type LongToken = Pick<SqlToken, 'kind' | 'text' | 'end'>

function quotedAt(sql: string, at: number): LongToken | null {
  const char = sql[at] as string
  const close = closing[char]
  if (close === undefined) return null
  const end = quoteEnd(sql, at, close)
  return char === "'" || char === '‘'
    ? { kind: 'string', text: sql.slice(at, end), end }
    : { kind: 'name', text: unquote(sql.slice(at + 1, end - 1)), end }
}

function heredocAt(sql: string, at: number): LongToken | null {
  if (sql[at] !== '$') return null
  const tag = /^\$\w*\$/.exec(sql.slice(at, at + 100))?.[0]
  const stop = tag === undefined ? -1 : sql.indexOf(tag, at + tag.length)
  if (tag === undefined || stop < 0) return null
  const end = stop + tag.length
  return { kind: 'string', text: sql.slice(at, end), end }
}

function wordAt(sql: string, at: number): LongToken | null {
  const char = sql[at] as string
  const isNumber = /\d/.test(char)
  if (!isNumber && !wordStart.test(char)) return null
  let end = at + 1
  while (end < sql.length && wordPart.test(sql[end] as string)) end++
  return { kind: isNumber ? 'number' : 'word', text: sql.slice(at, end), end }
}

/** A value as a string literal that ClickHouse reads back unchanged. */
export function literal(value: string): string {
  return `'${value.replace(/[\\']/g, '\\$&').replace(/\n/g, '\\n').replace(/\r/g, '\\r').replace(/\t/g, '\\t').replace(/\0/g, '\\0')}'`
}

/** A value as a quoted identifier. */
export function identifier(value: string): string {
  return `\`${value.replace(/[\\`]/g, '\\$&')}\``
}

/** The text of a string literal token, without quotes and escapes. */
export function sqlTextOf(token: SqlToken): string {
  return token.kind === 'string' && !token.text.startsWith('$')
    ? unquote(token.text.slice(1, -1).replaceAll("''", "'"))
    : token.text
}

/** Undoes the escapes of string literals, quoted names and tab-separated values. */
export function unquote(text: string): string {
  const plain: Readonly<Record<string, string>> = {
    n: '\n',
    r: '\r',
    t: '\t',
    b: '\b',
    f: '\f',
    0: '\0',
    a: '\x07',
    v: '\v',
  }
  return text.includes('\\')
    ? text.replace(/\\(x[0-9A-Fa-f]{2}|[^])/g, (_, code: string) =>
        code.length === 3
          ? String.fromCharCode(parseInt(code.slice(1), 16))
          : (plain[code] ?? code),
      )
    : text
}

function commentEnd(sql: string, at: number): number {
  const pair = sql.slice(at, at + 2)
  if (pair === '--' || pair === '# ' || pair === '#!') {
    const end = sql.indexOf('\n', at)
    return end < 0 ? sql.length : end + 1
  }
  if (pair !== '/*') return at
  const end = sql.indexOf('*/', at + 2)
  return end < 0 ? sql.length : end + 2
}

function quoteEnd(sql: string, at: number, close: string): number {
  const doubles = close === sql[at] // typographic quotes have neither doubling nor escapes
  for (let end = at + 1; end < sql.length; end++) {
    const char = sql[end]
    if (doubles && char === '\\') end++
    else if (char === close) {
      if (doubles && sql[end + 1] === close) end++
      else return end + 1
    }
  }
  return sql.length
}
