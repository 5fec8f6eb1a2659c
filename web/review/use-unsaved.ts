/**
 * Leaving a document for another that has to be fetched first.
 *
 * From the click on another document to its arrival the old one is still on the screen. What is
 * typed meanwhile is meant for the new one, which nobody has seen yet: so it counts in neither, and
 * a submit is refused, which the new document says when it comes. The other way round, a submit
 * counts from its key: who asks for another document while the answer is being made or saved gets
 * it once that is done, and not where it fails, since the document then stays, or comes back, with
 * the reason. Of several documents that were asked for, the latest is shown, in whatever order they
 * arrive.
 */

import { useCallback, useRef, useState } from 'preact/hooks'

const tooEarly = 'Ctrl Enter came before this document was here: nothing was submitted.'

export interface UnsavedGuard {
  /** To be drawn; `isOff` is the same as of this moment. */
  readonly leaving: boolean
  readonly isOff: () => boolean
  /**
   * Nothing counts in the document on the screen from now on, until somebody arrives; a number for
   * `isLatest`.
   */
  readonly depart: () => number
  readonly isLatest: (departure: number) => boolean
  /** The document that is being opened, if that is known. */
  readonly heading: { current: string | null }
  /** Something is on the screen that counts, be it the old one. What is to be said in it. */
  readonly arrive: () => string
  readonly leaveFor: (act: (departure: number) => void) => void
  /**
   * Does what leads to an answer, from the key on. `decide` says whether all is well, so that the
   * document may be left; null where that is for a call before it to say. Nothing is done where
   * another document was asked for before the key.
   */
  readonly submit: (decide: () => Promise<boolean | null>) => void
}

/**
 * `saved`: of the answer that is on its way, whether it will have been saved; null where none is.
 */
export function useUnsavedGuard(saved: () => Promise<boolean> | null): UnsavedGuard {
  const [leaving, setLeaving] = useState(false)
  const departures = useRef(0)
  const latest = useRef<number | null>(null) // while it goes on
  const heading = useRef<string | null>(null)
  const deciding = useRef<Promise<boolean> | null>(null)
  const notice = useRef('')
  const depart = useCallback((): number => {
    heading.current = null
    latest.current = ++departures.current
    setLeaving(true)
    return latest.current
  }, [])
  const arrive = useCallback((): string => {
    const said = notice.current
    latest.current = heading.current = null
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
    heading,
    arrive,
    leaveFor,
    submit,
  }
}
