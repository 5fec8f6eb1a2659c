/** The text that somebody looks for on the pages, and which of its places is shown. */

import { useMemo, useState } from 'preact/hooks'
import type { PageWords } from '../review/words.ts'
import { findText } from './find.ts'
import type { WordMark } from './word-marks.ts'

export interface Find {
  readonly isOpen: boolean
  readonly text: string
  readonly count: number
  readonly at: number // of the place that is shown, from 0
  readonly open: () => void
  readonly close: () => void
  readonly setText: (text: string) => void
  /** To the next place or the one before, around the end. */
  readonly step: (by: 1 | -1) => void
  /** The marks to show: while something is found it is selected, and no field is. */
  readonly among: (marks: readonly WordMark[]) => readonly WordMark[]
}

export function useFind(words: PageWords): Find {
  const [isOpen, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [at, setAt] = useState(0)
  const found = useMemo(() => (isOpen ? findText(words, text) : []), [isOpen, words, text])
  const places = useMemo(
    () =>
      found.map((indexes, i) => ({
        key: `#found.${i}`, // as a cell's: its name is not written beside it
        label: '',
        words: indexes,
        box: [],
        page: null,
        tone: 'found',
        selected: i === at,
      })),
    [found, at],
  )
  return {
    isOpen,
    text,
    count: found.length,
    at,
    open: () => setOpen(true),
    close: () => setOpen(false),
    setText(next) {
      setText(next)
      setAt(0)
    },
    step: (by) => found.length > 0 && setAt((at + by + found.length) % found.length),
    among: (marks) =>
      places.length === 0
        ? marks
        : [
            ...marks.map((mark) => (mark.selected ? { ...mark, selected: false } : mark)),
            ...places,
          ],
  }
}
