/**
 * Names of accounts. A name stands in verdicts, in the audit log and on the pages, so two of them
 * must never look alike, and none like what the audit log says of nobody in particular.
 */

export const longestName = 64 // characters

/** What the audit log calls whoever has no account. */
const reserved: ReadonlySet<string> = new Set(['local', 'token', 'unknown'])
// controls, marks that are not seen, and separators other than the plain space
const unseen = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u

/** Why nobody may be called so; null where they may. */
export function faultOfName(name: string): string | null {
  if (name.trim() === '') return 'a name is needed'
  if ([...name].length > longestName) return `a name has at most ${longestName} characters`
  if (unseen.test(name)) return 'a name has no control characters, and no spaces but plain ones'
  if (name !== name.trim() || name.includes('  '))
    return 'a name has no spaces before, after or beside each other'
  if (name !== name.normalize('NFC')) return 'a name is in Unicode’s composed form (NFC)'
  return reserved.has(foldedName(name)) ? `the audit log calls others ${name}` : null
}

/** Equal for names that a person would take for the same. */
export function foldedName(name: string): string {
  return name.normalize('NFKC').toLowerCase().trim()
}
