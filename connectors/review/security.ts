/**
 * Who may ask, and what a browser may do with the answer.
 *
 * A token is compared by its hash, so that neither content nor length shows in the time. Without a token the service
 * answers only to names of the loopback address or the one it is bound to: a page of a foreign site that has its own name
 * point here (DNS rebinding) is refused, and so is any request that the browser marks as coming from another site.
 */

import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Config } from '../../config.ts'

const policy = "default-src 'self'; img-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

export const headers = {
  'content-security-policy': policy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-resource-policy': 'same-origin',
  'cross-origin-opener-policy': 'same-origin',
} as const

export async function securityHeaders(_request: FastifyRequest, reply: FastifyReply): Promise<void> {
  reply.headers(headers)
}

const loopback = new Set(['localhost', '127.0.0.1', '[::1]', '::1'])

/** The hook that lets a request through or answers 401 or 403. */
export function guard(config: Pick<Config, 'token' | 'host'>): (request: FastifyRequest, reply: FastifyReply) => Promise<unknown> {
  const wanted = config.token === null ? null : digest(config.token)
  return async (request, reply) => {
    if (request.headers['sec-fetch-site'] === 'cross-site') return reply.code(403).send({ code: 'FORBIDDEN', message: 'requests from other sites are refused' })
    if (wanted === null) {
      const name = request.hostname.toLowerCase()
      if (loopback.has(name) || name === config.host) return undefined
      return reply.code(403).send({ code: 'FORBIDDEN', message: 'without ERRATA_TOKEN only loopback names are served' })
    }
    const given = /^Bearer (.+)$/i.exec(request.headers.authorization ?? '')?.[1]
    if (given !== undefined && timingSafeEqual(digest(given), wanted)) return undefined
    return reply.code(401).header('www-authenticate', 'Bearer').send({ code: 'UNAUTHORIZED', message: 'a bearer token is needed' })
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
