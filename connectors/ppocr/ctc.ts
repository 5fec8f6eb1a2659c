/**
 * From the recogniser's probabilities to words: greedy decoding of connectionist temporal
 * classification (Graves et al., ICML 2006). At each step the most likely class; repetitions
 * collapse, blanks are dropped. A character's position is the step that emitted it, so a word's
 * extent follows from time steps, not from the number of its letters.
 *
 * Where the network is unsure, its alternatives are weighed by their neighbours; see doubt.ts. A
 * line that is mostly in an alphabetic script is decoded with letters only, since a stain may look
 * like an ideograph.
 */

import { chooseLetters, isAccented, type LetterChoice } from './doubt.ts'

export interface DecodedWord {
  readonly text: string // NFC, without white space
  readonly from: number // share of the steps, 0 to 1
  readonly to: number
  readonly mean: number // 0 to 1: probability of its characters, on average
  readonly confidence: number // 0 to 1: probability that all of them are right
}

/** The network's output for a line, before it is split into words. */
export interface DecodedLine {
  readonly characters: readonly Emitted[]
  readonly steps: number
  /** For each step, how much ink it has with no character near. */
  readonly skipped: Float32Array
}

interface Emitted {
  readonly choices: readonly LetterChoice[] // alternatives, the most likely first
  readonly at: number // the middle of its steps
}

// steps of a character, if a line has too few to measure: 20 pixels of a line 48 high
const usualWidth = 2.5

/**
 * The recogniser's classes: the blank, the characters of its metadata, and a space, which the
 * metadata lacks. With one class too few every space would be lost unnoticed, so the count is
 * checked.
 */
export function classesOf(characters: string): string[] {
  return ['', ...characters.split('\n'), ' ']
}

/** One line from `steps` × classes probabilities, by rows; `ink`: what each step has of it. */
export function decodeLine(
  probabilities: Float32Array,
  ink: Float32Array,
  classes: readonly string[],
): DecodedLine {
  const steps = ink.length
  const all = emit(probabilities, steps, classes, null)
  const strange = all.filter((character) => isIdeograph(textOf(character))).length
  const lettered =
    all.filter((character) => /[\p{L}\p{N}]/u.test(textOf(character))).length - strange
  const characters =
    strange === 0 || lettered < strange ? all : emit(probabilities, steps, classes, isIdeograph)
  return { characters, steps, skipped: skippedBy(characters, ink) }
}

/**
 * Ink that is farther from the middle of any character than its own strokes reach. Set on receipts,
 * of whose words it takes one in a hundred for cut, and on pages of scripts that are not known.
 */
function skippedBy(characters: readonly Emitted[], ink: Float32Array): Float32Array {
  const placed = characters.map((one) => ({ text: textOf(one), at: one.at }))
  const square = placed.some(({ text }) => isIdeograph(text))
  const reach = 0.8 * (square ? squareWidth : meanWidth(placed)) + 0.5 // steps are whole
  const shown = placed.filter(({ text }) => text !== '')
  return ink.map((share, step) =>
    shown.some(({ at }) => Math.abs(at - step - 0.5) <= reach) ? 0 : share,
  )
}

const squareWidth = 5 // steps: a character of Chinese or Japanese
const farther = 1.6 // medians: characters farther apart have something between them

/** The mean distance of adjacent characters within words, in steps. */
function meanWidth(placed: readonly Placed[]): number {
  const distances = distancesOf(placed)
  const most = farther * Math.max(1, typicalWidth(placed))
  const near = distances.filter((distance) => distance < most)
  const mean = near.reduce((sum, distance) => sum + distance, 0) / near.length
  return near.length === 0 ? usualWidth : Math.min(squareWidth, mean)
}

/** Whether the page's language writes accents: some of them are beyond doubt. */
export function areAccented(lines: readonly DecodedLine[]): boolean {
  const certain = lines.flatMap(({ characters }) =>
    characters.flatMap(({ choices }) =>
      choices.length === 1 ? [(choices[0] as LetterChoice).text] : [],
    ),
  )
  return certain.filter(isAccented).length >= leastAccents
}

const leastAccents = 3 // a word or two may be foreign

function emit(
  probabilities: Float32Array,
  steps: number,
  classes: readonly string[],
  refused: ((text: string) => boolean) | null,
): Emitted[] {
  const emitted: Emitted[] = []
  let last = 0
  let began = 0
  let strongest = 0 // the step of the character's highest probability
  const at = (step: number, k: number): number => probabilities[step * classes.length + k] as number
  const end = (step: number): void => {
    if (last !== 0)
      emitted.push({
        choices: choicesOf(
          probabilities.subarray(strongest * classes.length, (strongest + 1) * classes.length),
          classes,
          last,
        ),
        at: (began + step) / 2,
      })
  }
  for (let step = 0; step < steps; step++) {
    let best = 0
    let probability = -1
    for (let k = step * classes.length, stop = k + classes.length, first = k; k < stop; k++) {
      if (
        (probabilities[k] as number) <= probability ||
        (refused !== null && refused(classes[k - first] as string))
      )
        continue
      probability = probabilities[k] as number
      best = k - first
    }
    if (best === last) {
      if (probability > at(strongest, last)) strongest = step
      continue
    }
    end(step)
    ;[last, began, strongest] = [best, step, step]
  }
  end(steps)
  return emitted
}

