/**
 * The course of a review: which document is on the screen, what comes next, and what became of an
 * answer.
 *
 * Whoever opens the page has asked for the first document before the server has said who they are:
 * see prefetch.ts.
 *
 * The document on the screen is locked for this page, which says every half minute that it is still
 * there; who closes the laptop frees it. The next document and the image of its first page are
 * fetched while the present one is looked at; with the answer to the present one it is locked, and
 * shown as soon as it is, before the answer is saved. Answers stay in order:
 *
 *   answer A ─► lock B ─► B shown … answer B waits ─► A saved ─► answer B sent
 *                                                 └─► A refused ─► A shown again, B let go
 *
 * An answer counts as given only when the server says so: until then all that was typed is kept,
 * and where it can't be saved the document comes back as it was left, with the reason, and what was
 * typed into the one after it is kept as well. Whatever else would leave the document on the screen
 * waits for that too. Where nothing was fetched ahead, or somebody else got it, the present
 * document stays until its answer is saved. What was answered can be opened again, one after the
 * other.
 */

import { useCallback, useEffect, useRef, useState } from 'preact/hooks'
import { api, ApiError } from '../shared/api.ts'
import type { Answer, FullTask, Listing, Nothing } from '../shared/api-types.ts'
import { useLeaving, type Leaving } from './use-unsaved.ts'
import { isOurs, troubleOf, type Trouble } from './troubles.ts'
import {
  atHand,
  fetchAhead,
  mostSkipped,
  painted,
  postponedKey,
  remembered,
  type Asked,
  type Begun,
} from './prefetch.ts'
import { useVigil } from './use-presence.ts'

export type Shown =
  | { readonly kind: 'loading' }
  | { readonly kind: 'empty'; readonly nothing: Nothing }
  | {
      readonly kind: 'task'
      readonly task: FullTask
      readonly openedAt: number
      readonly unsaved: Unsaved | null
      readonly notice: string
    } // notice: what became of a submit that came before it

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
  readonly leaving: boolean // another document was asked for: until it is here, or can't be, nothing counts in the present one
  readonly postponed: readonly string[]
  readonly open: (documentId: string) => void
  readonly next: () => void
  readonly reload: () => void
  readonly takeOver: () => void
  readonly postpone: () => void
  /**
   * Opens what was answered last in this tab, and so on backwards; false where there is nothing.
   */
  readonly back: () => boolean
  readonly mayGoBack: boolean
  readonly unpostpone: () => void
  readonly wantEverything: () => void
  /**
   * Sends what `make` says once the answer before it is saved. `saved` is true where it is;
   * problems are by field, where the server refused values. Null where there is nothing to tell the
   * document: it has been left, or is shown anew with what it lacks.
   */
  readonly answer: (
    make: () => Answer,
  ) => Promise<{ readonly saved: boolean; readonly problems: readonly Problem[] } | null>
  readonly submit: Leaving['submit']
}

const listed = 100 // documents
const patienceMs = 150 // without a word, while an answer is being saved

/**
 * `mayAnswer`: a reader locks nothing. `withList`: the list is shown, and not only how long it is.
 */
