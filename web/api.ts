/**
 * The HTTP API as the pages see it. All that they know of the server is here.
 *
 * The bearer token, where one is needed, comes from the address (`#token=…`, taken out of it at once) or is asked for, and
 * stays in this tab. A failure is an ApiError with the status and the server's code; status 0: the server can't be reached.
 */

import type { Check, Field, LineItem, Page, Reason, Rule, Words } from '../schemas/types.ts'
import type { Profile } from '../schemas/profiles.ts'

export interface VerdictSummary {
  readonly revision: number
  readonly reviewer: string
  readonly decision: string
  readonly decidedAt: number
  readonly openedAt: number | null
}

export interface Summary {
  readonly documentId: string
  readonly state: 'open' | 'closed'
  readonly revision: number
  readonly nextRevision: number
  readonly profile: string
  readonly fileName: string | null
  readonly source: string
  readonly vendor: string | null
  readonly reasons: readonly Reason[]
  readonly priority: number
  readonly receivedAt: number
  readonly pages: number
  readonly verdict: VerdictSummary | null
  readonly second: boolean // another person has to look
  readonly lockedBy?: string | null
}

export interface FullTask extends Summary {
  readonly identity: { readonly id: string; readonly evidence: string }
  readonly version: string
  readonly fields: readonly Field[]
  readonly candidates: readonly Field[]
  readonly lineItems: readonly LineItem[]
  readonly checks: readonly Check[]
  readonly model: { readonly name: string; readonly version: number } | null
  readonly sha256: string
  readonly pageList: readonly Page[]
  readonly words: Words
  readonly truth: { readonly fields: readonly Field[]; readonly lineItems: readonly LineItem[] } | null
  readonly definition: Profile
}

export interface Listing {
  readonly tasks: readonly Summary[]
  readonly next: string | null
  readonly open: number
  readonly closed: number
  readonly ready: boolean
}

export interface Reading {
  readonly value: string | null
  readonly raw: string | null
  readonly page: number | null
  readonly words: readonly number[]
  readonly problem: string | null
  readonly notice: string | null
}

/** Whose token it is; `name` null: say the name with each answer. */
export interface Me {
  readonly name: string | null
  readonly role: 'reader' | 'reviewer' | 'operator'
  readonly kind: string
  readonly profiles: readonly string[]
  readonly vendors: readonly string[]
}

/** Why there is nothing for this person now. */
export interface Nothing {
  readonly open: number
  readonly withOthers: readonly { readonly name: string; readonly count: number }[]
  readonly waitForSecond: number
  readonly notYours: number
}

/** What an answer teaches about a field. */
export interface Lesson {
  readonly field: string
  readonly state: string
  readonly kind: string
  readonly value: string | null
  readonly anchor: string | null
  readonly relation: string | null
  readonly page: number | null
  readonly verdicts: number
  readonly why: string
}

export interface Values {
  readonly fields: readonly GivenValue[]
  readonly lineItems: readonly { readonly cells: readonly GivenValue[] }[]
}

export interface GivenValue {
  readonly name: string
  readonly value: string | null
  readonly raw: string | null
  readonly page: number | null
  readonly words: readonly number[]
}

export interface Answer {
  readonly revision: number
  readonly reviewer: string
  readonly decision: 'confirmed' | 'corrected' | 'rejected'
  readonly fields: readonly GivenValue[]
  readonly lineItems: readonly { readonly cells: readonly GivenValue[] }[]
  readonly declined: readonly string[]
  readonly holder: string
  readonly comment: string | null
  readonly openedAt: number
  readonly basedOn: string
}

export type Row = Readonly<Record<string, unknown>>
export type Filters = Readonly<Record<string, string>>
export type Kind = 'text' | 'amount' | 'count' | 'share' | 'percent' | 'seconds' | 'ms' | 'number' | 'time' | 'document'

export interface TableInfo {
  readonly name: string
  readonly title: string
  readonly note: string
  readonly columns: readonly (readonly [name: string, label: string, kind: Kind])[]
  readonly filters: readonly string[]
}

export interface ModelVersion {
  readonly name: string
  readonly version: number
  readonly state: string
  readonly decidedBy: string
  readonly decidedAt: number
  readonly reason: string
  readonly bytes: number
  readonly sha256: string
  readonly championSince: number | null
  readonly manifest: Readonly<Record<string, unknown>> | null
  readonly evidence: { readonly comparisons?: readonly Comparison[] } | null
}

export interface Training {
  readonly key: string
  readonly profile: string
  readonly state: 'queued' | 'running' | 'done' | 'failed'
  readonly startedAt: number | null
  readonly endedAt: number | null
  readonly outcome: string | null
  readonly version: string | null
  readonly reasons: readonly string[]
  readonly progress: { readonly step: string; readonly done: number; readonly of: number } | null
}

export interface Trainer {
  readonly reachable: boolean
  readonly trainings: readonly Training[] // newest first
  readonly next: { readonly waiting: Readonly<Record<string, number>>; readonly wanted: number; readonly at: number | null } | null
}

