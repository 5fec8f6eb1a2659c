/** The login page: name and password, the provider where there is one, or a token for this tab. */

import { useEffect, useState } from 'preact/hooks'
import { api, ApiError, hasToken, setToken } from '../shared/api.ts'
import { placeWithin } from '../shared/place.ts'
import type { WaysToLogIn } from '../../connectors/http/contract/types.ts'

const query = new URLSearchParams(location.search)
const reasons: Readonly<Record<string, string>> = {
  late: 'The login took too long: please try again.',
  refused: 'The login was refused.',
  token: 'The token of this tab is not known, or no longer.',
}

export function LoginPage() {
  const [ways, setWays] = useState<WaysToLogIn | null>(null)
  const [problem, setProblem] = useState(reasons[query.get('why') ?? ''] ?? '')
  useEffect(() => {
    if (query.get('why') === 'token') setToken(null)
    api.waysToLogIn().then(setWays, (error: unknown) => setProblem(explain(error)))
  }, [])
  return (
    <div class="login">
      <main>
        <p class="brand">Errata</p>
        <h1>Log in</h1>
        {problem !== '' && <p role="alert">{problem}</p>}
        {ways?.provider === true && (
          <a class="button primary" href={`/auth/login?to=${encodeURIComponent(place())}`}>
            Log in with your organisation
          </a>
        )}
        {ways?.password === true && <PasswordForm onProblem={setProblem} />}
        {ways !== null && <TokenForm isOnly={!ways.password && !ways.provider} />}
      </main>
    </div>
  )
}

function PasswordForm({ onProblem }: { readonly onProblem: (problem: string) => void }) {
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [busy, setBusy] = useState(false)
  const submit = (event: Event): void => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    onProblem('')
    setToken(null) // or else it would count before the session
    api.logIn(name, password).then(
      () => location.replace(place()),
      (error: unknown) => {
        onProblem(explain(error))
        setPassword('')
        setBusy(false)
        document.getElementById('login-password')?.focus()
      },
    )
  }
  return (
    <form class="entry" onSubmit={submit}>
      <label for="login-name">User name</label>
      <input
        id="login-name"
        name="username"
        class="line"
        autocomplete="username"
        autocapitalize="none"
        spellcheck={false}
        autoFocus
        required
        maxLength={256}
        value={name}
        onInput={(event) => setName(event.currentTarget.value)}
      />
      <label for="login-password">Password</label>
      <input
        id="login-password"
        name="password"
        type="password"
        class="line"
        autocomplete="current-password"
        required
        maxLength={1024}
        value={password}
        onInput={(event) => setPassword(event.currentTarget.value)}
      />
      <button type="submit" class="primary" disabled={busy}>
        {busy ? 'Logging in …' : 'Log in'}
      </button>
      <p class="hint">Forgotten? An operator can give you a new password.</p>
    </form>
  )
}

/** `isOnly`: nobody has a password here. */
function TokenForm({ isOnly }: { readonly isOnly: boolean }) {
  const [token, setText] = useState('')
  const submit = (event: Event): void => {
    event.preventDefault()
    setToken(token.trim())
    location.replace(place())
  }
  const form = (
    <form class="entry" onSubmit={submit} autocomplete="off">
      <label for="login-token">Token</label>
      <input
        id="login-token"
        type="password"
        class="line"
        required
        value={token}
        autoFocus={isOnly}
        onInput={(event) => setText(event.currentTarget.value)}
        aria-describedby="login-token-hint"
      />
      <p id="login-token-hint" class="hint">
        Yours, or the value of ERRATA_TOKEN. Kept in this tab until it is closed.
      </p>
      <button type="submit" class={isOnly ? 'primary' : ''}>
        Continue
      </button>
    </form>
  )
  if (isOnly) return form
  return (
    <details open={hasToken()}>
      <summary>Use a token instead</summary>
      {form}
    </details>
  )
}

function place(): string {
  return placeWithin(query.get('to'), location.origin)
}

function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something failed.'
  if (error.code === 'LOGIN_WRONG') return 'Name or password is wrong.'
  if (error.status === 429) return 'Too many tries. Wait a minute, then try again.'
  if (error.status === 0) return 'The server can’t be reached.'
  return error.message
}
