/**
 * Work that is asked for again and again, done once: of a document for as long as it lives, of a
 * text for as long as it keeps coming. Nine of ten tokens of a receipt stood on earlier receipts.
 */

/**
 * What is found is kept on the key, where copies don't take it along. Not in a WeakMap: a
 * collection of young objects keeps all values of such a map, those of documents that are long read
 * as well.
 */
export function oncePer<Key extends object, Value extends object>(
  work: (key: Key) => Value,
): (key: Key) => Value {
  const found = Symbol('found')
  return (key) => {
    const known = (key as { readonly [found]?: Value })[found]
    if (known !== undefined) return known
    const value = work(key)
    Reflect.defineProperty(key, found, { value }) // what is frozen is worked on each time
    return value
  }
}

/** Of the numbers from 0 on that are asked for. */
export function oncePerIndex<Value extends number | object>(
  work: (index: number) => Value,
): (index: number) => Value {
  const known: Value[] = []
  return (index) => (known[index] ??= work(index))
}

const mostTexts = 20_000 // of a generation; of those before, the ones that came again are in it
const longestText = 40 // characters: longer ones seldom come back

/**
 * A text, then what each function found of it. In one piece: these are read from memory that no
 * cache holds.
 */
type Known = [text: string, ...values: unknown[]]

// One table for all functions: what one has asked for, the next finds in the processor's own cache
let known = new Map<string, Known>()
let before = new Map<string, Known>()
const nothing: undefined[] = [] // of all functions

/**
 * `work` must depend on the text alone, and nobody may change what it gives; it may not give
 * undefined.
 */
export function oncePerText<Value>(work: (text: string) => Value): (text: string) => Value {
  const number = nothing.push(undefined)
  return (text) => {
    const found = known.get(text) ?? remember(text)
    if (found === null) return work(text)
    const value = found[number]
    return (value === undefined ? (found[number] = work(found[0])) : value) as Value
  }
}

/** One string for a text, however often it is read. */
export function sameText(text: string): string {
  return (known.get(text) ?? remember(text))?.[0] ?? text
}

/** From the generation before, else new. */
function remember(text: string): Known | null {
  if (text.length > longestText) return null
  if (known.size >= mostTexts) [before, known] = [known, new Map()]
  // A word is a window on the text of its whole document; neither as a key nor in what is found of
  // it may it keep that alive
  const found = before.get(text) ?? [Buffer.from(text, 'utf16le').toString('utf16le'), ...nothing]
  known.set(found[0], found)
  return found
}
