/** Amounts with thousands marks and times in the person's zone, as their browser's language has them. */

const amountFormat = new Intl.NumberFormat(undefined, {
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
})
const timeFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const dayFormat = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeZone: 'UTC' })

/** A decimal as text; whatever else it is, as it is. */
export function formatAmount(text: string): string {
  // a decimal string is formatted exactly, whatever its size
  return /^-?\d+(\.\d+)?$/.test(text) ? amountFormat.format(text as unknown as number) : text
}

/** `ms`: since 1970. */
export function formatTime(ms: number): string {
  return timeFormat.format(ms)
}

/** An ISO day, which has no zone; whatever else it is, as it is. */
export function formatDay(text: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(text) ? dayFormat.format(Date.parse(text)) : text
}

/** With thousands marks. */
export function formatCount(count: number): string {
  return count.toLocaleString()
}
