/**
 * The client of the HTTP API: every request of the pages is here. Their types are
 * those of the contract, connectors/http/contract/; server events are in events.ts.
 *
 * Who has logged in is known by a cookie that no script sees. A bearer token instead comes from the
 * address (`#token=…`, removed at once) or from the login page, and stays in this tab. Who is not
 * known is sent to the login page, from the review page once what was typed is safe. A failure is an
 * ApiError with the status and the server's code; status 0: the server can't be reached.
 */

import type {
  AcceptedAnswer,
  AddedUser,
  AnswerValues,
  ApiTokenList,
  AuditLog,
  CellReadings,
  Champion,
  CheckedValues,
  CurrentUser,
  DeadLetterList,
  DrawnBox,
  EmptyQueue,
  Failure,
  FetchAhead,
  FoundDocuments,
  FoundRows,
  FullTask,
  GivenPassword,
  Interpretation,
  Lessons,
  LockRequest,
  MadeApiToken,
  ModelList,
  Neighbours,
  NewApiToken,
  NewUser,
  NextClaim,
  Question,
  ReplayedLetters,
  Reversal,
  Reverted,
  ReviewAnswer,
  RuleList,
  ShownDocument,
  TableFilters,
  TableList,
  TableRows,
  TaskList,
  TaskSummary,
  TrainerStatus,
  UserChange,
  UserList,
  WaysToLogIn,
} from '../../connectors/http/contract/types.ts'

/** The body of a failure, if it came from our server; its other members depend on the code. */
export type ErrorBody = Partial<Failure>

export class ApiError extends Error {
  readonly status: number
  readonly code: string
  readonly body: ErrorBody

  constructor(status: number, code: string, message: string, body: ErrorBody = {}) {
    super(message)
    this.status = status
    this.code = code
    this.body = body
  }
}

const tokenKey = 'errata.token'

/** Moves a token from the address bar to the tab, so it isn't shown, bookmarked or shared. */
export function takeToken(): void {
  const hash = new URLSearchParams(location.hash.slice(1))
  const token = hash.get('token')
  if (token === null) return
  sessionStorage.setItem(tokenKey, token)
  history.replaceState(null, '', location.pathname + location.search)
}

let isLoggingOut = false

/**
 * Ends the session and clears the tab's storage, including what the page saves as it goes away. Says
 * so where the server can't be told, since the session lives on then.
 */
export async function logOut(): Promise<void> {
  isLoggingOut = true
  try {
    await request('/api/logout', { method: 'POST' })
  } catch (error) {
    if (error instanceof ApiError && error.status === 0) {
      isLoggingOut = false
      return alert('You are still logged in: the server can’t be reached.')
    }
  }
  addEventListener('pagehide', () => sessionStorage.clear())
  location.assign('/login')
}

/** Whether this tab has a token, valid or not. */
export function hasToken(): boolean {
  return sessionStorage.getItem(tokenKey) !== null
}

export function setToken(token: string | null): void {
  if (token === null) sessionStorage.removeItem(tokenKey)
  else sessionStorage.setItem(tokenKey, token)
}

/**
 * To the login page, and back here afterwards. Not while somebody logs out: the next to log in isn't
 * led to where they were, whichever request learns first that the session has ended.
 */
export function goToLogin(): void {
  if (isLoggingOut) return
  const why = hasToken() ? '&why=token' : ''
  location.assign(`/login?to=${encodeURIComponent(location.pathname + location.search)}${why}`)
}

/** What a failure means for the page as a whole. */
function leaveFor(status: number, code: string): void {
  const [, page] = location.pathname.split('/')
  if (status === 401 && page !== 'review' && page !== 'login' && code === 'UNAUTHORIZED')
    goToLogin()
  if (code === 'PASSWORD_CHANGE' && page !== 'account') location.assign('/account')
}

function authorization(): Record<string, string> {
  const token = sessionStorage.getItem(tokenKey)
  return token === null ? {} : { authorization: `Bearer ${token}` }
}

