/** The contract: who asks, and what was done. */

import { accountKinds } from '../../../processors/review/accounts.ts'
import { enums } from '../../../schemas/enums.ts'
import { failure } from './problem.ts'
import { list, mapOf, object, text, textOrNull, texts, time, whole } from './schema.ts'

const mostListed = 1000 // entries in one answer

export const account = object({
  name: { ...textOrNull, description: 'null: say the name with each answer.' },
  role: { enum: enums.Role },
  kind: { enum: accountKinds },
  profiles: texts,
  vendors: texts,
})

/** GET /api/me */
export const whoAmI = {
  summary: 'Who this token belongs to',
  tags: ['accounts'],
  response: { 200: account },
} as const

export const auditEntry = object({
  at: time,
  actor: text,
  role: textOrNull,
  action: text,
  target: textOrNull,
  detail: mapOf(text),
})

/** GET /api/audit */
export const auditLog = {
  summary: 'The audit log, newest first',
  tags: ['accounts'],
  querystring: object(
    {
      actor: text,
      action: text,
      target: text,
      before: time,
      limit: { ...whole, minimum: 1, maximum: mostListed, default: 100 },
    },
    [],
  ),
  response: { 200: object({ entries: list(auditEntry) }), 404: failure },
} as const
