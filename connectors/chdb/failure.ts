/** Errors as responses of ClickHouse's HTTP interface: a status, a code, a line of text. */

import type { ServerResponse } from 'node:http'

/** HTTP statuses of a ClickHouse server for the codes that clients distinguish; 500 otherwise. */
const statuses: Readonly<Record<number, number>> = {
  6: 400,
  26: 400,
  27: 400,
  36: 400,
  38: 400,
  41: 400,
  43: 400,
  53: 400,
  62: 400,
  72: 400,
  117: 400,
  432: 400,
  46: 404,
  47: 404,
  60: 404,
  73: 404,
  81: 404,
  115: 404,
  164: 403,
  516: 403,
  48: 501,
  202: 503,
  307: 413,
  159: 408,
}

/** Responds with an error as a server would. */
export function fail(response: ServerResponse, error: unknown): void {
  const {
    message = 'unknown error',
    code = 0,
    label = '',
    clickhouseCode = 0,
  } = (error ?? {}) as {
    message?: string
    code?: number | string
    label?: string
    clickhouseCode?: number
  }
  const number =
    typeof code === 'number' && code > 0
      ? code
      : clickhouseCode || Number(/^Code: (\d+)\./.exec(message)?.[1] ?? 1002)
  // The engine quotes the gateway's own query about the statement, which would confuse its author.
  const text = message
    .replace(/^Code: \d+\. DB::Exception: /, '')
    .replace(/: In scope SELECT formatQuerySingleLine\(.*(?=\. \([A-Z_]+\)\s*$)/s, '')
  if (response.headersSent) {
    response.destroy()
    return
  }
  response.statusCode = statuses[number] ?? 500
  response.setHeader('X-ClickHouse-Exception-Code', String(number))
  response.setHeader('content-type', 'text/plain; charset=UTF-8')
  response.end(
    `Code: ${number}. DB::Exception: ${text}${/\([A-Z_0-9]+\)\s*$/.test(text) ? '' : ` (${label === '' ? 'UNKNOWN_EXCEPTION' : label})`}\n`,
  )
}