export async function request(path: string, options: RequestInit = {}): Promise<Response> {
  let response: Response
  try {
    response = await fetch(path, {
      ...options,
      headers: { ...authorization(), ...options.headers },
    })
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error
    throw new ApiError(0, 'UNREACHABLE', 'the server can’t be reached')
  }
  if (response.ok) return response
  const body = (await response.json().catch(() => ({}))) as ErrorBody
  leaveFor(response.status, String(body.code))
  throw new ApiError(
    response.status,
    String(body.code ?? response.status),
    String(body.message ?? response.statusText),
    body,
  )
}

async function json<T>(path: string, options: RequestInit = {}): Promise<T> {
  return (await (await request(path, options)).json()) as T
}

async function post<T>(path: string, body: unknown): Promise<T> {
  return json<T>(path, sending('POST', body))
}

function sending(method: string, body: unknown): RequestInit {
  return { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
}

/** `more`: there are more rows than the file has. */
async function fileIn(response: Response) {
  return { blob: await response.blob(), more: response.headers.get('x-more') === 'true' }
}

const at = encodeURIComponent
const queryOf = (filters: TableFilters): string => new URLSearchParams({ ...filters }).toString()

/** Identifies this page among others that the same person may have open. */
export const holder = [...crypto.getRandomValues(new Uint8Array(12))]
  .map((byte) => byte.toString(16).padStart(2, '0'))
  .join('')

export const api = {
  list: (state: 'open' | 'closed' = 'open', after: string | null = null, limit = 100) =>
    json<TaskList>(
      `/api/tasks?state=${state}&limit=${limit}${after === null ? '' : `&after=${at(after)}`}`,
    ),
  /** The next open task that isn't in `skip`; null if there is none. */
  next: async (skip: readonly string[]): Promise<TaskSummary | null> => {
    try {
      return await json<TaskSummary>(
        `/api/tasks/next${skip.length === 0 ? '' : `?skip=${at(skip.map(at).join(','))}`}`,
      )
    } catch (error) {
      if (error instanceof ApiError && error.code === 'NOTHING_OPEN') return null
      throw error
    }
  },
  me: () => json<CurrentUser>('/api/me'),
  waysToLogIn: () => json<WaysToLogIn>('/api/login'),
  logIn: (name: string, password: string) =>
    request('/api/login', sending('POST', { name, password })),
  changePassword: (current: string, next: string) =>
    request('/api/me/password', sending('PUT', { current, next })),
  tokens: () => json<ApiTokenList>('/api/me/tokens'),
  makeToken: (token: NewApiToken) => post<MadeApiToken>('/api/me/tokens', token),
  revokeToken: (id: string) => request(`/api/me/tokens/${id}`, { method: 'DELETE' }),
  users: () => json<UserList>('/api/users'),
  addUser: (user: NewUser) => post<AddedUser>('/api/users', user),
  changeUser: (name: string, change: UserChange) =>
    request(`/api/users/${at(name)}`, sending('PATCH', change)),
  removeUser: (name: string) => request(`/api/users/${at(name)}`, { method: 'DELETE' }),
  resetPassword: (name: string) =>
    json<GivenPassword>(`/api/users/${at(name)}/password`, { method: 'POST' }),
  revokeTokenOf: (name: string, id: string) =>
    request(`/api/users/${at(name)}/tokens/${id}`, { method: 'DELETE' }),
  /**
   * Locks the next free task for this page and returns it, whole if `whole`; or why there is none.
   */
  claim: async (
    wanted: Omit<NextClaim, 'holder'>,
  ): Promise<TaskSummary | FullTask | EmptyQueue> => {
    try {
      return await post<TaskSummary | FullTask>('/api/tasks/claim', {
        holder,
        ...wanted,
      } satisfies NextClaim)
    } catch (error) {
      if (error instanceof ApiError && error.code === 'NOTHING_FREE')
        return error.body as unknown as EmptyQueue
      throw error
    }
  },
  ahead: async (wanted: Omit<FetchAhead, 'holder'>): Promise<TaskSummary | null> =>
    post<TaskSummary>('/api/tasks/ahead', { holder, ...wanted } satisfies FetchAhead).catch(
      () => null,
    ),
  lock: (documentId: string, reviewer: string, force = false) =>
    post<unknown>(`/api/tasks/${at(documentId)}/lock`, {
      holder,
      reviewer,
      force,
    } satisfies LockRequest),
  /** Also works while the page goes away. */
  free: (documentId: string) =>
    request(`/api/tasks/${at(documentId)}/lock?holder=${holder}`, {
      method: 'DELETE',
      keepalive: true,
    }).then(
      () => {},
      () => {},
    ),
  check: (documentId: string, values: AnswerValues) =>
    post<CheckedValues>(`/api/documents/${at(documentId)}/check`, values),
  lesson: (documentId: string, values: AnswerValues) =>
    post<Lessons>(`/api/tasks/${at(documentId)}/lesson`, values),
  rows: (documentId: string, drawn: DrawnBox) =>
    post<FoundRows>(`/api/documents/${at(documentId)}/rows`, drawn),
  task: (documentId: string) => json<FullTask>(`/api/tasks/${at(documentId)}`),
  read: (documentId: string, question: Question) =>
    post<Interpretation>(`/api/documents/${at(documentId)}/read`, question),
  readCells: (documentId: string, cells: readonly Question[]) =>
    post<CellReadings>(`/api/documents/${at(documentId)}/read-cells`, { cells }),
  answer: (documentId: string, answer: ReviewAnswer, correction: boolean) =>
    post<AcceptedAnswer>(
      `/api/${correction ? 'documents' : 'tasks'}/${at(documentId)}/verdict`,
      answer,
    ),
  /** `parameters`: as the API names them; see documents/query.ts. */
  documents: (parameters: TableFilters, after: string | null = null) =>
    json<FoundDocuments>(
      `/api/documents?${queryOf(parameters)}${after === null ? '' : `&after=${at(after)}`}`,
    ),
  document: (documentId: string) => json<ShownDocument>(`/api/documents/${at(documentId)}`),
  neighbours: (documentId: string, parameters: TableFilters) =>
    json<Neighbours>(`/api/documents/${at(documentId)}/neighbours?${queryOf(parameters)}`),
  /** `path`: of a file below /api/documents. */
  download: async (path: string) => fileIn(await request(`/api/documents${path}`)),
  prepare: (documentId: string) =>
    json<{ readonly nextRevision: number }>(`/api/documents/${at(documentId)}/task`, {
      method: 'POST',
    }),
  readAgain: (documentId: string) =>
    json<unknown>(`/api/documents/${at(documentId)}/read-again`, { method: 'POST' }),
  tables: () => json<TableList>('/api/analytics'),
  table: (name: string, filters: TableFilters, limit?: number) =>
    json<TableRows>(
      `/api/analytics/${name}?${queryOf(filters)}${limit === undefined ? '' : `&limit=${limit}`}`,
    ),
  /** A table as a file. */
  file: async (name: string, filters: TableFilters, format: 'csv' | 'parquet') =>
    fileIn(await request(`/api/analytics/${name}?${queryOf(filters)}&format=${format}`)),
  models: () => json<ModelList>('/api/models'),
  trainer: () => json<TrainerStatus>('/api/trainer'),
  promote: (key: string, why: string) =>
    post<Champion>(`/api/models/${key.split('/').map(at).join('/')}/promote`, {
      why,
    }),
  rollback: (name: string, why: string) =>
    post<Champion>(`/api/models/${at(name)}/rollback`, { why }),
  rules: () => json<RuleList>('/api/rules'),
  setRule: (vendor: string, field: string, disabled: boolean, why: string) =>
    post<unknown>(`/api/rules/${disabled ? 'disable' : 'enable'}`, { vendor, field, why }),
  revert: (reversal: Reversal) => post<Reverted>('/api/verdicts/revert', reversal),
  dead: () => json<DeadLetterList>('/api/dead'),
  replay: (letters: readonly string[]) =>
    post<ReplayedLetters>('/api/dead/replay', { at: letters }),
  audit: (filters: TableFilters) => json<AuditLog>(`/api/audit?${queryOf(filters)}&limit=500`),
  image: async (documentId: string, sha256: string, page: number, width: number) =>
    (
      await request(
        `/api/documents/${at(documentId)}/pages/${page}?width=${width}&v=${sha256.slice(0, 12)}`,
      )
    ).blob(),
}
