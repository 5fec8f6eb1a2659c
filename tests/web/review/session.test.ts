import fc from 'fast-check'
import type { FullTask, Interpretation } from '../../../connectors/http/contract/types.ts'
import * as rows from '../../../web/review/line-item-rows.ts'
import { redo, settle, step, undo } from '../../../web/review/history.ts'
import { startHistory } from '../../../web/review/start-session.ts'
import * as sessions from '../../../web/review/session.ts'
import { fullTask } from './full-task.ts'

const full: FullTask = fullTask()
const reading = (value: string): Interpretation => ({
  value,
  raw: value,
  page: 1,
  words: [3],
  problem: null,
  notice: null,
})
const stateOf = (session: sessions.Session, key: string) => sessions.find(session, key)?.state

describe('a session', () => {
  it('begins at the first unsure field: named by a reason, by a failed check, or needed and missing', () => {
    const { present } = startHistory(full)
    expect(present.selected).toBe('invoice_number')
    expect(
      present.fields.filter((entry) => entry.state === 'unsure').map((entry) => entry.key),
    ).toEqual(['invoice_number', 'due_date', 'net_total', 'tax_total', 'grand_total'])
  })

  it('doubts nothing in a sample, and low confidence if no reason names a field', () => {
    const quiet = { ...full, checks: [] }
    const all = {
      ...quiet,
      fields: full.fields.concat({
        ...(full.fields[0] as (typeof full.fields)[number]),
        name: 'invoice_number',
        confidence: 0.99,
      }),
    }
    const unsure = (of: FullTask) =>
      startHistory(of)
        .present.fields.filter((entry) => entry.state === 'unsure')
        .map((entry) => entry.key)
    expect(unsure({ ...all, reasons: [{ code: 'sample', field: null, detail: null }] })).toEqual([])
    expect(unsure({ ...all, reasons: [{ code: 'duplicate', field: null, detail: null }] })).toEqual(
      ['due_date', 'grand_total'],
    )
  })

  it('shows the latest verdict if there is one, and doubts none of it', () => {
    const { present } = startHistory({
      ...full,
      truth: {
        fields: [
          {
            ...(full.fields[0] as (typeof full.fields)[number]),
            value: '2020-01-01',
            origin: 'human',
          },
        ],
        lineItems: [],
        comment: null,
        revision: 1,
      },
    })
    expect([
      sessions.find(present, 'issue_date')?.value,
      present.rows,
      stateOf(present, 'due_date'),
    ]).toEqual(['2020-01-01', [], 'sure'])
  })

  it('visits the unsure fields once and ends when all are settled', () => {
    let { present } = startHistory(full)
    const visited: string[] = []
    for (
      let key: string | null = present.selected;
      key !== null;
      key = sessions.nextUnsure(present, key)
    ) {
      visited.push(key)
      present = sessions.confirm(present, key, 'itself')
    }
    expect(visited).toEqual(['invoice_number', 'due_date', 'net_total', 'tax_total', 'grand_total'])
    expect(sessions.openQuestions(present).unsure).toBe(0)
  })

  it('returns to its start after as many undos as steps, and forward again', () => {
    const key = fc.constantFrom(
      'invoice_number',
      'due_date',
      'iban',
      '#0.quantity',
      '#1.description',
    )
    const change = fc.oneof(
      key.map((at) => (session: sessions.Session) => sessions.absent(session, at)),
      key.map((at) => (session: sessions.Session) => sessions.confirm(session, at, 'itself')),
      key.map((at) => (session: sessions.Session) => sessions.fill(session, at, 'x', reading('x'))),
      fc.nat(2).map((row) => (session: sessions.Session) => rows.removeRow(session, row)),
      fc.nat(2).map((row) => (session: sessions.Session) => rows.addRow(session, full, row)),
    )
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), (changes) => {
        const start = startHistory(full)
        const end = changes.reduce((history, make) => step(history, make(history.present)), start)
        let history = end
        for (const _ of changes) history = undo(history)
        expect(history.present).toEqual(start.present)
        expect(undo(history)).toBe(history)
        for (const _ of changes) history = redo(history)
        expect(history.present).toEqual(end.present)
        const keys = history.present.rows.flat().map((entry) => entry.key)
        expect(new Set(keys).size).toBe(keys.length)
      }),
      { numRuns: 60 },
    )
  })

  it('fills in a text wherever it waits in the history, and no other text', () => {
    const waiting = (session: sessions.Session, value: string) =>
      sessions.patch(session, 'iban', { value, reading: true })
    let history = startHistory(full)
    history = step(history, waiting(history.present, 'first'))
    history = step(history, waiting(history.present, 'second'))
    history = settle(history, 'iban', 'first', reading('FIRST'))
    expect(sessions.find(history.present, 'iban')?.value).toBe('second')
    expect(sessions.find(undo(history).present, 'iban')).toMatchObject({
      value: 'FIRST',
      reading: false,
      words: [3],
    })
  })

  it('names an account that the task asks about, also where it is absent, and asks the second person too', () => {
    const reasons = [{ code: 'account_changed', field: 'iban', detail: 'DE1 DE2' }]
    const asked = { ...full, checks: [], reasons }
    const { present } = startHistory(asked)
    expect(stateOf(present, 'iban')).toBe('unsure')
    expect(sessions.given(sessions.absent(present, 'iban')).fields).toContainEqual(
      expect.objectContaining({ name: 'iban', value: null }),
    )
    const iban = sessions.find(startHistory({ ...asked, second: true }).present, 'iban')
    expect(iban?.reasons.map(({ code }) => code)).toEqual(['second_look', 'account_changed'])
    expect(iban === null ? null : sessions.knownAccounts(iban)).toEqual(['DE1', 'DE2'])
  })

  it('says of each field whether it was entered, looked at or passed by', () => {
    let { present } = startHistory(full)
    present = sessions.confirm(present, 'due_date', 'itself')
    present = sessions.confirm(present, 'net_total', 'all')
    present = sessions.confirm(sessions.confirm(present, 'tax_total', 'itself'), 'tax_total', 'all')
    present = sessions.absent(present, 'iban')
    expect(sessions.evidenceIn(present)).toMatchObject({
      due_date: 'looked',
      net_total: 'passed',
      tax_total: 'looked',
      iban: 'typed',
      invoice_number: 'passed', // still unsure
      currency: 'passed', // never visited
    })
    expect(Object.keys(sessions.evidenceIn(present))).toEqual(
      full.definition.fields.map(({ name }) => name),
    )
  })

  it('gives only values that are present, cells by row', () => {
    let { present } = startHistory(full)
    present = rows.addRow(sessions.absent(present, 'iban'), full, 0)
    const { fields, lineItems } = sessions.given(present)
    expect(fields.map((field) => field.name)).not.toContain('iban')
    expect(lineItems).toHaveLength(3) // the empty row doesn't count
    expect(lineItems[0]?.cells.map((cell) => cell.name)).toEqual([
      'description',
      'quantity',
      'unit_price',
      'line_total',
    ])
  })
})
