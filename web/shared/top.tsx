/** The bar at the top of every page. */

import { logOut } from './api.ts'
import { useCurrentUser } from './current-user.ts'
import { useConnected } from './live.ts'
import type { CurrentUser } from '../../connectors/http/contract/types.ts'

interface Props {
  readonly page:
    | 'start'
    | 'review'
    | 'documents'
    | 'dashboard'
    | 'models'
    | 'rules'
    | 'dead'
    | 'audit'
    | 'users'
    | 'account'
  readonly open?: number | null
  readonly live?: boolean
  readonly reviewer?: string
  readonly onReviewer?: () => void
  readonly onKeys?: () => void
  readonly onQueue?: () => void
}

// pages with live updates
const followed = new Set(['documents', 'dashboard', 'models', 'rules', 'dead'])
const pages = [
  ['review', 'Review'],
  ['documents', 'Documents'],
  ['dashboard', 'Dashboard'],
  ['models', 'Models'],
  ['rules', 'Rules'],
  ['dead', 'Dead letters'],
  ['audit', 'Audit'],
] as const
const operatorPages = [['users', 'Users']] as const

export function Top({ page, open = null, live, reviewer, onReviewer, onKeys, onQueue }: Props) {
  const me = useCurrentUser()
  const shown = me?.rights.includes('administer') === true ? [...pages, ...operatorPages] : pages
  return (
    <header class="top">
      <a class="brand" href="/">
        Errata
      </a>
      <nav aria-label="Pages">
        {shown.map(([name, label]) => (
          <a key={name} href={`/${name}`} aria-current={page === name ? 'page' : undefined}>
            {label}
          </a>
        ))}
      </nav>
      <span class="space" />
      {onQueue !== undefined && (
        <button
          type="button"
          class="quiet open"
          title="Show or hide the list (Alt Q)"
          onClick={onQueue}
        >
          <b>{open ?? '–'}</b> open
        </button>
      )}
      {live !== undefined ? (
        <Live live={live} follows="the queue" />
      ) : (
        followed.has(page) && <Connected />
      )}
      <Person me={me} name={reviewer} onChange={onReviewer} />
      {onKeys !== undefined && (
        <button type="button" class="quiet" title="Keys (?)" aria-label="Keys" onClick={onKeys}>
          ?
        </button>
      )}
    </header>
  )
}

/** Whoever is logged in; a button if users name themselves. */
function Person({
  me,
  name = '',
  onChange,
}: {
  readonly me: CurrentUser | null
  readonly name: string | undefined
  readonly onChange: (() => void) | undefined
}) {
  if (onChange !== undefined)
    return (
      <button type="button" class="quiet reviewer" title="Change the name" onClick={onChange}>
        <bdi>{name === '' ? 'Your name' : name}</bdi>
      </button>
    )
  if (me?.name == null) return null
  return (
    <>
      {!me.rights.includes('answer') && <span class="role">read only</span>}
      <a class="reviewer" href="/account" title={`${me.name}, ${me.role}: your account`}>
        <bdi>{me.name}</bdi>
      </a>
      <button type="button" class="quiet" onClick={() => void logOut()}>
        Log out
      </button>
    </>
  )
}

function Connected() {
  return <Live live={useConnected()} follows="what happens" />
}

function Live({ live, follows }: { readonly live: boolean; readonly follows: string }) {
  return (
    <span
      class={`live ${live ? 'on' : 'off'}`}
      title={live ? `Follows ${follows}` : 'Not connected'}
    >
      <span class="hidden">{live ? 'connected' : 'not connected'}</span>
    </span>
  )
}
