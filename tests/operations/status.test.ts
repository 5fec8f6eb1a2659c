/** What `errata status` and `errata doctor` say of a process that keeps ending. */

import { endsNote } from '../../operations/status.ts'

const now = Date.parse('2026-03-01T12:00:00Z')
const lastEnd = {
  at: '2026-03-01T11:59:50Z',
  why: 'exit code 1, ending: DEAD_LETTER_FAILED: ocr.dead does not take a dead letter',
}
const said = `last with ${lastEnd.why}`

test.each([
  ['never ended', { restarts: 0, lastEnd: null }, true, null],
  ['was noted by an earlier version', { restarts: 3 }, true, null],
  ['ended just now and is up again', { restarts: 1, lastEnd }, true, `ended once, ${said}`],
  ['keeps ending', { restarts: 4, lastEnd }, false, `ended 4 times, ${said}`],
])('a process that %s: %o', (_, process, isReady, note) => {
  expect(endsNote(process, isReady, now)).toBe(note)
})

test('a process that has worked for a minute since is well, and one that has not come back is not', () => {
  const process = { restarts: 2, lastEnd }
  const later = now + 60_000
  expect(endsNote(process, true, later)).toBeNull()
  expect(endsNote(process, false, later)).toBe(`ended 2 times, ${said}`)
})
