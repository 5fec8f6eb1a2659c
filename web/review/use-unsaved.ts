/**
 * Guards unsaved work while the reviewer moves from one document to another.
 *
 * Opening a document takes a moment, and the old one stays on the screen meanwhile. What is typed
 * then is meant for the new document, which nobody has seen yet, so it is ignored in both. A submit
 * is refused, and the new document says so when it appears.
 *
 * The other way round, a submit counts from the key press. If another document is requested while
 * the answer is being prepared or saved, it opens once that is done. If the answer fails, it does
 * not open: the old document stays, or comes back, with the reason.
 *
 * When several documents are requested, the last request wins, whichever arrives first.
 */

import { useCallback, useRef, useState } from 'preact/hooks'

const tooEarly = 'Ctrl Enter came before this document was here: nothing was submitted.'

export interface UnsavedGuard {
  /** For rendering; `isOff` is the same as of this moment. */
  readonly leaving: boolean
  readonly isOff: () => boolean
  /**
   * From now on input to the document on the screen is ignored, until `arrive`. Returns a number
   * for `isLatest`.
   */
  readonly depart: () => number
  readonly isLatest: (departure: number) => boolean
  /** The document being opened, if known. */
  readonly destination: { current: string | null }
  /** Input counts again, in a new document or the old one. Returns the notice to show there. */
  readonly arrive: () => string
  readonly leaveFor: (act: (departure: number) => void) => void
  /**
   * Submits an answer, from the key press on. `decide` resolves to true if the document may be
   * left, and to null if an earlier call decides. Does nothing if another document was requested
   * first.
   */
  readonly submit: (decide: () => Promise<boolean | null>) => void
}

/** `saved`: whether the answer being sent will have been saved; null if none is being sent. */
export function useUnsavedGuard(saved: () => Promise<boolean> | null): UnsavedGuard {
  const [leaving, setLeaving] = useState(false)
  const departures = useRef(0)
  const latest = useRef<number | null>(null) // null: no document is being opened
  const destination = useRef<string | null>(null)
  const deciding = useRef<Promise<boolean> | null>(null)
  const notice = useRef('')
  const depart = useCallback((): number => {
    destination.current = null
    latest.current = ++departures.current
    setLeaving(true)
    return latest.current
  }, [])
  const arrive = useCallback((): string => {
    const said = notice.current
    latest.current = destination.current = null
    notice.current = ''
    setLeaving(false)
    return said
  }, [])
  const leaveFor = (act: (departure: number) => void): void => {
    const departure = depart()
    const go = (isWell: boolean): void => {
      if (latest.current !== departure) return
      const waitsFor = deciding.current ?? saved()
      if (!isWell) arrive()
      else if (waitsFor !== null) void waitsFor.then(go)
      else act(departure)
    }
    go(true)
  }
  const submit = (decide: () => Promise<boolean | null>): void => {
    if (latest.current !== null) return void (notice.current = tooEarly)
    const all = Promise.all([deciding.current, decide().catch(() => false)]).then(
      ([before, now]) => now ?? before ?? true,
    )
    deciding.current = all
    void all.then(() => {
      if (deciding.current === all) deciding.current = null
    })
  }
  return {
    leaving,
    isOff: () => latest.current !== null,
    depart,
    isLatest: (departure) => latest.current === departure,
    destination,
    arrive,
    leaveFor,
    submit,
  }
}
