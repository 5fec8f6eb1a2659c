/**
 * Weighs the recogniser's alternatives by their neighbours: a digit is rare between lowercase
 * letters, a capital rarely follows one, a letter is very rare among the digits of an amount. These
 * rules are about print, not a language: `Malays1a`, `WorId` and `29O` are corrected if the network
 * offers the right character. Accents are penalised where the rest of the page has none: a speck
 * over an A is more common than a single Á.
 *
 * The best sequence of choices under the network's probabilities and the penalties below, by
 * dynamic programming (Viterbi 1967). Only characters that the network offers are chosen; a
 * character that it is sure of stays.
 */

export interface LetterChoice {
  readonly text: string // empty for a space
  readonly probability: number
}

type Sort = 'small' | 'capital' | 'figure' | 'mark' | 'space'

// Natural logarithms of how much rarer than usual a pair is within a word
const penalties: Readonly<Partial<Record<`${Sort} ${Sort}`, number>>> = {
  'small capital': -2.5,
  'small figure': -2.5,
  'figure small': -1.5,
  'capital figure': -1.5,
  'figure capital': -2.5,
}
const strayAccent = -2.6 // a letter with an accent on a page without any certain one
// a letter right after a digit and a point or comma, or before them and a digit
const inNumber = -3

/** One choice for each character. `accented`: the page is in a language that writes accents. */
export function chooseLetters(
  characters: readonly (readonly LetterChoice[])[],
  accented: boolean,
): LetterChoice[] {
  if (characters.every((choices) => choices.length === 1))
    return characters.map((choices) => choices[0] as LetterChoice)
  let paths = [{ score: 0, chosen: [] as readonly LetterChoice[] }]
  for (const choices of characters) {
    // A penalty depends on at most two previous characters
    const best = new Map<string, { score: number; chosen: readonly LetterChoice[] }>()
    for (const { score, chosen } of paths) {
      for (const choice of choices) {
        const total =
          score +
          Math.log(Math.max(1e-6, choice.probability)) +
          penaltyOf(chosen.at(-2), chosen.at(-1), choice) +
          (!accented && isAccented(choice.text) ? strayAccent : 0)
        const key = `${sortOf(chosen.at(-1))} ${choice.text}`
        const known = best.get(key)
        if (known === undefined || total > known.score)
          best.set(key, { score: total, chosen: [...chosen, choice] })
      }
    }
    paths = [...best.values()].sort((a, b) => b.score - a.score).slice(0, mostPaths)
  }
  return [...(paths[0]?.chosen ?? [])]
}

const mostPaths = 12

function penaltyOf(
  before: LetterChoice | undefined,
  last: LetterChoice | undefined,
  next: LetterChoice,
): number {
  const [a, b, c] = [sortOf(before), sortOf(last), sortOf(next)]
  if (
    isPoint(last) &&
    ((a === 'figure' && (c === 'small' || c === 'capital')) ||
      (c === 'figure' && (a === 'small' || a === 'capital')))
  )
    return inNumber
  return penalties[`${b} ${c}`] ?? 0
}

/** A Latin letter beyond ASCII. */
export const isAccented = (text: string): boolean =>
  /[^\p{ASCII}]/u.test(text) && /\p{Script=Latin}/u.test(text)

const isPoint = (choice: LetterChoice | undefined): boolean =>
  choice?.text === '.' || choice?.text === ','

function sortOf(choice: LetterChoice | undefined): Sort {
  const text = choice?.text ?? ''
  if (text === '') return 'space'
  if (/\p{Ll}/u.test(text)) return 'small'
  if (/\p{Lu}/u.test(text)) return 'capital'
  return /\p{N}/u.test(text) ? 'figure' : 'mark'
}
