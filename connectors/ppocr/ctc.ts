/**
 * From the recogniser's probabilities to words: greedy decoding of connectionist temporal classification (Graves et al.,
 * ICML 2006). At each step the likeliest class; repetitions fold into one, blanks go. A character sits where the network
 * emitted it, so a word's extent comes from time steps, not from the number of its letters.
 */

export interface DecodedWord {
  readonly text: string // NFC, without white space
  readonly from: number // share of the steps, 0 to 1
  readonly to: number
  readonly confidence: number // 0 to 1: mean probability of its characters
}

interface Emitted {
  readonly text: string
  readonly at: number // the middle of its steps, in steps
  readonly probability: number
}

const usualWidth = 2.5 // steps of a character, where a line has too few to tell: 20 pixels of a line 48 high

/**
 * The recogniser's classes: the blank, the characters of its metadata, and a space, which is not among them. One class too
 * few would shift nothing and lose every space, so the count must fit.
 */
export function classesOf(characters: string): string[] {
  return ['', ...characters.split('\n'), ' ']
}

/** Words of one line from `steps` × classes probabilities, by rows. */
export function decodeWords(probabilities: Float32Array, steps: number, classes: readonly string[]): DecodedWord[] {
  const emitted: Emitted[] = []
  let last = 0
  let began = 0
  let strongest = 0
  const end = (step: number): void => {
    if (last !== 0) emitted.push({ text: classes[last] ?? '', at: (began + step) / 2, probability: strongest })
  }
  for (let step = 0; step < steps; step++) {
    let best = 0
    let probability = -1
    for (let k = step * classes.length, stop = k + classes.length, first = k; k < stop; k++) {
      if ((probabilities[k] as number) <= probability) continue
      probability = probabilities[k] as number
      best = k - first
    }
    if (best === last) {
      strongest = Math.max(strongest, probability)
      continue
    }
    end(step)
    ;[last, began, strongest] = [best, step, probability]
  }
  end(steps)
  return wordsOf(emitted, steps)
}

function wordsOf(emitted: readonly Emitted[], steps: number): DecodedWord[] {
  const half = typicalWidth(emitted) / 2
  const words: DecodedWord[] = []
  let from = 0
  for (let to = 0; to <= emitted.length; to++) {
    if (to < emitted.length && !isSpace(emitted[to] as Emitted)) continue
    const part = emitted.slice(from, to)
    const [first, final] = [part[0], part[part.length - 1]]
    const [before, after] = [emitted[from - 1], emitted[to]]
    from = to + 1
    if (first === undefined || final === undefined) continue
    const text = plain(part.map((character) => character.text).join(''))
    if (text === '') continue
    // Half a character on both sides, but never over the middle of the way to a space
    const left = Math.max(first.at - half, before === undefined ? 0 : (before.at + first.at) / 2)
    const right = Math.min(final.at + half, after === undefined ? steps : (final.at + after.at) / 2)
    const confidence = part.reduce((sum, { probability }) => sum + probability, 0) / part.length
    words.push({ text, from: Math.max(0, left) / steps, to: Math.min(steps, right) / steps, confidence: Math.min(1, confidence) })
  }
  return words
}

/** The median distance of neighbours within words, in steps. */
function typicalWidth(emitted: readonly Emitted[]): number {
  const distances: number[] = []
  for (let i = 1; i < emitted.length; i++) {
    const [a, b] = [emitted[i - 1] as Emitted, emitted[i] as Emitted]
    if (!isSpace(a) && !isSpace(b)) distances.push(b.at - a.at)
  }
  distances.sort((a, b) => a - b)
  return distances[distances.length >> 1] ?? usualWidth
}

const isSpace = ({ text }: Emitted): boolean => /^\s+$/u.test(text)

/** The network writes some signs of European print in their full-width form. */
function plain(text: string): string {
  return text.replace(/[\uff01-\uff5e]/g, (wide) => String.fromCharCode(wide.charCodeAt(0) - 0xfee0)).normalize('NFC').replace(/\s+/gu, '')
}
