/** Who I am, and what was done: for the pages, and for whoever has to know. */

import type { ReviewDeps } from './context.ts'
import { auditLog, whoAmI } from '../contract/accounts.ts'
import type { Api } from '../contract/schema.ts'
import { personOf } from '../security.ts'

export function accountRoutes(app: Api, deps: ReviewDeps): void {
  app.get(
    '/api/me',
    {
      schema: whoAmI,
    },
    async (request) => personOf(request),
  )

  app.get(
    '/api/audit',
    {
      config: { role: 'operator' },
      schema: auditLog,
    },
    async ({ query }, reply) => {
      if (deps.auditLog === undefined)
        return reply
          .code(404)
          .send({ code: 'NO_AUDIT', message: 'this process does not follow the audit log' })
      const { actor, action, target, before = Number.POSITIVE_INFINITY, limit } = query
      const isWanted = (one: {
        readonly at: number
        readonly actor: string
        readonly action: string
        readonly target: string | null
      }): boolean =>
        one.at < before &&
        (actor === undefined || one.actor === actor) &&
        (action === undefined || one.action === action) &&
        (target === undefined || one.target === target)
      return { entries: deps.auditLog().filter(isWanted).slice(0, limit) }
    },
  )
}