export function useFlow(
  first: string | null,
  reviewer: string,
  mayAnswer: boolean,
  withList: boolean,
  begun: Begun,
): Flow {
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
  const sending = useRef<{ readonly documentId: string; readonly saved: Promise<boolean> } | null>(
    null,
  ) // the answer that is on its way
  const { leaving, isOff, depart, isLatest, heading, arrive, leaveFor, submit } = useLeaving(
    () => sending.current?.saved ?? null,
  )
  const now = useRef({ shown, postponed, reviewer, withList, everything: false })
  now.current = { ...now.current, shown, postponed, reviewer, withList }

  const fail = useCallback((error: unknown): void => setTrouble(troubleOf(error)), [])
  const refresh = useCallback(
    () => api.list('open', null, now.current.withList ? listed : 1).then(setListing, fail),
    [],
  )
  const wanted = (skip: readonly string[]) => ({
    reviewer: now.current.reviewer,
    skip: skip.slice(-mostSkipped),
    everything: now.current.everything,
  })

  const hold = useCallback((documentId: string | null): void => {
    const before = locked.current
    locked.current = documentId
    if (before !== null && before !== documentId) void api.free(before)
  }, [])

  const show = useCallback((task: FullTask, unsaved: Unsaved | null = null): void => {
    const next: Shown = {
      kind: 'task',
      task,
      openedAt: unsaved?.given.openedAt ?? Date.now(),
      unsaved,
      notice: arrive(),
    }
    now.current = { ...now.current, shown: next }
    setShown(next)
    setTrouble(null)
    const drawn = painted()
    void drawn.then(
      () =>
        now.current.shown === next &&
        history.replaceState(null, '', `/review/${encodeURIComponent(task.documentId)}`),
    ) // the browser asks for the icon again
    ahead.current = drawn.then(() =>
      fetchAhead(
        wanted([
          ...now.current.postponed,
          task.documentId,
          ...(sending.current === null ? [] : [sending.current.documentId]),
        ]),
        mayAnswer,
      ),
    )
  }, [])

  const open = useCallback((documentId: string, departure = depart()): void => {
    heading.current = documentId
    const load = async (): Promise<void> => {
      const lock = mayAnswer
        ? api.lock(documentId, now.current.reviewer).then(
            () => null,
            (error: unknown) => error,
          )
        : null
      const asked = (early.current.task ?? Promise.reject(new Error('not asked for yet'))).catch(
        () => api.task(documentId),
      )
      early.current = { claimed: null, task: null }
      const refused = await lock
      const isOurs = refused === null && mayAnswer
      const task = await asked.catch((error: unknown) => {
        if (isOurs && locked.current !== documentId) void api.free(documentId)
        throw error
      })
      if (!isLatest(departure))
        return void (
          isOurs &&
          ![locked.current, heading.current].includes(documentId) &&
          api.free(documentId)
        )
      hold(isOurs ? documentId : null)
      show(task)
      if (refused !== null) fail(refused)
    }
    load().catch((error: unknown) => {
      if (!isLatest(departure)) return
      if (error instanceof ApiError && error.status === 404) return next()
      arrive()
      fail(error)
    })
  }, [])

  /** Asks for what comes next, after `answered` or at all. */
  const ask = useCallback(async (answered: string | null): Promise<Asked> => {
    const skip = answered === null ? now.current.postponed : [...now.current.postponed, answered]
    const fetched = await ahead.current
    ahead.current = null
    const claim = () =>
      api.claim({ ...wanted(skip), prefer: fetched?.documentId ?? null, whole: fetched === null })
    const { claimed } = early.current
    early.current = { claimed: null, task: null }
    const found = mayAnswer
      ? await (claimed?.catch(claim) ?? claim())
      : ((await api.next(skip.slice(-mostSkipped))) ?? {
          open: (await api.list('open', null, 1)).open,
          withOthers: [],
          waitForSecond: 0,
          notYours: 0,
        })
    return { found, fetched }
  }, [])

  const next = useCallback((asked: Promise<Asked> = ask(null), departure = depart()): void => {
    const load = async (): Promise<void> => {
      const { found, fetched } = await asked
      const task =
        'documentId' in found
          ? (atHand({ found, fetched }) ??
            (await api.task(found.documentId).catch((error: unknown) => {
              giveBack({ found, fetched })
              throw error
            })))
          : null
      if (!isLatest(departure)) return giveBack({ found, fetched })
      if (!('documentId' in found)) {
        hold(null)
        arrive()
        setShown({ kind: 'empty', nothing: found })
        history.replaceState(null, '', '/review')
        return
      }
      hold(mayAnswer ? found.documentId : null)
      show(task as FullTask)
    }
    const failed = (error: unknown): void => {
      if (!isLatest(departure)) return
      arrive()
      fail(error)
    }
    void load().catch(failed).then(painted).then(refresh)
  }, [])

  const answered = useRef<string | null>(null) // its closing is no news to us
  useVigil(
    () => {
      if (first === null) return next()
      open(first)
      void refresh()
    },
    {
      locked: () => (locked.current === sending.current?.documentId ? null : locked.current),
      reviewer: () => now.current.reviewer,
      open: () =>
        now.current.shown.kind === 'task' &&
        now.current.shown.task.state === 'open' &&
        answered.current !== now.current.shown.task.documentId
          ? now.current.shown.task.documentId
          : null,
      idle: () =>
        now.current.shown.kind === 'empty' && !isOff()
          ? { others: now.current.shown.nothing.withOthers.length > 0 }
          : null,
      changed: () => void refresh(),
      next: () => next(),
      onLive: setLive,
      onClosed: () =>
        setTrouble({ kind: 'stale', message: 'Someone else has just answered this document.' }),
      onLost(error) {
        locked.current = null
        fail(error)
      },
      onLeft: () => hold(null),
      isUnsaved: () => sending.current !== null,
    },
  )

  // the document on the screen, while its answer waits or is on its way
  const submitted = useRef<string | null>(null)
  const answer: Flow['answer'] = async (make) => {
    if (shown.kind !== 'task' || submitted.current !== null || now.current.shown !== shown)
      return null
    const { documentId } = shown.task
    const given = make() // as it is now, whatever is typed while it waits for its turn
    submitted.current = documentId
    sayLater(setBusy)
    await sending.current?.saved
    if (now.current.shown !== shown) return null // the one before it is back
    const settled = send(shown, given)
    sending.current = { documentId, saved: settled.then((result) => result?.saved === true) }
    return settled
  }
  const send = async (
    left: Extract<Shown, { kind: 'task' }>,
    given: Answer,
  ): ReturnType<Flow['answer']> => {
    const { documentId, state } = left.task
    answered.current = submitted.current = documentId
    sayLater(setBusy)
    setTrouble(null)
    const upcoming = ask(documentId)
    let isSettled = false
    const shownEarly = upcoming
      .then((asked) => {
        const task = atHand(asked)
        if (task === null || isSettled || isOff()) return false
        // and not by hold: the one before it is freed by its answer
        locked.current = task.documentId
        leave(true)
        show(task)
        return true
      })
      .catch(() => false)
    const error: unknown = await api.answer(documentId, given, state === 'closed').then(
      () => null,
      (reason: unknown) => reason,
    )
    isSettled = true
    const isShown = await shownEarly
    leave(false)
    sending.current = null
    if (error === null || isOurs(error, given)) {
      // the first try did arrive
      done.current = [...done.current.filter((id) => id !== documentId), documentId]
      if (isShown) void painted().then(refresh)
      else {
        // the server freed it with the answer
        if (locked.current === documentId) locked.current = null
        const asked = await upcoming.catch(() => null)
        if (!isOff())
          // that there was nothing may be so no longer
          next(asked !== null && 'documentId' in asked.found ? upcoming : ask(documentId))
        else if (asked !== null) giveBack(asked)
      }
      return { saved: true, problems: [] }
    }
    const problems =
      error instanceof ApiError && error.code === 'VERDICT_INVALID'
        ? (error.body.problems as Problem[])
        : []
    answered.current = null
    if (isShown) {
      hold(documentId)
      show(left.task, { given, problems })
    } else void upcoming.then(giveBack, () => {})
    if (problems.length === 0) fail(error)
    else if (isShown)
      setTrouble({
        kind: 'failed',
        message: `This answer was not saved. ${problems[0]?.reason ?? ''}`,
      })
    return isShown ? null : { saved: false, problems }
  }
  /**
   * That something is being saved is said where one has to wait for it: to draw it each time would
   * delay what comes next.
   */
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
  const giveBack = ({ found, fetched }: Asked): void => {
    ahead.current ??= Promise.resolve(fetched)
    if (
      mayAnswer &&
      'documentId' in found &&
      ![locked.current, heading.current].includes(found.documentId)
    )
      void api.free(found.documentId)
  }
  useEffect(() => void (withList && refresh()), [withList])
  const keep = (ids: readonly string[]): void => {
    now.current = { ...now.current, postponed: ids }
    sessionStorage.setItem(postponedKey, JSON.stringify(ids))
    setPostponed(ids)
  }

  const openOnce = (documentId: string): void =>
    leaveFor((departure) => open(documentId, departure))
  const nextOnce = (): void => leaveFor((departure) => next(ask(null), departure))
  return {
    listing,
    shown,
    trouble,
    live,
    busy,
    saving,
    leaving,
    postponed,
    answer,
    submit,
    mayGoBack: done.current.length > 0 || sending.current !== null,
    open: openOnce,
    next: nextOnce,
    reload: () => (shown.kind === 'task' ? openOnce(shown.task.documentId) : nextOnce()),
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
      leaveFor((departure) => {
        if (state === 'open')
          keep([...now.current.postponed.filter((id) => id !== documentId), documentId])
        next(ask(null), departure)
      })
    },
    back: () => {
      if (sending.current !== null) {
        leaveFor((departure) => open(done.current.at(-1) as string, departure))
        return true
      }
      const here = shown.kind === 'task' ? shown.task.documentId : null
      const place = here === null ? -1 : done.current.indexOf(here)
      const before = done.current.at(place < 0 ? -1 : place - 1)
      if (before === undefined || place === 0) return false
      openOnce(before)
      return true
    },
    unpostpone: () => {
      keep([])
      nextOnce()
    },
    wantEverything: () => {
      now.current.everything = true
      nextOnce()
    },
  }
}
