/** One's own account: the password, and API tokens. */

import { useCurrentUser } from '../shared/current-user.ts'
import { Top } from '../shared/top.tsx'
import { PasswordForm } from './password.tsx'
import { OwnTokens } from './tokens.tsx'

export function AccountPage() {
  const me = useCurrentUser()
  return (
    <div class="plain">
      <Top page="account" />
      <main>
        <h1>Your account</h1>
        {me !== null && me.name === null && (
          <p>
            {me.kind === 'local'
              ? 'Nobody has to log in at this machine: there are no accounts yet.'
              : 'This tab uses the token of the service, which is nobody’s account.'}
          </p>
        )}
        {me !== null && me.name !== null && (
          <>
            <dl class="facts">
              <dt>Name</dt>
              <dd>
                <bdi>{me.name}</bdi>
              </dd>
              <dt>Role</dt>
              <dd>{me.role}</dd>
              <dt>Documents</dt>
              <dd>{scopeOf(me)}</dd>
            </dl>
            {me.mustChangePassword && (
              <p role="alert">Somebody else chose your password. Choose your own to go on.</p>
            )}
            {me.login === 'password' && <PasswordForm mustChange={me.mustChangePassword} />}
            {!me.mustChangePassword && <OwnTokens me={me} />}
          </>
        )}
      </main>
    </div>
  )
}

/** Which documents somebody is given to answer. */
export function scopeOf({
  profiles,
  vendors,
}: {
  readonly profiles: readonly string[]
  readonly vendors: readonly string[]
}): string {
  const parts = [
    ...(profiles.length === 0 ? [] : [`profiles ${profiles.join(', ')}`]),
    ...(vendors.length === 0 ? [] : [`vendors ${vendors.join(', ')}`]),
  ]
  return parts.length === 0 ? 'all' : parts.join('; ')
}
