/**
 * What the page says about who a party is. A model learns that whoever stands first sends the
 * invoice. That holds where a heading or a letterhead says so, but says little where two parties
 * without headings stand side by side, however probable the tagger finds it.
 */

import { partyAbove, type Party } from './party-sections.ts'
import type { Token, Tokens } from '../document/tokens.ts'

interface Placed {
  readonly first: number // token index
}

/** What is read of a field. */
interface Reading {
  readonly field: string
  readonly options: readonly Placed[] // best first
  readonly signals: readonly number[]
}

const near = 3 // in letter heights: names whose heights differ by less stand side by side

/**
 * The guesses; those of seller and buyer with one more signal for calibration: 1 where they may be
 * the other way round, since they stand side by side and no heading names either.
 */
export function withPartyEvidence<Guess extends Reading>(
  guesses: readonly Guess[],
  text: Tokens,
): readonly Guess[] {
  const [seller, buyer] = ['seller_name', 'buyer_name'].map((name) =>
    guesses.find(({ field }) => field === name),
  )
  const [one, other] = [seller?.options[0], buyer?.options[0]]
  const isOpen =
    one !== undefined &&
    other !== undefined &&
    !isUnder(one, 'seller', text) &&
    !isUnder(other, 'buyer', text) &&
    areSideBySide(one, other, text)
  return guesses.map((guess) =>
    (guess === seller || guess === buyer) && guess.options.length > 0
      ? { ...guess, signals: [...guess.signals, isOpen ? 1 : 0] }
      : guess,
  )
}

const isUnder = ({ first }: Placed, party: Party, text: Tokens): boolean =>
  partyAbove((text.tokens[first] as Token).line, text) === party

function areSideBySide(a: Placed, b: Placed, { tokens, pages }: Tokens): boolean {
  const [one, other] = [tokens[a.first] as Token, tokens[b.first] as Token]
  const letter = pages.find(({ number }) => number === one.page)?.letter ?? 0
  return one.page === other.page && Math.abs(one.box[1] - other.box[1]) < near * letter
}
