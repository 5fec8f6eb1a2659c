/**
 * Logging in and out.
 *
 *   POST /api/login    name and password → a session
 *   GET  /api/login    which ways there are
 *   POST /api/logout   ends the session everywhere
 *   GET  /auth/login, /auth/callback   to the OpenID provider and back
 *
 * Each login begins a new session and ends that of the browser before, so that nobody is left in one
 * that somebody else put there. What has to be remembered while a browser is at the provider stands
 * in a signed cookie that lives for ten minutes and logs nobody in.
 */

import { createHmac, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { AccountRefusal } from '../../../processors/review/account-refusal.ts'
import { passwordKey } from '../../../processors/review/credentials.ts'
import { bySession } from '../../../processors/review/identity.ts'
import { isRole, roles, type Role } from '../../../processors/review/roles.ts'
import type { Credential } from '../../../schemas/types.ts'
import { logIn, logOut, waysToLogIn } from '../contract/logins.ts'
import type { Api } from '../contract/schema.ts'
import { foreignOrigin, isFromOtherSite } from '../door.ts'
import { isOwnPage, sessionCookie, sessionSecretOf } from '../session-cookie.ts'
import { answerRefusal } from './account-refusals.ts'
import type { Begun, Login, Logins, ReviewDeps } from './context.ts'

const flowCookie = 'errata_login'
const flowSeconds = 600
const bodyBytes = 4096

export function loginRoutes(app: Api, deps: ReviewDeps): void {
  const { logins } = deps
  app.get('/api/login', { schema: waysToLogIn }, async (_request, reply) => {
    void reply.header('cache-control', 'no-store')
    return {
      password: logins !== undefined && hasPasswords(deps),
      provider: deps.login !== undefined,
    }
  })
  if (logins === undefined) return
  passwordRoutes(app, deps, logins)
  if (deps.login !== undefined) providerRoutes(app, deps, deps.login, logins)
}

function passwordRoutes(app: Api, deps: ReviewDeps, logins: Logins): void {
  app.post('/api/login', { bodyLimit: bodyBytes, schema: logIn }, async (request, reply) => {
    if (isFromOtherSite(request.headers)) return reply.code(403).send({ ...foreignOrigin })
    const { name, password } = request.body
    try {
      const begun = await logins.byPassword({ name, password, address: request.ip })
      await welcome(request, reply, deps, { begun, logins })
      return await reply.code(204).send(null)
    } catch (error) {
      if (error instanceof AccountRefusal) return answerRefusal(reply, error)
      throw error
    }
  })

  app.post('/api/logout', { bodyLimit: bodyBytes, schema: logOut }, async (request, reply) => {
    if (!isOwnPage(request, deps)) return reply.code(403).send({ ...foreignOrigin })
    const session = sessionIn(request, deps)
    if (session !== null) await logins.end(session)
    return reply
      .header('set-cookie', sessionCookie('', 0, request, deps))
      .header('clear-site-data', '"cache"')
      .code(204)
      .send(null)
  })
}

function providerRoutes(
  app: FastifyInstance,
  deps: ReviewDeps,
  login: Login,
  logins: Logins,
): void {
  const { flowKey: key } = login
  const secure = login.redirectUri.startsWith('https:') ? '; Secure' : ''
  const cookie = (value: string, seconds: number): string =>
    `${flowCookie}=${value}; Path=/auth; HttpOnly; SameSite=Lax; Max-Age=${seconds}${secure}`

  app.get<{ Querystring: { to?: unknown } }>('/auth/login', async (request, reply) => {
    const { url, flow } = await login.begin()
    const [to, until] = [placeWithin(request.query.to), deps.now() + flowSeconds * 1000]
    return reply
      .header('set-cookie', cookie(seal({ ...flow, until, to }, key), flowSeconds))
      .header('cache-control', 'no-store')
      .redirect(url)
  })

  app.get('/auth/callback', async (request, reply) => {
    const flow = open(cookieIn(request, flowCookie), key)
    void reply.header('set-cookie', cookie('', 0)).header('cache-control', 'no-store')
    if (flow === null || flow.until < deps.now()) return reply.redirect('/login?why=late')
    const refused = async (detail: Record<string, string>): Promise<FastifyReply> => {
      void deps.audit?.({ actor: 'unknown', role: null, action: 'refused', target: null, detail })
      return reply.redirect('/login?why=refused')
    }
    try {
      const address = new URL(login.redirectUri)
      address.search = new URL(request.url, 'http://here').search
      const { subject, name, roles: claimed } = await login.finish(address, flow as never)
      const role = highestRole(claimed)
      const begun = await logins.byProvider({ subject, name, role })
      if (begun === null) return await refused({ why: 'was taken away here', subject })
      const actor = await welcome(request, reply, deps, { begun, logins })
      void deps.audit?.({ actor: actor ?? name, role, action: 'login', target: null })
      return await reply.redirect(placeWithin(flow.to))
    } catch (error) {
      deps.log?.warn({ error }, 'a login was refused')
      return refused({ why: 'the provider’s answer does not hold' })
    }
  })
}

/** Whether anybody logs in by one. */
function hasPasswords({ accounts }: ReviewDeps): boolean {
  const users = accounts?.people.list() ?? []
  return users.some(({ name }) => accounts?.credentials.get(passwordKey(name)) !== null)
}

/** Gives the browser its new session, and ends the one that it had; the person's name. */
async function welcome(
  request: FastifyRequest,
  reply: FastifyReply,
  deps: ReviewDeps,
  { begun, logins }: { readonly begun: Begun; readonly logins: Logins },
): Promise<string | null> {
  const before = sessionIn(request, deps)
  if (before !== null) await logins.end(before)
  const { secret, seconds } = begun
  void reply
    .header('set-cookie', sessionCookie(secret, seconds, request, deps))
    .header('cache-control', 'no-store')
  return identityOf(secret, deps)?.account.name ?? null
}

function sessionIn(request: FastifyRequest, deps: ReviewDeps): Credential | null {
  const secret = sessionSecretOf(request, deps)
  return secret === null ? null : (identityOf(secret, deps)?.credential ?? null)
}

function identityOf(secret: string, { accounts, now }: ReviewDeps): ReturnType<typeof bySession> {
  if (accounts === undefined) return null
  return bySession(secret, accounts, { now: now(), idleMs: accounts.idleMs })
}

/**
 * An address of ours to go to; the first page for any other. Browsers take `//host` and `/\host`
 * for other hosts, and drop tabs and line ends before they look.
 */
function placeWithin(to: unknown): string {
  if (typeof to !== 'string' || !/^\/(?![/\\])[\x21-\x7e]*$/.test(to)) return '/'
  const here = 'http://here'
  if (!URL.canParse(to, here)) return '/'
  const { origin, pathname, search } = new URL(to, here)
  return origin === here && !pathname.startsWith('//') ? `${pathname}${search}` : '/'
}

/** The highest role that the provider names; whoever is known there at all may look. */
function highestRole(claimed: readonly string[]): Role {
  const names = claimed.map((role) => role.toLowerCase().replace(/^errata[-_:]/, ''))
  const known = names.filter((name): name is Role => isRole(name))
  return roles.findLast((role) => known.includes(role)) ?? 'reader'
}

function cookieIn({ headers }: FastifyRequest, name: string): string {
  return new RegExp(`(?:^|; )${name}=([^;]+)`).exec(headers.cookie ?? '')?.[1] ?? ''
}

function seal(value: object, key: Buffer): string {
  const body = Buffer.from(JSON.stringify(value)).toString('base64url')
  return `${body}.${createHmac('sha256', key).update(`flow ${body}`).digest('base64url')}`
}

function open(sealed: string, key: Buffer): { readonly until: number; readonly to: string } | null {
  const [body = '', signature = ''] = sealed.split('.')
  const wanted = Buffer.from(createHmac('sha256', key).update(`flow ${body}`).digest('base64url'))
  const given = Buffer.from(signature)
  return given.length === wanted.length && timingSafeEqual(given, wanted)
    ? (JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as { until: number; to: string })
    : null
}
