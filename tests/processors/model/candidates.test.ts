/** Candidates of values that a narrow column wraps. */

import { modelInputOf } from '../../../processors/model/model-input.ts'
import type { Print, Word } from '../../../processors/document/words.ts'

/** A page with one column of these lines. */
function column(...lines: readonly string[]): Print {
  return {
    pages: [{ number: 1, width: 595, height: 842, unit: 'pt', source: 'given' }],
    words: lines.flatMap((line, row) =>
      [...line.matchAll(/\S+/g)].map((match): Word => {
        const x = 300 + 50 * match.index
        const box = [x, 130 * row, x + 50 * match[0].length, 130 * row + 100] as const
        return { text: match[0], page: 1, line: row, confidence: 100, box }
      }),
    ),
  }
}

const values = (
  type: 'iban' | 'date' | 'vat' | 'currency' | 'money',
  ...lines: readonly string[]
) => modelInputOf(column(...lines)).candidates[type].map(({ value }) => value)

test('an IBAN goes on in the line below where its check digits say so', () => {
  expect(values('iban', 'IBAN: DE89 3704 0044', '0532 0130 00')).toEqual(['DE89370400440532013000'])
  expect(values('iban', 'IBAN: DE89 3704 0044', '0532 0130 01')).not.toContain(
    'DE89370400440532013001',
  )
})

test('an IBAN is whole before the code of a bank', () => {
  expect(values('iban', 'Č. účtu: CZ6508000000192000145399/0800')).toEqual([
    'CZ6508000000192000145399',
  ])
})

test('a date goes on in the line below where its year stands there', () => {
  expect(values('date', 'Fecha: 25 de mayo de', '2024')).toEqual(['2024-05-25'])
  expect(values('date', 'Wystawiono 28 października', '2022')).toEqual(['2022-10-28'])
  expect(values('date', 'Fecha: 25/05/2023', '2024')).toEqual(['2023-05-25'])
})

test('a Japanese date is one without spaces, also after a label', () => {
  expect(values('date', '発行日 2025年2月21日')).toEqual(['2025-02-21'])
  expect(values('date', 'お支払期限2023-06-07')).toEqual(['2023-06-07'])
})

test('a Korean date is one, with spaces and without', () => {
  expect(values('date', '작성일자 2026년 6월 11일')).toEqual(['2026-06-11'])
  expect(values('date', '작성일자: 2026년6월11일')).toEqual(['2026-06-11'])
})

test('a Thai date has a Buddhist year', () => {
  expect(values('date', 'วันที่: 15 มีนาคม 2569')).toEqual(['2026-03-15'])
})

test('a Vietnamese date has a number for its month', () => {
  expect(values('date', 'Ngày 18 tháng 08 năm 2026')).toEqual(['2026-08-18'])
})

test('an amount without decimals is one beside its currency', () => {
  expect(values('money', 'Total Rp 10.878.000')).toEqual(['10878000'])
})

test('digits of any script and full-width characters are digits', () => {
  expect(values('date', 'التاريخ: ١٥/٠٣/٢٠٢٦')).toEqual(['2026-03-15'])
  expect(values('date', '請求日：２０２６年３月１５日')).toEqual(['2026-03-15'])
  expect(values('money', 'الإجمالي ١٬٢٣٤٫٥٠')).toEqual(['1234.50'])
  expect(values('money', 'कुल १,२३,४५६.७८')).toEqual(['123456.78'])
})

test('a tax identifier of the issuer’s country is one without its prefix, also in groups', () => {
  expect(values('vat', 'Danmark', 'CVR 52385830')).toEqual(['52385830'])
  expect(values('vat', 'Australia', 'ABN 51 824 753 556')).toContain('51824753556')
})

test('a yen sign beside Chinese is a yuan', () => {
  expect(values('currency', '商业发票', '合计 ¥ 900.00')).toEqual(['CNY'])
  expect(values('currency', '請求書', '合計 ¥ 900.00')).toEqual(['JPY'])
})

test('a dollar is the currency of the country that is named', () => {
  expect(values('currency', 'Monterrey, México', 'Total $ 100.00')).toEqual(['MXN'])
  expect(values('currency', 'Praha, Česko', 'Celkem 100,00 Kč')).toEqual(['CZK'])
})
