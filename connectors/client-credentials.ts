/**
 * Bearer tokens by client credentials (RFC 6749, 4.4). A token is used until half of its life is
 * over and then replaced, so whoever logs in with one has the other half. If the endpoint is away
 * then, the token is used for as long as it is valid.
 */

import { ErrataError, fateOf, type ErrorCode } from '../errors.ts'
import { reasonOf, requestHttp, withPublic, type HttpAnswer } from './tls.ts'

export interface ClientCredentials {
  readonly tokenUrl: string
  readonly clientId: string
  readonly clientSecret: string
  readonly scope: string | null
  /** Authorities beside the public ones. */
  readonly ca: string | null
  /** Of the settings, such as KAFKA_OAUTH. */
  readonly prefix: string
  /** Where the endpoint is away. */
  readonly unreachable: ErrorCode
}

/** CONFIG_INVALID where the endpoint refuses the client, or the code of an endpoint that is away. */
export type TokenSource = () => Promise<string>

interface Token {
  readonly text: string
  readonly renewAt: number
  readonly endsAt: number
}

const reserveMs = 1_000 // of a token's life: it must arrive before its end
const fallbackSeconds = 60 // where the endpoint does not say how long a token is valid

export function openTokens(
  credentials: ClientCredentials,
  now: () => number = () => performance.now(),
): TokenSource {
  let token: Token | null = null
  let asking: Promise<Token> | null = null
  const ask = async (): Promise<Token> => {
    asking ??= fetchToken(credentials, now).finally(() => {
      asking = null
    })
    return (token = await asking)
  }
  return async () => {
    if (token !== null && now() < token.renewAt) return token.text
    try {
      return (await ask()).text
    } catch (error) {
      const isUsable = token !== null && now() < token.endsAt - reserveMs
      if (token !== null && isUsable && fateOf(error) === 'retry') return token.text
      throw error
    }
  }
}

async function fetchToken(credentials: ClientCredentials, now: () => number): Promise<Token> {
  const { tokenUrl, clientId, clientSecret, scope, ca, prefix, unreachable } = credentials
  const basic = Buffer.from(`${clientId}:${clientSecret}`).toString('base64')
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(scope === null ? {} : { scope }),
  }).toString()
  const began = now()
  const answer = await requestHttp(
    tokenUrl,
    {
      method: 'POST',
      headers: {
        authorization: `Basic ${basic}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body,
    },
    withPublic(ca),
  ).catch((error: unknown) => {
    const why = `${prefix}_TOKEN_URL does not answer`
    throw new ErrataError(unreachable, why, { reason: reasonOf(error) })
  })
  const { access_token: text, expires_in: seconds } = fieldsOf(answer)
  if (typeof text !== 'string' || text === '') throw refusal(answer, credentials)
  const lifeMs = (typeof seconds === 'number' && seconds > 0 ? seconds : fallbackSeconds) * 1_000
  return { text, renewAt: began + lifeMs / 2, endsAt: began + lifeMs }
}

function refusal(answer: HttpAnswer, { prefix, unreachable }: ClientCredentials): ErrataError {
  const { status } = answer
  const said = fieldsOf(answer)['error']
  const error = typeof said === 'string' && /^\w{1,40}$/.test(said) ? said : 'no token'
  const facts = { status, error }
  if (status === 429 || status >= 500)
    return new ErrataError(unreachable, `${prefix}_TOKEN_URL answers ${status}`, facts)
  if (error === 'invalid_scope')
    return new ErrataError('CONFIG_INVALID', `${prefix}_SCOPE is refused`, facts)
  const isClient = status === 401 || error === 'invalid_client' || error === 'unauthorized_client'
  const why = isClient
    ? `${prefix}_CLIENT_ID or ${prefix}_CLIENT_SECRET is refused`
    : `${prefix}_TOKEN_URL gives no token`
  return new ErrataError('CONFIG_INVALID', why, facts)
}

function fieldsOf({ text }: HttpAnswer): Readonly<Record<string, unknown>> {
  try {
    const fields: unknown = JSON.parse(text)
    return typeof fields === 'object' && fields !== null ? { ...fields } : {}
  } catch {
    return {}
  }
}
