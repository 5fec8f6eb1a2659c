/**
 * The course of a review: which document is on the screen, what comes next, and what became of an answer.
 *
 * The next document and the image of its first page are fetched while the present one is looked at. An answer counts as
 * given only when the server says so: until then the document and all that was typed stay on the screen.
 */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { api, ApiError, listen, type Answer, type FullTask, type Listing } from './api.ts'
import { fetchFirst } from './images.ts'

export type Trouble =
  | { readonly kind: 'away'; readonly message: string } // broker or server; the answer is still here
  | { readonly kind: 'stale'; readonly message: string }
  | { readonly kind: 'token' }
  | { readonly kind: 'failed'; readonly message: string }

export type Shown =
  | { readonly kind: 'loading' }
  | { readonly kind: 'empty'; readonly postponed: number }
  | { readonly kind: 'task'; readonly task: FullTask; readonly openedAt: number }

export interface Flow {
  readonly listing: Listing | null
  readonly shown: Shown
  readonly trouble: Trouble | null
  readonly live: boolean
  readonly busy: boolean
  readonly postponed: readonly string[]
  readonly open: (documentId: string) => void
  readonly next: () => void
  readonly reload: () => void
  readonly postpone: () => void
  readonly unpostpone: () => void
  readonly dismiss: () => void
  /** True where it is saved; problems by field where the server refused values. */
  readonly answer: (answer: Answer) => Promise<{ readonly saved: boolean; readonly problems: readonly { readonly field: string | null; readonly reason: string }[] }>
}

const gatherMs = 300 // between a change of the queue and asking for it

export function useFlow(first: string | null): Flow {
  const [listing, setListing] = useState<Listing | null>(null)
  const [shown, setShown] = useState<Shown>({ kind: 'loading' })
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [live, setLive] = useState(false)
  const [busy, setBusy] = useState(false)
  const [postponed, setPostponed] = useState<readonly string[]>(() => remembered())
  const ahead = useRef<Promise<FullTask | null> | null>(null)
  const now = useRef({ shown, postponed })
  now.current = { shown, postponed }

  const fail = useCallback((error: unknown): void => setTrouble(troubleOf(error)), [])
  const refresh = useCallback(() => api.list().then(setListing, fail), [])

  const show = useCallback((task: FullTask): void => {
    const shown: Shown = { kind: 'task', task, openedAt: Date.now() }
    now.current = { ...now.current, shown }
    setShown(shown)
    setTrouble(null)
    history.replaceState(null, '', `/review/${encodeURIComponent(task.documentId)}`)
    ahead.current = fetchAhead([...now.current.postponed, task.documentId])
  }, [])

  const open = useCallback((documentId: string): void => {
    api.task(documentId).then(show, (error: unknown) => {
      if (error instanceof ApiError && error.status === 404) next()
      else fail(error)
    })
  }, [])

  const next = useCallback((done: string | null = null): void => {
    const skip = done === null ? now.current.postponed : [...now.current.postponed, done]
    const load = async (): Promise<void> => {
      const fetched = await ahead.current
      ahead.current = null
      const summary = await api.next(skip)
      const isFresh = fetched !== null && summary?.documentId === fetched.documentId && summary.nextRevision === fetched.nextRevision
      const task = isFresh ? fetched : summary === null ? null : await api.task(summary.documentId)
      if (task !== null) return show(task)
      setShown({ kind: 'empty', postponed: now.current.postponed.length })
      history.replaceState(null, '', '/review')
    }
    load().catch(fail)
    void refresh()
  }, [])

  useEffect(() => {
    if (first === null) next()
    else open(first)
    void refresh()
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = listen((name, data) => {
      clearTimeout(timer)
      timer = setTimeout(() => {
        void refresh()
        if (now.current.shown.kind === 'empty') next()
      }, gatherMs)
      const current = now.current.shown
      if (name === 'closed' && current.kind === 'task' && current.task.documentId === data.documentId && current.task.state === 'open' && answered.current !== data.documentId) {
        setTrouble({ kind: 'stale', message: 'Someone else has just answered this document.' })
      }
    }, setLive)
    return () => {
      clearTimeout(timer)
      stop()
    }
  }, [])

  const sending = useRef(false)
  const answered = useRef<string | null>(null) // its closing is no news to us
  const answer: Flow['answer'] = async (given) => {
    if (shown.kind !== 'task' || sending.current) return { saved: false, problems: [] }
    sending.current = true
    answered.current = shown.task.documentId
    setBusy(true)
    setTrouble(null)
    try {
      await api.answer(shown.task.documentId, given, shown.task.state === 'closed')
      next(shown.task.documentId)
      return { saved: true, problems: [] }
    } catch (error) {
      if (error instanceof ApiError && error.code === 'VERDICT_STALE' && isOurs(error, given)) { // the first try did arrive
        next(shown.task.documentId)
        return { saved: true, problems: [] }
      }
      if (error instanceof ApiError && error.code === 'VERDICT_INVALID') return { saved: false, problems: error.body.problems as { field: string | null; reason: string }[] }
      answered.current = null
      fail(error)
      return { saved: false, problems: [] }
    } finally {
      sending.current = false
      setBusy(false)
    }
  }
  const keep = (ids: readonly string[]): void => {
    now.current = { ...now.current, postponed: ids }
    sessionStorage.setItem(postponedKey, JSON.stringify(ids))
    setPostponed(ids)
  }

  return {
    listing, shown, trouble, live, busy, postponed, open, answer,
    next: () => next(),
    reload: () => (shown.kind === 'task' ? open(shown.task.documentId) : next()),
    postpone: () => {
      if (shown.kind !== 'task') return
      keep([...postponed.filter((id) => id !== shown.task.documentId), shown.task.documentId])
      next()
    },
    unpostpone: () => {
      keep([])
      next()
    },
    dismiss: () => setTrouble(null),
  }
}

const postponedKey = 'errata.postponed'

function remembered(): readonly string[] {
  try {
    const ids: unknown = JSON.parse(sessionStorage.getItem(postponedKey) ?? '[]')
    return Array.isArray(ids) ? ids.filter((id): id is string => typeof id === 'string') : []
  } catch {
    return []
  }
}

/** Null where nothing could be fetched: the next step then asks again and shows what is wrong. */
async function fetchAhead(skip: readonly string[]): Promise<FullTask | null> {
  try {
    const summary = await api.next(skip)
    const task = summary === null ? null : await api.task(summary.documentId)
    if (task !== null) fetchFirst(task)
    return task
  } catch {
    return null
  }
}

function isOurs(error: ApiError, given: Answer): boolean {
  const latest = error.body.latest as { revision?: number; reviewer?: string; openedAt?: number | null } | undefined
  return latest?.revision === given.revision && latest.reviewer === given.reviewer && latest.openedAt === given.openedAt
}

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof ApiError)) return { kind: 'failed', message: error instanceof Error ? error.message : String(error) }
  if (error.status === 401) return { kind: 'token' }
  if (error.status === 409) return { kind: 'stale', message: 'This document has changed since you opened it: someone else answered it, or it was read again.' }
  if (error.status === 0) return { kind: 'away', message: 'The server can’t be reached.' }
  if (error.code === 'NOT_READY') return { kind: 'away', message: 'The service has just started and is still reading the log.' }
  if (error.status === 503) return { kind: 'away', message: 'The message broker can’t be reached.' }
  return { kind: 'failed', message: error.message }
}
