/**
 * Two rows of line items made one, and one made two: a model takes the second line of a description
 * for a row, or two narrow rows for one. Pure: they take a session and return one.
 */

import { absent, renumber, typed, type Entry, type Session } from './session.ts'
import { textOfWords, type PageWords } from './words.ts'

/** What the server has to read: the text of a cell, with the words that print it, by its key. */
export type CellTexts = ReadonlyMap<
  string,
  { readonly text: string; readonly words: readonly number[] }
>

/**
 * The row and the one below as one: texts one after the other, and of all else what the upper row
 * has, or the lower one. Null where there is none below.
 */
export function joinRows(session: Session, index: number): Session | null {
  const [upper, lower] = [session.rows[index], session.rows[index + 1]]
  if (upper === undefined || lower === undefined) return null
  const joined = upper.map((entry, column) => joinedEntry(entry, lower[column] as Entry))
  return withRows(session, index, 2, [joined])
}

function joinedEntry(upper: Entry, lower: Entry): Entry {
  if (lower.value === null) return upper
  const byPerson = { origin: 'human', originId: null, confidence: 1, state: 'edited' } as const
  if (upper.value === null) return { ...lower, ...byPerson, key: upper.key }
  if (upper.type !== 'text') return upper
  return {
    ...upper,
    ...byPerson,
    value: `${upper.value} ${lower.value}`,
    raw: upper.raw === null || lower.raw === null ? null : `${upper.raw} ${lower.raw}`,
    words: [...upper.words, ...lower.words],
    box: [],
  }
}

/**
 * The row as two, at the end of its first printed line. `texts`: of cells that were printed on both
 * sides. Null where all of the row is printed on one line.
 */
export function splitRow(
  session: Session,
  index: number,
  words: PageWords,
): { readonly session: Session; readonly texts: CellTexts } | null {
  const row = session.rows[index] ?? []
  const isUpper = onFirstLine(
    row.flatMap((entry) => entry.words),
    words,
  )
  if (isUpper === null) return null
  const texts = new Map<string, { readonly text: string; readonly words: readonly number[] }>()
  let next = withRows(session, index, 1, [row, row])
  for (const entry of row) {
    const [above, below] = [0, 1].map((down) => `#${index + down}.${entry.name}`) as [
      string,
      string,
    ]
    const lower = entry.words.filter((word) => !isUpper(word))
    if (lower.length === 0) next = absent(next, below)
    else if (lower.length === entry.words.length) next = absent(next, above)
    else {
      const upper = entry.words.filter(isUpper)
      for (const [key, part] of [
        [above, upper],
        [below, lower],
      ] as const) {
        const text = textOfWords(words, part)
        next = typed(next, key, text, part, words.page(part[0] as number))
        texts.set(key, { text, words: part })
      }
    }
  }
  return { session: next, texts }
}

/** Which of the words are on the first line of them; null where all are. */
function onFirstLine(
  printed: readonly number[],
  words: PageWords,
): ((word: number) => boolean) | null {
  const [first, ...others] = printed
  if (first === undefined) return null
  const isAbove = (one: number, other: number): boolean =>
    words.page(one) === words.page(other)
      ? words.box(one).y0 < words.box(other).y0
      : words.page(one) < words.page(other)
  const top = others.reduce((highest, word) => (isAbove(word, highest) ? word : highest), first)
  const isUpper = (word: number): boolean => {
    const { y0, y1 } = words.box(word)
    return words.page(word) === words.page(top) && (y0 + y1) / 2 <= words.box(top).y1
  }
  return printed.every(isUpper) ? null : isUpper
}

/** `count` rows from `index` on replaced by others. */
function withRows(
  session: Session,
  index: number,
  count: number,
  rows: readonly (readonly Entry[])[],
): Session {
  const { rows: before } = session
  const next = [...before.slice(0, index), ...rows, ...before.slice(index + count)]
  return { ...session, rows: next.map(renumber) }
}
