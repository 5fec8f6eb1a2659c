/**
 * The course of a review: which document is on the screen, what comes next, and what became of an answer.
 *
 * Whoever opens the page has asked for the first document before the server has said who they are: see upcoming.ts.
 *
 * The document on the screen is locked for this page, which says every half minute that it is still there; who closes the
 * laptop frees it. The next document and the image of its first page are fetched while the present one is looked at; with
 * the answer to the present one it is locked, and shown as soon as it is, before the answer is saved. Answers stay in order:
 *
 *   answer A ─► lock B ─► B shown … answer B waits ─► A saved ─► answer B sent
 *                                                 └─► A refused ─► A shown again, B let go
 *
 * An answer counts as given only when the server says so: until then all that was typed is kept, and where it can't be saved
 * the document comes back as it was left, with the reason, and what was typed into the one after it is kept as well. Whatever
 * else would leave the document on the screen waits for that too. Where nothing was fetched ahead, or somebody else got it,
 * the present document stays until its answer is saved. What was answered can be opened again, one after the other.
 */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { api, ApiError, listen, type Answer, type FullTask, type Listing, type Nothing } from './api.ts'
import { atHand, fetchAhead, mostSkipped, painted, postponedKey, remembered, type Asked, type Begun } from './upcoming.ts'

export type Trouble =
  | { readonly kind: 'away'; readonly message: string } // broker or server; the answer is still here
  | { readonly kind: 'stale'; readonly message: string }
  | { readonly kind: 'locked'; readonly message: string } // somebody else has it
  | { readonly kind: 'token' }
  | { readonly kind: 'failed'; readonly message: string }

export type Shown =
  | { readonly kind: 'loading' }
  | { readonly kind: 'empty'; readonly nothing: Nothing }
  | { readonly kind: 'task'; readonly task: FullTask; readonly openedAt: number; readonly unsaved: Unsaved | null }

export interface Problem {
  readonly field: string | null
  readonly reason: string
}

/** What became of an answer while the next document was on the screen already. */
export interface Unsaved {
  readonly given: Answer
  readonly problems: readonly Problem[]
}

export interface Flow {
  readonly listing: Listing | null
  readonly shown: Shown
  readonly trouble: Trouble | null
  readonly live: boolean
  readonly busy: boolean // the answer to the document on the screen is on its way
  readonly saving: boolean // the one before it is
  readonly postponed: readonly string[]
  readonly open: (documentId: string) => void
  readonly next: () => void
  readonly reload: () => void
  readonly takeOver: () => void
  readonly postpone: () => void
  /** Opens what was answered last in this tab, and so on backwards; false where there is nothing. */
  readonly back: () => boolean
  readonly mayGoBack: boolean
  readonly unpostpone: () => void
  readonly wantEverything: () => void
  /**
   * Sends what `make` says once the answer before it is saved. `saved` is true where it is; problems are by field, where the
   * server refused values. Null where there is nothing to tell the document: it has been left, or is shown anew with what it lacks.
   */
  readonly answer: (make: () => Answer) => Promise<{ readonly saved: boolean; readonly problems: readonly Problem[] } | null>
}

const listed = 100 // documents
const ofQueue = new Set(['counts', 'opened', 'closed', 'locked', 'freed']) // events; others are for other pages
const gatherMs = 300 // between a change of the queue and asking for it
const aliveMs = 25_000 // between two words to the server that the document is still open here
const patienceMs = 150 // without a word, while an answer is being saved
const askAgainMs = 15_000 // where others have what is open: a lock that ends by silence is told to nobody

