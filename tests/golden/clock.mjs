/**
 * Starts a process at the same moment each time: the check of dates compares an invoice's date
 * with today, so a golden run of next year would differ. The clock runs on from there, since
 * timeouts count on that.
 */

const begin = Date.UTC(2026, 5, 1, 12)
const started = Date.now()
const SystemDate = Date

globalThis.Date = class Date extends SystemDate {
  constructor(...parts) {
    if (parts.length === 0) super(Date.now())
    else super(...parts)
  }

  static now() {
    return begin + SystemDate.now() - started
  }
}
