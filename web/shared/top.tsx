/** The bar at the top of every page. */

import { useConnected } from './live.ts'

interface Props {
  readonly page:
    'start' | 'review' | 'documents' | 'dashboard' | 'models' | 'rules' | 'dead' | 'audit'
  readonly open?: number | null
  readonly live?: boolean
  readonly reviewer?: string
  readonly role?: string
  readonly onReviewer?: () => void
  readonly onLogout?: () => void
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

export function Top({
  page,
  open = null,
  live,
  reviewer,
  role,
  onReviewer,
  onLogout,
  onKeys,
  onQueue,
}: Props) {
  return (
    <header class="top">
      <a class="brand" href="/">
        Errata
      </a>
      <nav aria-label="Pages">
        {pages.map(([name, label]) => (
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
      <Reviewer name={reviewer} role={role} onChange={onReviewer} />
      {onLogout !== undefined && (
        <button type="button" class="quiet" onClick={onLogout}>
          Log out
        </button>
      )}
      {onKeys !== undefined && (
        <button type="button" class="quiet" title="Keys (?)" aria-label="Keys" onClick={onKeys}>
          ?
        </button>
      )}
    </header>
  )
}

/** The user's name; a button if users name themselves. */
function Reviewer({
  name = '',
  role,
  onChange,
}: {
  readonly name: string | undefined
  readonly role: string | undefined
  readonly onChange: (() => void) | undefined
}) {
  return (
    <>
      {onChange === undefined && name !== '' && (
        <span class="reviewer" title={`${name}${role === undefined ? '' : `, ${role}`}`}>
          <bdi>{name}</bdi>
        </span>
      )}
      {role === 'reader' && <span class="role">read only</span>}
      {onChange !== undefined && (
        <button type="button" class="quiet reviewer" title="Change the name" onClick={onChange}>
          <bdi>{name === '' ? 'Your name' : name}</bdi>
        </button>
      )}
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