const leastChoice = 0.05 // least probability of an alternative
const noDoubt = 0.95

/** The emitted character, and the network's alternatives at that step. */
function choicesOf(
  step: Float32Array,
  classes: readonly string[],
  emitted: number,
): LetterChoice[] {
  const probability = step[emitted] as number
  const first = { text: plain(classes[emitted] ?? ''), probability }
  if (probability >= noDoubt) return [first]
  const others: LetterChoice[] = []
  for (let k = 1; k < step.length; k++) {
    if (k === emitted || (step[k] as number) < leastChoice) continue
    const text = plain(classes[k] as string)
    if (!isPictorial(text)) others.push({ text, probability: step[k] as number })
  }
  return [first, ...others.sort((a, b) => b.probability - a.probability)]
}

/** The words of a line; `accented`: areAccented of its page. */
export function ctcWords(
  { characters, steps, skipped }: DecodedLine,
  accented: boolean,
): DecodedWord[] {
  const emitted = chooseLetters(
    characters.map(({ choices }) => choices),
    accented,
  ).map((choice, k) => ({ ...choice, at: (characters[k] as Emitted).at }))
  const width = typicalWidth(emitted)
  const half = width / 2
  const words: DecodedWord[] = []
  let from = 0
  for (let to = 0; to <= emitted.length; to++) {
    if (to < emitted.length && !isSpace(emitted[to] as Decided)) continue
    const part = emitted.slice(from, to)
    const [first, final] = [part[0], part[part.length - 1]]
    const [before, after] = [emitted[from - 1], emitted[to]]
    from = to + 1
    if (first === undefined || final === undefined) continue
    const text = part
      .map((character) => character.text)
      .join('')
      .normalize('NFC')
    // Half a character on both sides, but at most halfway to a space
    const left = Math.max(first.at - half, before === undefined ? 0 : (before.at + first.at) / 2)
    const right = Math.min(final.at + half, after === undefined ? steps : (final.at + after.at) / 2)
    const mean = part.reduce((sum, { probability }) => sum + probability, 0) / part.length
    const certain = part.reduce((product, { probability }) => product * probability, 1)
    // Letters that nothing was read of, in the word or where it is next to no other
    const reachOf = (near: Decided | undefined, at: number): number =>
      near === undefined ? 2 * width : Math.min(2 * width, Math.abs(near.at - at))
    const missed = sumBetween(
      skipped,
      first.at - reachOf(before, first.at),
      final.at + reachOf(after, final.at),
    )
    const confidence = missed < leastMissed ? certain : certain * doubtOfMissed
    words.push({
      text,
      from: Math.max(0, left) / steps,
      to: Math.min(steps, right) / steps,
      mean: Math.min(1, mean),
      confidence: Math.min(1, confidence),
    })
  }
  return words
}

const leastMissed = 0.4 // steps: as much ink without a character is a letter that was left out
const doubtOfMissed = 0.1 // factor of its word's confidence

function sumBetween(values: Float32Array, from: number, to: number): number {
  return values
    .subarray(Math.max(0, Math.floor(from)), Math.max(0, Math.ceil(to)))
    .reduce((sum, value) => sum + value, 0)
}

type Decided = LetterChoice & { readonly at: number }

type Placed = Pick<Decided, 'text' | 'at'>

/** The median distance of adjacent characters within words, in steps. */
function typicalWidth(placed: readonly Placed[]): number {
  const distances = distancesOf(placed)
  return distances[distances.length >> 1] ?? usualWidth
}

/** Ascending. */
function distancesOf(placed: readonly Placed[]): number[] {
  return placed
    .slice(1)
    .flatMap((b, i) => {
      const a = placed[i]
      return a === undefined || isSpace(a) || isSpace(b) ? [] : [b.at - a.at]
    })
    .sort((a, b) => a - b)
}

const textOf = ({ choices }: Emitted): string => choices[0]?.text ?? ''
const isSpace = ({ text }: Pick<LetterChoice, 'text'>): boolean => text === ''
const isPictorial = (text: string): boolean => isIdeograph(text) || /\p{So}/u.test(text)
const isIdeograph = (text: string): boolean =>
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\u3000-\u303f\u30fb-\u30ff]/u.test(
    text,
  )

/**
 * Empty for a space, and for a dot in the middle of the line: a stain, or part of a dot leader. The
 * network writes some European punctuation in its full-width form.
 */
function plain(text: string): string {
  return text
    .replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0))
    .replace(/[\s·・]+/gu, '')
}
