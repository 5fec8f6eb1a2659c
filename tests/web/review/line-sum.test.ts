import type { Check } from '../../../schemas/types.ts'
import { lineSum } from '../../../web/review/line-sum.ts'
import { startHistory } from '../../../web/review/start-session.ts'
import * as sessions from '../../../web/review/session.ts'
import { formatAmount } from '../../../web/shared/format.ts'
import { fullTask } from './full-task.ts'

const { present } = startHistory(fullTask())
const check = (outcome: Check['outcome']): Check[] => [
  { name: 'lines_add_up', outcome, fields: [], detail: null },
]
const [sum, gross] = [formatAmount('1234.50'), formatAmount('1066.70')]

describe('the sum of the line totals', () => {
  it('names the total that it agrees with, where the check passed', () => {
    expect(lineSum(present, check('passed'))).toEqual({
      text: `Sum ${sum}: agrees with the net total`,
      agrees: true,
    })
  })

  it('says what is missing or too much against the nearest total, exactly', () => {
    const typed = sessions.patch(present, 'net_total', { value: '1234.61' })
    expect(lineSum(typed, check('failed'))).toEqual({
      text: `Sum ${sum}: ${formatAmount('0.11')} less than the net total, ${formatAmount('1234.61')}`,
      agrees: false,
    })
    const gone = sessions.patch(present, 'net_total', { value: null })
    expect(lineSum(gone, check('failed'))?.text).toBe(
      `Sum ${sum}: ${formatAmount('167.80')} more than the total, ${gross}`,
    )
  })

  it('judges nothing while rows lack a total, or one was not read yet', () => {
    for (const value of [null, '74,OO']) {
      const typed = sessions.patch(present, '#0.line_total', { value })
      expect(lineSum(typed, check('passed'))).toEqual({
        text: `Sum ${formatAmount('1160.50')}, of 2 of 3 rows`,
        agrees: null,
      })
    }
    expect(lineSum({ ...present, rows: [] }, check('passed'))).toBeNull()
    expect(lineSum(present, check('not_applicable'))?.agrees).toBeNull()
  })

  it('adds amounts below zero and large ones without rounding', () => {
    const refund = sessions.patch(present, '#0.line_total', { value: '-0.000001' })
    const large = sessions.patch(refund, '#1.line_total', { value: '9007199254740993' })
    expect(lineSum(large, [])?.text).toBe(`Sum ${formatAmount('9007199254742059.699999')}`)
  })
})
