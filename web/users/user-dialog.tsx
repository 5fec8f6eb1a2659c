/** Adding somebody, or changing role and documents of an account. */

import { useState } from 'preact/hooks'
import { ApiError } from '../shared/api.ts'
import { Dialog } from '../review/dialogs.tsx'
import type { ListedUser, NewUser } from '../../connectors/http/contract/types.ts'

export type EditedUser = Pick<NewUser, 'name' | 'role' | 'subject'> & {
  readonly profiles: readonly string[]
  readonly vendors: readonly string[]
}

const roles = [
  ['analyst', 'Analyst: sees everything, answers nothing'],
  ['reviewer', 'Reviewer: answers and sends documents'],
  ['approver', 'Approver: also confirms amounts that need two people'],
  ['operator', 'Operator: decides on models and rules, manages users'],
] as const

interface Props {
  /** Null: a new one. */
  readonly user: ListedUser | null
  readonly isFirst: boolean
  readonly onSave: (user: EditedUser) => Promise<void>
  readonly onClose: () => void
}

export function UserDialog({ user, isFirst, onSave, onClose }: Props) {
  const [name, setName] = useState(user?.name ?? '')
  const [role, setRole] = useState<NewUser['role']>(firstRole(user, isFirst))
  const [profiles, setProfiles] = useState(user?.profiles.join(', ') ?? '')
  const [vendors, setVendors] = useState(user?.vendors.join(', ') ?? '')
  const [subject, setSubject] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const submit = (event: Event): void => {
    event.preventDefault()
    if (busy) return
    setBusy(true)
    const scope = { profiles: listOf(profiles), vendors: listOf(vendors) }
    const elsewhere = subject.trim() === '' ? {} : { subject: subject.trim() }
    onSave({ name: name.trim(), role, ...scope, ...elsewhere })
      .catch((error: unknown) =>
        setProblem(error instanceof ApiError ? error.message : 'Something failed.'),
      )
      .finally(() => setBusy(false))
  }
  return (
    <Dialog title={user === null ? 'Add somebody' : `Change ${user.name}`} onClose={onClose}>
      <form class="entry" onSubmit={submit} autocomplete="off">
        {user === null && <Line label="User name" value={name} set={setName} required autoFocus />}
        <label for="user-role">Role</label>
        <select
          id="user-role"
          class="line"
          value={role}
          autoFocus={user !== null}
          onChange={(event) => setRole(event.currentTarget.value as NewUser['role'])}
        >
          {roles.map(([one, says]) => (
            <option key={one} value={one}>
              {says}
            </option>
          ))}
        </select>
        <Line
          label="Only these profiles"
          value={profiles}
          set={setProfiles}
          hint="invoice, receipt"
        />
        <Line label="Only these vendors" value={vendors} set={setVendors} hint="all" />
        {user === null && (
          <Line
            label="At the OpenID provider"
            value={subject}
            set={setSubject}
            hint="e-mail address; empty: a password here"
          />
        )}
        {problem !== '' && <p role="alert">{problem}</p>}
        <footer>
          <button type="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" class="primary" disabled={busy}>
            {user === null ? 'Add' : 'Change'}
          </button>
        </footer>
      </form>
    </Dialog>
  )
}

function Line({
  label,
  value,
  set,
  hint = '',
  ...more
}: {
  readonly label: string
  readonly value: string
  readonly set: (text: string) => void
  readonly hint?: string
  readonly required?: boolean
  readonly autoFocus?: boolean
}) {
  const id = `user-${label.toLowerCase().replaceAll(' ', '-')}`
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        class="line"
        value={value}
        placeholder={hint}
        maxLength={2000}
        onInput={(event) => set(event.currentTarget.value)}
        {...more}
      />
    </>
  )
}

function firstRole(user: ListedUser | null, isFirst: boolean): NewUser['role'] {
  if (user !== null) return user.role === 'reader' ? 'analyst' : user.role
  return isFirst ? 'operator' : 'reviewer'
}

function listOf(text: string): string[] {
  return text
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}
