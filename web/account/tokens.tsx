/** API tokens: what programs send instead of a login. */

import { useEffect, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import { explainFailure, formatValue } from '../dashboard/table.tsx'
import { GivenSecret } from '../shared/given-secret.tsx'
import type { ApiToken, CurrentUser, NewApiToken } from '../../connectors/http/contract/types.ts'

const lives = [30, 90, 180, 365] // days
const ranked = ['analyst', 'reviewer', 'approver', 'operator'] as const

export function OwnTokens({ me }: { readonly me: CurrentUser }) {
  const [tokens, setTokens] = useState<readonly ApiToken[] | null>(null)
  const [made, setMade] = useState<string | null>(null)
  const [problem, setProblem] = useState('')
  const load = async (): Promise<void> =>
    api.tokens().then(
      (found) => setTokens(found.tokens),
      (error: unknown) => setProblem(explainFailure(error)),
    )
  useEffect(() => void load(), [])
  const make = async (token: NewApiToken): Promise<void> => {
    setProblem('')
    try {
      setMade((await api.makeToken(token)).token)
      await load()
    } catch (error) {
      setProblem(explainFailure(error))
    }
  }
  const revoke = (id: string): void => {
    api.revokeToken(id).then(load, (error: unknown) => setProblem(explainFailure(error)))
  }
  return (
    <section>
      <h2>API tokens</h2>
      <p class="note">
        For programs: they send one as <code>Authorization: Bearer …</code>. A token may do at most
        what you may.
      </p>
      {problem !== '' && <p role="alert">{problem}</p>}
      {made !== null && (
        <GivenSecret label="The new token" secret={made} onClose={() => setMade(null)} />
      )}
      {tokens !== null && tokens.length > 0 && <TokenTable tokens={tokens} onRevoke={revoke} />}
      {me.login !== null && <TokenForm role={me.role} onMake={make} />}
    </section>
  )
}

export function TokenTable({
  tokens,
  onRevoke,
}: {
  readonly tokens: readonly ApiToken[]
  readonly onRevoke: (id: string) => void
}) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="API tokens">
      <table>
        <thead>
          <tr>
            <th scope="col">For</th>
            <th scope="col">May</th>
            <th scope="col">Made</th>
            <th scope="col">Last used</th>
            <th scope="col">Ends</th>
            <th scope="col">
              <span class="hidden">End it</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {tokens.map((token) => (
            <tr key={token.id}>
              <td>
                <bdi>{token.label}</bdi>
              </td>
              <td>{token.role}</td>
              <td>{day(token.createdAt)}</td>
              <td>{token.lastUsedAt === null ? 'never' : time(token.lastUsedAt)}</td>
              <td>{endOf(token)}</td>
              <td>
                <button
                  type="button"
                  aria-label={`End the token for ${token.label}`}
                  onClick={() => onRevoke(token.id)}
                >
                  End
                </button>
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}

function TokenForm({
  role,
  onMake,
}: {
  readonly role: CurrentUser['role']
  readonly onMake: (token: NewApiToken) => Promise<void>
}) {
  const most = role === 'reader' ? 'analyst' : role
  const choices = ranked.slice(0, ranked.indexOf(most) + 1)
  const [label, setLabel] = useState('')
  const [chosen, setChosen] = useState<NewApiToken['role']>('analyst')
  const [days, setDays] = useState(90)
  const submit = (event: Event): void => {
    event.preventDefault()
    void onMake({ label: label.trim(), role: chosen, days }).then(() => setLabel(''))
  }
  return (
    <form class="entry row" onSubmit={submit} autocomplete="off">
      <label>
        For
        <input
          class="line"
          required
          maxLength={64}
          placeholder="nightly export"
          value={label}
          onInput={(event) => setLabel(event.currentTarget.value)}
        />
      </label>
      <label>
        May do what this role may
        <select
          value={chosen}
          onChange={(event) => setChosen(event.currentTarget.value as NewApiToken['role'])}
        >
          {choices.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <label>
        Days
        <select value={days} onChange={(event) => setDays(Number(event.currentTarget.value))}>
          {lives.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </select>
      </label>
      <button type="submit" class="primary">
        Make a token
      </button>
    </form>
  )
}

function endOf({ expiresAt }: ApiToken): string {
  if (expiresAt === null) return 'never'
  return expiresAt <= Date.now() ? `${day(expiresAt)}, over` : day(expiresAt)
}

function time(at: number): string {
  return formatValue('time', new Date(at).toISOString())
}

function day(at: number): string {
  return time(at).slice(0, 10)
}
