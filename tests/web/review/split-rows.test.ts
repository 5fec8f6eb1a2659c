import { unpackWords } from '../../../processors/document/words.ts'
import { joinRows, splitRow } from '../../../web/review/split-rows.ts'
import { startHistory } from '../../../web/review/start-session.ts'
import * as sessions from '../../../web/review/session.ts'
import { pageWords } from '../../../web/review/words.ts'
import { makeTask } from '../../review-server.ts'
import { fullTask } from './full-task.ts'

const { present } = startHistory(fullTask())
const words = pageWords(makeTask().words)
const valuesOf = ({ rows }: sessions.Session) =>
  rows.map((row) => row.map(({ value }) => value).slice(0, 4))
const [chisel, saw, stone] = valuesOf(present)

describe('rows of line items', () => {
  it('are joined: texts one after the other, amounts of the upper row', () => {
    const joined = joinRows(present, 0) as sessions.Session
    expect(valuesOf(joined)).toEqual([[`${chisel?.[0]} ${saw?.[0]}`, '4', '18.50', '74.00'], stone])
    expect(joined.rows[1]?.[0]?.key).toBe('#1.description')
    const [first] = joined.rows[0] ?? []
    expect(first).toMatchObject({ origin: 'human', state: 'edited' })
    expect(first?.words.map((index) => unpackWords(makeTask().words)[index]?.text).join(' ')).toBe(
      first?.value,
    )
    expect(joinRows(present, 2)).toBeNull()
  })

  it('take from the lower row what the upper one lacks', () => {
    const lacking = sessions.absent(present, '#0.line_total')
    expect(valuesOf(joinRows(lacking, 0) as sessions.Session)[0]?.[3]).toBe('93.80')
  })

  it('are split at the end of the first printed line, each value where it stands', () => {
    const joined = joinRows(sessions.absent(present, '#0.line_total'), 0) as sessions.Session
    const split = splitRow(joined, 0, words)
    expect(valuesOf(split?.session as sessions.Session)).toEqual([
      [chisel?.[0], '4', '18.50', null],
      [saw?.[0], null, null, '93.80'],
      stone,
    ])
    expect([...(split?.texts ?? [])].map(([key, { text }]) => [key, text])).toEqual([
      ['#0.description', chisel?.[0]],
      ['#1.description', saw?.[0]],
    ])
    expect(split?.session.rows.map((row) => row[0]?.key)).toEqual([
      '#0.description',
      '#1.description',
      '#2.description',
    ])
  })

  it('are not split where nothing is printed on a second line', () => {
    expect(splitRow(present, 0, words)).toBeNull()
    expect(splitRow(sessions.typed(present, '#0.description', 'x'), 9, words)).toBeNull()
  })
})
