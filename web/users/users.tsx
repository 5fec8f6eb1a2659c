/** Accounts: who there is, with which role, for which documents; for operators. */

import { useEffect, useState } from 'preact/hooks'
import { api } from '../shared/api.ts'
import { scopeOf } from '../account/account.tsx'
import { TokenTable } from '../account/tokens.tsx'
import { explainFailure, formatValue } from '../dashboard/table.tsx'
import { GivenSecret } from '../shared/given-secret.tsx'
import { Top } from '../shared/top.tsx'
import { UserDialog, type EditedUser } from './user-dialog.tsx'
import type { ListedUser } from '../../connectors/http/contract/types.ts'

interface Given {
  readonly name: string
  readonly password: string
}

export function UsersPage() {
  const [users, setUsers] = useState<readonly ListedUser[] | null>(null)
  const [edited, setEdited] = useState<ListedUser | 'new' | null>(null)
  const [given, setGiven] = useState<Given | null>(null)
  const [problem, setProblem] = useState('')
  const load = async (): Promise<void> =>
    api.users().then(
      (found) => setUsers(found.users),
      (error: unknown) => setProblem(explainFailure(error)),
    )
  useEffect(() => void load(), [])
  const act = (work: Promise<unknown>): void => {
    setProblem('')
    work.then(load, (error: unknown) => setProblem(explainFailure(error)))
  }
  const save = async (user: EditedUser): Promise<void> => {
    const { name, ...rest } = user
    const isFirst = users?.length === 0
    let password: string | null = null
    if (edited === 'new') ({ password } = await api.addUser(user))
    else await api.changeUser(name, withoutSubject(rest))
    setEdited(null)
    if (password !== null) setGiven({ name, password })
    // From the first account on the list wants a login, which would take the password away unread
    if (!isFirst || password === null) await load()
  }
  const reset = (name: string): void =>
    act(api.resetPassword(name).then(({ password }) => setGiven({ name, password })))
  return (
    <div class="plain">
      <Top page="users" />
      <main class="broad">
        <h1>Users</h1>
        <p class="note">
          A change of role or documents, a new password and a removal end somebody’s sessions at
          once. <a href="/audit?action=refused">Refused requests</a> and who changed what are in the{' '}
          <a href="/audit">audit log</a>.
        </p>
        <p class="actions">
          <button type="button" class="primary" onClick={() => setEdited('new')}>
            Add somebody
          </button>
        </p>
        {problem !== '' && <p role="alert">{problem}</p>}
        {given !== null && (
          <GivenSecret
            label={`First password of ${given.name}, to be changed at the login within seven days`}
            secret={given.password}
            onClose={() => {
              setGiven(null)
              void load()
            }}
          />
        )}
        {users !== null && users.length === 0 && given === null && (
          <p>
            Nobody has an account: who sits at this machine is operator. Make the first account an
            operator’s; from then on everybody has to log in.
          </p>
        )}
        {users !== null && users.length > 0 && (
          <UserTable users={users} onEdit={setEdited} onReset={reset} act={act} />
        )}
        {edited !== null && (
          <UserDialog
            user={edited === 'new' ? null : edited}
            isFirst={users?.length === 0}
            onSave={save}
            onClose={() => setEdited(null)}
          />
        )}
      </main>
    </div>
  )
}

/** How somebody logs in doesn't change. */
function withoutSubject({ subject: _subject, ...rest }: Omit<EditedUser, 'name'>) {
  return rest
}

interface TableProps {
  readonly users: readonly ListedUser[]
  readonly onEdit: (user: ListedUser) => void
  readonly onReset: (name: string) => void
  readonly act: (work: Promise<unknown>) => void
}

function UserTable({ users, ...acts }: TableProps) {
  return (
    <div class="wide" tabIndex={0} role="region" aria-label="Users">
      <table class="figures">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Role</th>
            <th scope="col">Documents</th>
            <th scope="col">Logs in by</th>
            <th scope="col">Last seen</th>
            <th scope="col">Changed</th>
            <th scope="col">
              <span class="hidden">What may be done</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {users.map((user) => (
            <UserRow key={user.name} user={user} {...acts} />
          ))}
        </tbody>
      </table>
    </div>
  )
}

function UserRow({
  user,
  onEdit,
  onReset,
  act,
}: Omit<TableProps, 'users'> & { readonly user: ListedUser }) {
  const [asks, setAsks] = useState<'remove' | 'reset' | null>(null)
  const [showsTokens, setShowsTokens] = useState(false)
  const { name, role, disabled, tokens } = user
  const sure = (): void => {
    setAsks(null)
    if (asks === 'reset') onReset(name)
    else act(api.removeUser(name))
  }
  return (
    <>
      <tr>
        <th scope="row">
          <a
            href={`/audit?target=${encodeURIComponent(name)}`}
            title="What was done to this account"
          >
            <bdi>{name}</bdi>
          </a>
        </th>
        <td>{disabled ? <s>{role}</s> : role}</td>
        <td>{scopeOf(user)}</td>
        <td>{wayOf(user)}</td>
        <td>{user.lastSeenAt === null ? '–' : time(user.lastSeenAt)}</td>
        <td>
          {time(user.changedAt)} by <bdi>{user.changedBy}</bdi>
        </td>
        <td>
          {asks === null ? (
            <div class="row-acts">
              <button type="button" aria-label={`Change ${name}`} onClick={() => onEdit(user)}>
                Change
              </button>
              {user.subject === null && (
                <button
                  type="button"
                  aria-label={`New password for ${name}`}
                  onClick={() => setAsks('reset')}
                >
                  New password
                </button>
              )}
              {tokens.length > 0 && (
                <button
                  type="button"
                  aria-expanded={showsTokens}
                  aria-label={`Tokens of ${name}`}
                  onClick={() => setShowsTokens(!showsTokens)}
                >
                  Tokens ({tokens.length})
                </button>
              )}
              <button
                type="button"
                aria-label={`${disabled ? 'Enable' : 'Disable'} ${name}`}
                onClick={() => act(api.changeUser(name, { disabled: !disabled }))}
              >
                {disabled ? 'Enable' : 'Disable'}
              </button>
              <button type="button" aria-label={`Remove ${name}`} onClick={() => setAsks('remove')}>
                Remove
              </button>
            </div>
          ) : (
            <span role="alert">
              {asks === 'remove' ? `Remove ${name}?` : `End ${name}’s password and sessions?`}{' '}
              <button type="button" class="primary" autoFocus onClick={sure}>
                {asks === 'remove' ? 'Remove' : 'Give a new one'}
              </button>{' '}
              <button type="button" onClick={() => setAsks(null)}>
                Cancel
              </button>
            </span>
          )}
        </td>
      </tr>
      {showsTokens && tokens.length > 0 && (
        <tr>
          <td colSpan={7}>
            <TokenTable tokens={tokens} onRevoke={(id) => act(api.revokeTokenOf(name, id))} />
          </td>
        </tr>
      )}
    </>
  )
}

function wayOf({ subject, password, hasToken, disabled }: ListedUser): string {
  if (disabled) return 'disabled'
  if (subject !== null) return `provider: ${subject}`
  const ways = [
    ...(password === 'own' ? ['password'] : []),
    ...(password === 'one-time' ? ['first password, not changed yet'] : []),
    ...(hasToken ? ['token'] : []),
  ]
  return ways.length === 0 ? 'nothing yet' : ways.join(', ')
}

function time(at: number): string {
  return formatValue('time', new Date(at).toISOString())
}