export interface Comparison {
  readonly scope: string
  readonly documents: number
  readonly champion: number | null
  readonly candidate: number
  readonly difference: number | null
  readonly low: number | null
  readonly high: number | null
}

export interface Letter {
  readonly at: string
  readonly stage: string
  readonly code: string
  readonly message: string
  readonly documentId: string | null
  readonly failedAt: string
  readonly origin: string
  readonly attempts: number
  readonly software: string
  readonly replayedAt: string | null
  readonly replays: number
  readonly bytes: number
}

/** What taking back a person's answers comes to: documents open again, documents as somebody else had said before, rules by hand. */
export interface Reverted {
  readonly withdrawn: number
  readonly restored: number
  readonly rules: number
}

export interface AuditEntry {
  readonly at: number
  readonly actor: string
  readonly role: string | null
  readonly action: string
  readonly target: string | null
  readonly detail: Readonly<Record<string, string>>
}

export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly body: Readonly<Record<string, unknown>>

  constructor(status: number, code: string, message: string, body: Readonly<Record<string, unknown>> = {}) {
    super(message)
    this.status = status
    this.code = code
    this.body = body
  }
}

const tokenKey = 'errata.token'

/** What went wrong with a login elsewhere, if anything did. */
export let loginProblem: string | null = null

/** Takes a token out of the address bar, so that it isn't shown, bookmarked or sent on. */
export function takeToken(): void {
  const hash = new URLSearchParams(location.hash.slice(1))
  loginProblem = hash.get('login')
  const token = hash.get('token')
  if (token !== null) sessionStorage.setItem(tokenKey, token)
  if (token !== null || loginProblem !== null) history.replaceState(null, '', location.pathname + location.search)
}

/** Leaves nothing of this person in the tab, nor what the page keeps as it goes away. */
export function logOut(): void {
  addEventListener('pagehide', () => sessionStorage.clear())
  location.assign('/review')
}

/** Whether this tab has a token, be it known or not. */
export function hasToken(): boolean {
  return sessionStorage.getItem(tokenKey) !== null
}

export function setToken(token: string): void {
  sessionStorage.setItem(tokenKey, token)
}

function authorization(): Record<string, string> {
  const token = sessionStorage.getItem(tokenKey)
  return token === null ? {} : { authorization: `Bearer ${token}` }
}

export async function request(path: string, options: RequestInit = {}): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, { ...options, headers: { ...authorization(), ...options.headers } })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, 'UNREACHABLE', 'the server can’t be reached')
  }
  if (response.ok) return response
  const body = (await response.json().catch(() => ({}))) as Record<string, unknown>
  throw new ApiError(response.status, String(body.code ?? response.status), String(body.message ?? response.statusText), body)
}

async function json<T>(path: string, options: RequestInit = {}): Promise<T> {
  return (await (await request(path, options)).json()) as T
}

async function post<T>(path: string, body: unknown): Promise<T> {
  return json<T>(path, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) })
}

const at = encodeURIComponent
const queryOf = (filters: Filters): string => new URLSearchParams({ ...filters }).toString()

