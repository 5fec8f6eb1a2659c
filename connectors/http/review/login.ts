/**
 * Login elsewhere, ended here: /auth/login sends the browser to the provider, /auth/callback takes
 * it back.
 *
 * What has to be remembered in between stands in a signed cookie that lives for ten minutes and
 * logs nobody in. The session is a signed token that the page takes out of the address and keeps in
 * its tab, like any other bearer token: so there is no cookie for a foreign site to ride on,
 * nothing to store, and every instance with the same secret knows it.
 */

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { signSession } from '../../../processors/review/accounts.ts'
import type { Role } from '../../../schemas/types.ts'
import type { ReviewDeps } from './context.ts'

const cookieName = 'errata_login'
const flowSeconds = 600
const sessionMs = 10 * 3_600_000 // a working day

export function loginRoutes(app: FastifyInstance, deps: ReviewDeps): void {
  const { login, accounts } = deps
  const key = accounts?.sessionKey ?? null
  if (login === undefined || key === null) return
  const secure = login.redirectUri.startsWith('https:') ? '; Secure' : ''
  const cookie = (value: string, seconds: number): string =>
    `${cookieName}=${value}; Path=/auth; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`

  app.get('/auth/login', async (_request, reply) => {
    const { url, flow } = await login.begin()
    return reply
      .header(
        'set-cookie',
        cookie(seal({ ...flow, until: deps.now() + flowSeconds * 1000 }, key), flowSeconds),
      )
      .header('cache-control', 'no-store')
      .redirect(url)
  })

  app.get('/auth/callback', async (request, reply) => {
    const flow = open(
      new RegExp(`(?:^|; )${cookieName}=([^;]+)`).exec(request.headers.cookie ?? '')?.[1] ?? '',
      key,
    )
    void reply.header('set-cookie', cookie('', 0)).header('cache-control', 'no-store')
    if (flow === null || flow.until < deps.now()) return reply.redirect('/review#login=late')
    try {
      const address = new URL(login.redirectUri)
      address.search = new URL(request.url, 'http://here').search
      const { subject, name, roles } = await login.finish(address, flow as never)
      const claims = { subject, name, role: roleOf(roles), since: deps.now() }
      const person = accounts?.people.bySession(claims) ?? null
      if (person === null) {
        const detail = { why: 'was taken away here', subject }
        void deps.audit?.({ actor: 'unknown', role: null, action: 'refused', target: null, detail })
        return await reply.redirect('/review#login=refused')
      }
      const token = signSession({ ...claims, until: claims.since + sessionMs }, key)
      const actor = person.name ?? name
      void deps.audit?.({ actor, role: person.role, action: 'login', target: null })
      return await reply.redirect(`/review#token=${token}`)
    } catch (error) {
      deps.log?.warn({ error }, 'a login was refused')
      void deps.audit?.({
        actor: 'unknown',
        role: null,
        action: 'refused',
        target: null,
        detail: { why: 'the provider’s answer does not hold' },
      })
      return reply.redirect('/review#login=refused')
    }
  })
}

/** The highest role that the provider names; whoever is known there at all may look. */
function roleOf(roles: readonly string[]): Role {
  const names = new Set(roles.map((role) => role.toLowerCase().replace(/^errata[-_:]/, '')))
  if (names.has('operator')) return 'operator'
  return names.has('reviewer') ? 'reviewer' : 'reader'
}

function seal(value: object, key: Buffer): string {
  const body = Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${body}.${createHmac('sha256', key).update(`flow ${body}`).digest('base64url')}`
}

function open(sealed: string, key: Buffer): { readonly until: number } | null {
  const [body = '', signature = ''] = sealed.split('.')
  const wanted = Buffer.from(createHmac('sha256', key).update(`flow ${body}`).digest('base64url'))
  const given = Buffer.from(signature)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
    ? (JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as { until: number })
    : null
}
