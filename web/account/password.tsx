/** Changing one's own password. */

import { useState } from 'preact/hooks'
import { api, ApiError } from '../shared/api.ts'

const shortest = 12 // characters, as the server has it

/** `mustChange`: nothing else is allowed before. */
export function PasswordForm({ mustChange }: { readonly mustChange: boolean }) {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [busy, setBusy] = useState(false)
  const [problem, setProblem] = useState('')
  const [said, setSaid] = useState('')
  const submit = (event: Event): void => {
    event.preventDefault()
    if (busy) return
    setSaid('')
    if (next !== again) return setProblem('The two new passwords differ.')
    setBusy(true)
    setProblem('')
    api
      .changePassword(current, next)
      .then(
        () => {
          if (mustChange) return location.replace('/')
          setSaid('Your password is changed. Other browsers have to log in again.')
          for (const clear of [setCurrent, setNext, setAgain]) clear('')
        },
        (error: unknown) => setProblem(explain(error)),
      )
      .finally(() => setBusy(false))
  }
  return (
    <section>
      <h2>Password</h2>
      <form class="entry" onSubmit={submit}>
        <Secret label="Present password" kind="current-password" value={current} set={setCurrent} />
        <Secret label="New password" kind="new-password" value={next} set={setNext} />
        <p class="hint">At least {shortest} characters; a few words are good. No other rules.</p>
        <Secret label="New password again" kind="new-password" value={again} set={setAgain} />
        {problem !== '' && <p role="alert">{problem}</p>}
        <p role="status">{said}</p>
        <button type="submit" class="primary" disabled={busy}>
          {busy ? 'Changing …' : 'Change password'}
        </button>
      </form>
    </section>
  )
}

function Secret({
  label,
  kind,
  value,
  set,
}: {
  readonly label: string
  readonly kind: 'current-password' | 'new-password'
  readonly value: string
  readonly set: (text: string) => void
}) {
  const id = label.toLowerCase().replaceAll(' ', '-')
  return (
    <>
      <label for={id}>{label}</label>
      <input
        id={id}
        type="password"
        class="line"
        autocomplete={kind}
        required
        minLength={kind === 'new-password' ? shortest : 1}
        maxLength={256}
        value={value}
        onInput={(event) => set(event.currentTarget.value)}
      />
    </>
  )
}

function explain(error: unknown): string {
  if (!(error instanceof ApiError)) return 'Something failed.'
  if (error.code === 'LOGIN_WRONG') return 'The present password is another.'
  if (error.status === 429) return 'Too many tries. Wait a minute, then try again.'
  return error.status === 0 ? 'The server can’t be reached.' : error.message
}