/** Tells this page from any other that the same person may have open. */
export const holder = [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

export const api = {
  list: (state: 'open' | 'closed' = 'open', after: string | null = null, limit = 100) => json<Listing>(`/api/tasks?state=${state}&limit=${limit}${after === null ? '' : `&after=${at(after)}`}`),
  /** The next open task that isn't among `skip`; null where there is none. */
  next: async (skip: readonly string[]): Promise<Summary | null> => {
    try {
      return await json<Summary>(`/api/tasks/next${skip.length === 0 ? '' : `?skip=${at(skip.map(at).join(','))}`}`)
    } catch (error) {
      if (error instanceof ApiError && error.code === 'NOTHING_OPEN') return null
      throw error
    }
  },
  me: () => json<Me>('/api/me'),
  /** The next task that is free, now locked for this page, whole where it is asked for; or why there is none. */
  claim: async (wanted: { readonly reviewer: string; readonly skip: readonly string[]; readonly prefer: string | null; readonly everything: boolean; readonly whole: boolean }): Promise<Summary | FullTask | Nothing> => {
    try {
      return await post<Summary | FullTask>('/api/tasks/claim', { holder, ...wanted })
    } catch (error) {
      if (error instanceof ApiError && error.code === 'NOTHING_FREE') return error.body as unknown as Nothing
      throw error
    }
  },
  ahead: async (wanted: { readonly reviewer: string; readonly skip: readonly string[]; readonly everything: boolean }): Promise<Summary | null> => post<Summary>('/api/tasks/ahead', { holder, ...wanted }).catch(() => null),
  lock: (documentId: string, reviewer: string, force = false) => post<unknown>(`/api/tasks/${at(documentId)}/lock`, { holder, reviewer, force }),
  /** Also as the page goes away. */
  free: (documentId: string) => request(`/api/tasks/${at(documentId)}/lock?holder=${holder}`, { method: 'DELETE', keepalive: true }).then(() => {}, () => {}),
  check: (documentId: string, values: Values) => post<{ readonly checks: readonly Check[] }>(`/api/documents/${at(documentId)}/check`, values),
  lesson: (documentId: string, values: Values) => post<{ readonly vendor: string | null; readonly lessons: readonly Lesson[] }>(`/api/tasks/${at(documentId)}/lesson`, values),
  rows: (documentId: string, page: number, box: readonly number[], columns: readonly { readonly name: string; readonly x0: number; readonly x1: number }[]) =>
    post<{ readonly rows: readonly LineItem[] }>(`/api/documents/${at(documentId)}/rows`, { page, box, columns }),
  task: (documentId: string) => json<FullTask>(`/api/tasks/${at(documentId)}`),
  read: (documentId: string, field: string, given: { text?: string; words?: readonly number[] }) => post<Reading>(`/api/documents/${at(documentId)}/read`, { field, ...given }),
  answer: (documentId: string, answer: Answer, correction: boolean) => post<{ revision: number }>(`/api/${correction ? 'documents' : 'tasks'}/${at(documentId)}/verdict`, answer),
  tables: () => json<{ readonly tables: readonly TableInfo[] }>('/api/analytics'),
  table: (name: string, filters: Filters, limit?: number) => json<{ readonly rows: readonly Row[]; readonly more: boolean; readonly ignored: readonly string[] }>(`/api/analytics/${name}?${queryOf(filters)}${limit === undefined ? '' : `&limit=${limit}`}`),
  /** A table as a file; `more`: the table has more rows than a file takes. */
  file: async (name: string, filters: Filters, format: 'csv' | 'parquet') => {
    const response = await request(`/api/analytics/${name}?${queryOf(filters)}&format=${format}`)
    return { blob: await response.blob(), more: response.headers.get('x-more') === 'true' }
  },
  models: () => json<{ readonly models: readonly ModelVersion[] }>('/api/models'),
  trainer: () => json<Trainer>('/api/trainer'),
  promote: (key: string, why: string) => post<{ readonly champion: string }>(`/api/models/${key.split('/').map(at).join('/')}/promote`, { why }),
  rollback: (name: string, why: string) => post<{ readonly champion: string }>(`/api/models/${at(name)}/rollback`, { why }),
  rules: () => json<{ readonly rules: readonly Rule[] }>('/api/rules'),
  setRule: (vendor: string, field: string, disabled: boolean, why: string) => post<unknown>(`/api/rules/${disabled ? 'disable' : 'enable'}`, { vendor, field, why }),
  revert: (reversal: { readonly reviewer: string; readonly since: number; readonly why: string; readonly dryRun: boolean }) => post<Reverted>('/api/verdicts/revert', reversal),
  dead: () => json<{ readonly letters: readonly Letter[] }>('/api/dead'),
  replay: (letters: readonly string[]) => post<{ readonly letters: readonly { readonly at: string; readonly outcome: string }[] }>('/api/dead/replay', { at: letters }),
  audit: (filters: Filters) => json<{ readonly entries: readonly AuditEntry[] }>(`/api/audit?${queryOf(filters)}&limit=500`),
  image: async (documentId: string, sha256: string, page: number, width: number) => (await request(`/api/documents/${at(documentId)}/pages/${page}?width=${width}&v=${sha256.slice(0, 12)}`)).blob(),
}

const againMs = [1000, 2000, 5000, 10_000] // between two tries to listen

/**
 * Listens to the server's events until the returned function is called, again after each loss. Read by fetch, since
 * EventSource can't send a token.
 */
export function listen(onEvent: (name: string, data: Record<string, unknown>) => void, onState: (live: boolean) => void): () => void {
  const stop = new AbortController()
  const run = async (): Promise<void> => {
    for (let failures = 0; !stop.signal.aborted;) {
      try {
        const body = (await request('/api/events', { signal: stop.signal })).body as ReadableStream<Uint8Array>
        onState(true)
        failures = 0
        await readEvents(body, onEvent)
      } catch {
        failures++
      }
      if (stop.signal.aborted) return
      onState(false)
      await new Promise((done) => setTimeout(done, againMs[Math.min(failures, againMs.length - 1)]))
    }
  }
  void run()
  return () => stop.abort()
}

async function readEvents(body: ReadableStream<Uint8Array>, onEvent: (name: string, data: Record<string, unknown>) => void): Promise<void> {
  const reader = body.pipeThrough(new TextDecoderStream() as unknown as ReadableWritablePair<string, Uint8Array>).getReader()
  for (let rest = ''; ;) {
    const { done, value } = await reader.read()
    if (done) return
    const blocks = (rest + value).split('\n\n')
    rest = blocks.pop() as string
    for (const block of blocks) {
      const name = /^event: (.+)$/m.exec(block)?.[1]
      const data = /^data: (.+)$/m.exec(block)?.[1]
      if (name !== undefined && data !== undefined) onEvent(name, JSON.parse(data) as Record<string, unknown>)
    }
  }
}
