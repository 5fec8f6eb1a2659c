/** Saves what was fetched as a file, since a link can't send a token. */

const keptMs = 10_000 // until the browser has taken it

export function saveBlob(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), keptMs)
}
