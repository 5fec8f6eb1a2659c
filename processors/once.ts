/**
 * Work that is asked for again and again, done once: of a document for as long as it lives, of a text for as long as texts
 * like it keep coming. Nine of ten tokens of a receipt stood on earlier receipts.
 */

export function oncePer<Key extends object, Value>(work: (key: Key) => Value): (key: Key) => Value {
  const known = new WeakMap<Key, { readonly value: Value }>()
  return (key) => {
    const found = known.get(key)
    if (found !== undefined) return found.value
    const value = work(key)
    known.set(key, { value })
    return value
  }
}

/** Of the numbers from 0 on that are asked for. */
export function oncePerIndex<Value extends number | object>(work: (index: number) => Value): (index: number) => Value {
  const known: Value[] = []
  return (index) => (known[index] ??= work(index))
}

const mostTexts = 20_000 // remembered by one function; then it begins anew
const longestText = 40 // characters: longer ones seldom come back

/** `work` must depend on the text alone, and nobody may change what it gives. */
export function oncePerText<Value>(work: (text: string) => Value): (text: string) => Value {
  const known = new Map<string, Value>()
  return (text) => {
    const found = known.get(text)
    if (found !== undefined) return found
    if (text.length > longestText) return work(text)
    const key = copyOf(text)
    const value = work(key)
    if (known.size >= mostTexts) known.clear()
    known.set(key, value)
    return value
  }
}

/** A word is a window on the text of its whole document; neither as a key nor in what is found of it may it keep that alive. */
function copyOf(text: string): string {
  return Buffer.from(text, 'utf16le').toString('utf16le')
}
