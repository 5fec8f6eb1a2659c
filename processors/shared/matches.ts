/**
 * All matches of a pattern in a text, without the copy of the pattern that `String.matchAll` makes
 * of it each time: that costs more than the search in a line of print. The pattern must be global,
 * and may match nothing.
 */

export function matchesOf(text: string, pattern: RegExp): RegExpExecArray[] {
  const found: RegExpExecArray[] = []
  pattern.lastIndex = 0
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    found.push(match)
    if (match[0] === '') pattern.lastIndex++
  }
  return found
}