/** `mayAnswer`: a reader locks nothing. `withList`: the list is shown, and not only how long it is. */
export function useFlow(first: string | null, reviewer: string, mayAnswer: boolean, withList: boolean, begun: Begun): Flow {
  const [listing, setListing] = useState<Listing | null>(null)
  const [shown, setShown] = useState<Shown>({ kind: 'loading' })
  const [trouble, setTrouble] = useState<Trouble | null>(null)
  const [live, setLive] = useState(false)
  const [busy, setBusy] = useState(false)
  const [saving, setSaving] = useState(false)
  const [postponed, setPostponed] = useState<readonly string[]>(() => remembered())
  const ahead = useRef<Promise<FullTask | null> | null>(null)
  const early = useRef<Begun>(begun) // each of it is used once
  const locked = useRef<string | null>(null)
  const done = useRef<readonly string[]>([]) // answered in this tab, the latest last
  const sending = useRef<{ readonly documentId: string; readonly saved: Promise<boolean> } | null>(null) // the answer that is on its way
  const now = useRef({ shown, postponed, reviewer, withList, everything: false })
  now.current = { ...now.current, shown, postponed, reviewer, withList }

  const fail = useCallback((error: unknown): void => setTrouble(troubleOf(error)), [])
  const refresh = useCallback(() => api.list('open', null, now.current.withList ? listed : 1).then(setListing, fail), [])
  const wanted = (skip: readonly string[]) => ({ reviewer: now.current.reviewer, skip: skip.slice(-mostSkipped), everything: now.current.everything })

  const hold = useCallback((documentId: string | null): void => {
    const before = locked.current
    locked.current = documentId
    if (before !== null && before !== documentId) void api.free(before)
  }, [])

  const show = useCallback((task: FullTask, unsaved: Unsaved | null = null): void => {
    const next: Shown = { kind: 'task', task, openedAt: unsaved?.given.openedAt ?? Date.now(), unsaved }
    now.current = { ...now.current, shown: next }
    setShown(next)
    setTrouble(null)
    history.replaceState(null, '', `/review/${encodeURIComponent(task.documentId)}`)
    ahead.current = painted().then(() => fetchAhead(wanted([...now.current.postponed, task.documentId, ...(sending.current === null ? [] : [sending.current.documentId])]), mayAnswer))
  }, [])

  const open = useCallback((documentId: string, force = false): void => {
    const load = async (): Promise<void> => {
      const lock = mayAnswer ? api.lock(documentId, now.current.reviewer, force).then(() => null, (error: unknown) => error) : null
      const asked = (early.current.task ?? Promise.reject(new Error('not asked for yet'))).catch(() => api.task(documentId))
      early.current = { claimed: null, task: null }
      const refused = await lock
      hold(refused === null && mayAnswer ? documentId : null)
      show(await asked)
      if (refused !== null) fail(refused)
    }
    load().catch((error: unknown) => (error instanceof ApiError && error.status === 404 ? next() : fail(error)))
  }, [])

  /** Asks for what comes next, after `answered` or at all. */
  const ask = useCallback(async (answered: string | null): Promise<Asked> => {
    const skip = answered === null ? now.current.postponed : [...now.current.postponed, answered]
    const fetched = await ahead.current
    ahead.current = null
    const claim = () => api.claim({ ...wanted(skip), prefer: fetched?.documentId ?? null, whole: fetched === null })
    const { claimed } = early.current
    early.current = { claimed: null, task: null }
    const found = mayAnswer ? await (claimed?.catch(claim) ?? claim()) : ((await api.next(skip.slice(-mostSkipped))) ?? { open: (await api.list('open', null, 1)).open, withOthers: [], waitForSecond: 0, notYours: 0 })
    return { found, fetched }
  }, [])

  const next = useCallback((asked: Promise<Asked> = ask(null)): void => {
    const load = async (): Promise<void> => {
      const { found, fetched } = await asked
      if (!('documentId' in found)) {
        hold(null)
        setShown({ kind: 'empty', nothing: found })
        history.replaceState(null, '', '/review')
        return
      }
      hold(mayAnswer ? found.documentId : null)
      show(atHand({ found, fetched }) ?? (await api.task(found.documentId)))
    }
    void load().catch(fail).then(painted).then(refresh)
  }, [])

  useEffect(() => {
    if (first === null) next()
    else {
      open(first)
      void refresh()
    }
    let timer: ReturnType<typeof setTimeout> | undefined
    const stop = listen((name, data) => {
      if (!ofQueue.has(name)) return
      clearTimeout(timer)
      timer = setTimeout(() => {
        void refresh()
        if (now.current.shown.kind === 'empty') next()
      }, gatherMs)
      const current = now.current.shown
      if (current.kind !== 'task' || current.task.documentId !== data.documentId) return
      if (name === 'closed' && current.task.state === 'open' && answered.current !== data.documentId) setTrouble({ kind: 'stale', message: 'Someone else has just answered this document.' })
      if (name === 'locked' && data.over === 'true' && locked.current === data.documentId) void alive()
    }, setLive)
    const alive = async (): Promise<void> => {
      const documentId = locked.current
      if (documentId === null || documentId === sending.current?.documentId) return // the server frees it with the answer
      await api.lock(documentId, now.current.reviewer).catch((error: unknown) => {
        if (error instanceof ApiError && error.code === 'LOCKED' && locked.current === documentId) {
          locked.current = null
          fail(error)
        }
      })
    }
    const heartbeat = setInterval(() => void alive(), aliveMs)
    const again = setInterval(() => {
      const current = now.current.shown
      if (current.kind === 'empty' && current.nothing.withOthers.length > 0) next()
    }, askAgainMs)
    const woken = (): void => void (document.visibilityState === 'visible' && alive())
    const left = (): void => hold(null)
    const warn = (event: BeforeUnloadEvent): void => void (sending.current !== null && event.preventDefault())
    document.addEventListener('visibilitychange', woken)
    addEventListener('pagehide', left)
    addEventListener('beforeunload', warn)
    return () => {
      clearTimeout(timer)
      clearInterval(heartbeat)
      clearInterval(again)
      document.removeEventListener('visibilitychange', woken)
      removeEventListener('pagehide', left)
      removeEventListener('beforeunload', warn)
      stop()
    }
  }, [])

  const submitted = useRef<string | null>(null) // the document on the screen, while its answer waits or is on its way
  const answered = useRef<string | null>(null) // its closing is no news to us
  const answer: Flow['answer'] = async (make) => {
    if (shown.kind !== 'task' || submitted.current !== null || now.current.shown !== shown) return null
    const { documentId } = shown.task
    submitted.current = documentId
    sayLater(setBusy)
    await sending.current?.saved
    if (now.current.shown !== shown) return null // the one before it is back
    const settled = send(shown, make())
    sending.current = { documentId, saved: settled.then((result) => result?.saved === true) }
    return settled
  }
  const send = async (left: Extract<Shown, { kind: 'task' }>, given: Answer): ReturnType<Flow['answer']> => {
    const { documentId, state } = left.task
    answered.current = submitted.current = documentId
    sayLater(setBusy)
    setTrouble(null)
    const upcoming = ask(documentId)
    let isSettled = false
    const shownEarly = upcoming.then((asked) => {
      const task = atHand(asked)
      if (task === null || isSettled) return false
      locked.current = task.documentId // and not by hold: the one before it is freed by its answer
      leave(true)
      show(task)
      return true
    }).catch(() => false)
    const error: unknown = await api.answer(documentId, given, state === 'closed').then(() => null, (reason: unknown) => reason)
    isSettled = true
    const isShown = await shownEarly
    leave(false)
    sending.current = null
    if (error === null || (error instanceof ApiError && error.code === 'VERDICT_STALE' && isOurs(error, given))) { // the first try did arrive
      done.current = [...done.current.filter((id) => id !== documentId), documentId]
      if (isShown) void painted().then(refresh)
      else {
        if (locked.current === documentId) locked.current = null // the server freed it with the answer
        const asked = await upcoming.catch(() => null)
        next(asked !== null && 'documentId' in asked.found ? upcoming : ask(documentId)) // that there was nothing may be so no longer
      }
      return { saved: true, problems: [] }
    }
    const problems = error instanceof ApiError && error.code === 'VERDICT_INVALID' ? (error.body.problems as Problem[]) : []
    answered.current = null
    if (isShown) {
      hold(documentId)
      show(left.task, { given, problems })
    } else void upcoming.then(giveBack, () => {})
    if (problems.length === 0) fail(error)
    else if (isShown) setTrouble({ kind: 'failed', message: `This answer was not saved. ${problems[0]?.reason ?? ''}` })
    return isShown ? null : { saved: false, problems }
  }
  /** That something is being saved is said where one has to wait for it: to draw it each time would delay what comes next. */
  const later = useRef<ReturnType<typeof setTimeout> | undefined>(undefined)
  const sayLater = (say: (now: boolean) => void): void => {
    clearTimeout(later.current)
    later.current = setTimeout(() => say(true), patienceMs)
  }
  /** `early`: the document whose answer is on its way is on the screen no more. */
  const leave = (early: boolean): void => {
    submitted.current = null
    clearTimeout(later.current)
    setBusy(false)
    setSaving(false)
    if (early) sayLater(setSaving)
  }
  /** Runs once the answer that is on its way is saved, if it is: where it isn't, its document comes back instead. */
  const whenSaved = (act: () => void): void => {
    if (sending.current === null) return act()
    void sending.current.saved.then((saved) => saved && whenSaved(act))
  }
  const giveBack = ({ found, fetched }: Asked): void => {
    ahead.current ??= Promise.resolve(fetched)
    if (mayAnswer && 'documentId' in found) void api.free(found.documentId)
  }
  useEffect(() => void (withList && refresh()), [withList])
  const keep = (ids: readonly string[]): void => {
    now.current = { ...now.current, postponed: ids }
    sessionStorage.setItem(postponedKey, JSON.stringify(ids))
    setPostponed(ids)
  }

  return {
    listing, shown, trouble, live, busy, saving, postponed, answer, mayGoBack: done.current.length > 0 || sending.current !== null,
    open: (documentId) => whenSaved(() => open(documentId)),
    next: () => whenSaved(next),
    reload: () => whenSaved(() => (shown.kind === 'task' ? open(shown.task.documentId) : next())),
    takeOver: () => {
      if (shown.kind !== 'task') return
      const { documentId } = shown.task
      api.lock(documentId, reviewer, true).then(() => {
        hold(documentId)
        setTrouble(null)
      }, fail)
    },
    postpone: () => {
      if (shown.kind !== 'task' || submitted.current !== null) return
      const { documentId, state } = shown.task
      whenSaved(() => {
        if (state === 'open') keep([...now.current.postponed.filter((id) => id !== documentId), documentId])
        next()
      })
    },
    back: () => {
      if (sending.current !== null) {
        whenSaved(() => open(done.current.at(-1) as string))
        return true
      }
      const here = shown.kind === 'task' ? shown.task.documentId : null
      const place = here === null ? -1 : done.current.indexOf(here)
      const before = done.current.at(place < 0 ? -1 : place - 1)
      if (before === undefined || place === 0) return false
      open(before)
      return true
    },
    unpostpone: () => {
      keep([])
      next()
    },
    wantEverything: () => {
      now.current.everything = true
      next()
    },
  }
}

