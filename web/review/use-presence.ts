/**
 * What is heard of the queue and of the document on the screen while the page is open, and what the
 * server hears of us: every half minute that the document is still open here, and when the page
 * goes away that it no longer is.
 */

import { useEffect } from 'preact/hooks'
import { api, ApiError } from '../shared/api.ts'
import { listenToEvents } from '../shared/events.ts'

// events; others are for other pages
const ofQueue = new Set(['counts', 'opened', 'closed', 'locked', 'freed'])
const gatherMs = 300 // between a change of the queue and asking for it
const aliveMs = 25_000 // between two words to the server that the document is still open here
// where others have what is open: a lock that ends by silence is told to nobody
const askAgainMs = 15_000

export interface PresenceHandlers {
  /**
   * The document that is locked for this page; of one whose answer is on its way the server sees to
   * the lock.
   */
  readonly locked: () => string | null
  readonly reviewer: () => string
  /** The document on the screen whose closing by somebody would be news. */
  readonly open: () => string | null
  /** There is nothing on the screen, and nothing on its way. `others`: they have what is open. */
  readonly idle: () => { readonly others: boolean } | null
  readonly changed: () => void
  readonly next: () => void
  readonly onLive: (live: boolean) => void
  readonly onClosed: () => void
  /** Somebody else has the lock now. */
  readonly onLost: (error: unknown) => void
  readonly onLeft: () => void
  /** Whether something would be lost with the page. */
  readonly isUnsaved: () => boolean
}

/**
 * `begin` once, and then the vigil until the page goes. Everything of `on` is asked for at its
 * time: it holds refs, no values.
 */
export function usePresence(begin: () => void, on: PresenceHandlers): void {
  useEffect(() => {
    begin()
    let timer: ReturnType<typeof setTimeout> | undefined
    const alive = async (): Promise<void> => {
      const documentId = on.locked()
      if (documentId === null) return
      await api.lock(documentId, on.reviewer()).catch((error: unknown) => {
        if (error instanceof ApiError && error.code === 'LOCKED' && on.locked() === documentId)
          on.onLost(error)
      })
    }
    const stop = listenToEvents((name, data) => {
      if (!ofQueue.has(name)) return
      clearTimeout(timer)
      timer = setTimeout(() => {
        on.changed()
        if (on.idle() !== null) on.next()
      }, gatherMs)
      if (name === 'closed' && on.open() === data.documentId) on.onClosed()
      if (name === 'locked' && data.over === 'true' && on.locked() === data.documentId) void alive()
    }, on.onLive)
    const heartbeat = setInterval(() => void alive(), aliveMs)
    const again = setInterval(() => on.idle()?.others === true && on.next(), askAgainMs)
    const woken = (): void => void (document.visibilityState === 'visible' && alive())
    const warn = (event: BeforeUnloadEvent): void => void (on.isUnsaved() && event.preventDefault())
    document.addEventListener('visibilitychange', woken)
    addEventListener('pagehide', on.onLeft)
    addEventListener('beforeunload', warn)
    return () => {
      clearTimeout(timer)
      clearInterval(heartbeat)
      clearInterval(again)
      document.removeEventListener('visibilitychange', woken)
      removeEventListener('pagehide', on.onLeft)
      removeEventListener('beforeunload', warn)
      stop()
    }
  }, [])
}
