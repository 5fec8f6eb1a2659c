/**
 * TLS of a client that may have authorities of its own and a certificate, and plain requests by
 * HTTP over it. Node's own fetch takes no certificates.
 */

import { request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { createSecureContext, rootCertificates } from 'node:tls'
import { ErrataError } from '../errors.ts'

/** In PEM; null where none is set. */
export interface Certificates {
  readonly ca: string | null
  readonly cert: string | null
  readonly key: string | null
  readonly keyPassword: string | null
}

/** What `tls.connect` takes. */
export interface TlsOptions {
  readonly rejectUnauthorized: true
  readonly ca?: string[]
  readonly cert?: string
  readonly key?: string
  readonly passphrase?: string
}

/**
 * CONFIG_INVALID where certificate, key and password do not fit. `prefix` is that of the settings,
 * such as KAFKA.
 */
export function tlsOptions(
  { ca, cert, key, keyPassword }: Certificates,
  prefix: string,
): TlsOptions {
  const options: TlsOptions = {
    rejectUnauthorized: true,
    ...(ca === null ? {} : { ca: [ca] }),
    ...(cert === null ? {} : { cert }),
    ...(key === null ? {} : { key }),
    ...(keyPassword === null ? {} : { passphrase: keyPassword }),
  }
  try {
    createSecureContext(options)
    return options
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    const why = `${prefix}_CERT, ${prefix}_KEY and ${prefix}_KEY_PASSWORD do not fit each other`
    throw new ErrataError('CONFIG_INVALID', why, { reason: code })
  }
}

/** The public authorities, and those of `ca`. */
export function withPublic(ca: string | null): TlsOptions {
  return { rejectUnauthorized: true, ...(ca === null ? {} : { ca: [...rootCertificates, ca] }) }
}

export interface HttpAnswer {
  readonly status: number
  readonly text: string
}

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT'
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

const timeoutMs = 10_000
const longestAnswer = 16_777_216 // characters

/** The answer, whatever its status; a redirect is one and is not followed. */
export async function requestHttp(
  url: string,
  { method, headers = {}, body }: HttpRequest,
  tls: TlsOptions,
  deadlineMs = timeoutMs,
): Promise<HttpAnswer> {
  const signal = AbortSignal.timeout(deadlineMs)
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) }
  const shared = { method, headers: { ...headers, ...length }, signal, agent: false } as const
  return new Promise((resolve, reject) => {
    const sent = url.startsWith('https:')
      ? httpsRequest(url, { ...shared, ...tls })
      : httpRequest(url, shared)
    sent.on('error', reject)
    sent.on('response', (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('error', reject)
      response.on('data', (part: string) => {
        text += part
        if (text.length > longestAnswer) response.destroy(new Error('the answer is too long'))
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sent.end(body)
  })
}

/** Why a connection failed, without what was sent: a code, else the message of TLS. */
export function reasonOf(error: unknown): string {
  const { code, name, message } = error as NodeJS.ErrnoException
  return code ?? `${name}: ${message.slice(0, 60)}`
}

const ourFault =
  /alert.(bad.certificate|certificate.(required|unknown|expired|revoked)|unknown.ca)/i
const theirFault = /self.signed.cert|unable.to.(get|verify)|altnames|altname.invalid/i

/**
 * Whose certificate is at fault where a connection failed: the other side refuses ours, or we theirs;
 * null where it is about something else.
 */
export function certificateFault(error: Error): 'ours' | 'theirs' | null {
  const said = `${(error as NodeJS.ErrnoException).code ?? ''} ${error.message}`
  if (ourFault.test(said)) return 'ours'
  return theirFault.test(said) ? 'theirs' : null
}
