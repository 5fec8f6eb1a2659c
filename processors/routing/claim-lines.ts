/**
 * Documents that claim the same, in the order in which they came. The first one holds the claim;
 * when it leaves, the next one does.
 */

/** Documents by claim. */
export type ClaimLines = Map<string, Set<string>>

/** Documents before this one, all where it doesn't stand in the line. */
export function before(lines: ClaimLines, claim: string, documentId: string): string[] {
  const line = [...(lines.get(claim) ?? [])]
  const own = line.indexOf(documentId)
  return own < 0 ? line : line.slice(0, own)
}

/** The document that holds the claim; null where nobody claims it. */
export function firstIn(lines: ClaimLines, claim: string): string | null {
  const [first = null] = lines.get(claim) ?? []
  return first
}

/** Goes to the end of the line, or keeps its place in it. */
export function join(lines: ClaimLines, claim: string, documentId: string): void {
  lines.set(claim, (lines.get(claim) ?? new Set()).add(documentId))
}

export function leave(lines: ClaimLines, claim: string, documentId: string): void {
  const line = lines.get(claim)
  line?.delete(documentId)
  if (line?.size === 0) lines.delete(claim)
}