function isOurs(error: ApiError, given: Answer): boolean {
  const latest = error.body.latest as { revision?: number; reviewer?: string; openedAt?: number | null } | undefined
  return latest?.revision === given.revision && latest.reviewer === given.reviewer && latest.openedAt === given.openedAt
}

function troubleOf(error: unknown): Trouble {
  if (!(error instanceof ApiError)) return { kind: 'failed', message: error instanceof Error ? error.message : String(error) }
  if (error.status === 401) return { kind: 'token' }
  if (error.code === 'LOCKED') return { kind: 'locked', message: `${String(error.body.by ?? 'Someone')} has this document open.` }
  if (error.code === 'SAME_PERSON') return { kind: 'stale', message: 'You answered this document yourself: another person has to look at it.' }
  if (error.status === 409) return { kind: 'stale', message: 'This document has changed since you opened it: someone else answered it, or it was read again.' }
  if (error.status === 0) return { kind: 'away', message: 'The server can’t be reached.' }
  if (error.code === 'NOT_READY') return { kind: 'away', message: 'The service has just started and is still reading the log.' }
  if (error.status === 503) return { kind: 'away', message: 'The message broker can’t be reached.' }
  if (error.code === 'ROLE') return { kind: 'failed', message: 'Your role doesn’t allow this.' }
  return { kind: 'failed', message: error.message }
}
