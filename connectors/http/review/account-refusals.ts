/** What the API answers where something isn't done about an account. */

import type { FastifyReply } from 'fastify'
import type {
  AccountRefusal,
  AccountRefusalCode,
} from '../../../processors/review/account-refusal.ts'

const statuses = {
  NAME_INVALID: 422,
  NAME_TAKEN: 409,
  USER_UNKNOWN: 404,
  PASSWORD_INVALID: 422,
  LOGIN_WRONG: 401,
  LOGIN_WAIT: 429,
  LOGINS_BUSY: 503,
  LAST_OPERATOR: 409,
  NO_ACCOUNT: 409,
  TOKEN_UNKNOWN: 404,
  TOO_MANY_TOKENS: 409,
} as const satisfies Readonly<Record<AccountRefusalCode, number>>

export function answerRefusal(
  reply: FastifyReply,
  { code, message, waitSeconds }: AccountRefusal,
): FastifyReply {
  if (waitSeconds !== null) reply.header('retry-after', String(waitSeconds))
  const status = statuses[code]
  if (status === 401) reply.header('www-authenticate', 'Bearer')
  return reply.code(status).send({ code, message })
}
