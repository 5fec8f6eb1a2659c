/** The character set of an EDIFACT interchange. */

import { edifactText } from '../../../connectors/files/edifact-text.ts'

const named = (set: string, name: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`UNB+${set}:3+A+B'NAD+SU+++`), name, Buffer.from("'")])

test.each([
  ['UNOC', Buffer.from('Köln', 'latin1'), 'Köln'],
  ['UNOA', Buffer.from('K\xf6ln', 'latin1'), 'Köln'],
  ['UNOC', Buffer.from('Köln'), 'Köln'],
  ['UNOD', Buffer.from('a3f364bc', 'hex'), 'Łódź'],
  ['UNOF', Buffer.from('c1', 'hex'), 'Α'],
  ['UNOW', Buffer.from('Łódź'), 'Łódź'],
])('%s is read', (set, bytes, text) =>
  expect(edifactText(named(set, bytes))).toContain(`+${text}'`),
)

test.each([
  ['a set that nobody knows', 'UNOX'],
  ['a set of UTF-8 that it is not', 'UNOW'],
  ['no set', 'WHAT'],
])('bytes beyond ASCII of %s are DOCUMENT_CORRUPT', (_, set) => {
  expect(() => edifactText(named(set, Buffer.from([0xf6])))).toThrow(
    expect.objectContaining({ code: 'DOCUMENT_CORRUPT' }),
  )
})
