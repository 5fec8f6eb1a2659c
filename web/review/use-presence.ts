/**
 * Presence: the page follows events of the queue and of its document, and tells the server that the
 * document is still open here. It renews the lock every 25 seconds and frees it when the page goes
 * away.
 */

import { useEffect } from 'preact/hooks'
import { api, ApiError } from '../shared/api.ts'
import { listenToEvents } from '../shared/events.ts'

// the other events are for other pages
const ofQueue = new Set(['counts', 'opened', 'closed', 'locked', 'freed', 'reread'])
const gatherMs = 300 // batches changes of the queue into one request
const aliveMs = 25_000 // between renewals of the lock
// while other people have the open documents: no event tells when a lock expires
const askAgainMs = 15_000

export interface PresenceHandlers {
  /** The document to keep locked. While its answer is being sent, the server keeps the lock. */
  readonly locked: () => string | null
  readonly reviewer: () => string
  /** The document on the screen, if someone else closing it would be news. */
  readonly open: () => string | null
  /**
   * The queue is empty and nothing is being opened. `others`: other people have the open documents.
   */
  readonly idle: () => { readonly others: boolean } | null
  readonly changed: () => void
  readonly next: () => void
  readonly onLive: (live: boolean) => void
  readonly onClosed: () => void
  /** Someone else has taken the lock. */
  readonly onLost: (error: unknown) => void
  readonly onLeft: () => void
  /** Whether closing the page would lose something. */
  readonly isUnsaved: () => boolean
}

/**
 * Calls `begin` once, then follows events until the page goes. The handlers are captured once, so
 * they must read refs, not rendered values.
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
