/** How words begin and end, as re-ranking of spans sees it. */

import { spanEdge, spanEdgesOf } from '../../../processors/document/span-edges.ts'

const { opens, closes, wantsMore, wantsBefore, unfinished } = spanEdge

test.each([
  ['SONS', 0],
  ['(M)', opens | closes],
  ['(KL', opens],
  ['&', wantsMore | wantsBefore | unfinished],
  ['And', wantsMore | wantsBefore | unfinished],
  ['und', wantsMore | wantsBefore],
  ['of', wantsMore],
  ['JALAN-', wantsMore | unfinished],
  [',', wantsBefore],
  ['No:', wantsMore],
])('%s', (text, bits) => {
  expect(spanEdgesOf(text).edgeBits).toBe(bits)
})

test('letters and digits are alike among themselves, another sign is itself', () => {
  const edges = (text: string): readonly number[] => [
    spanEdgesOf(text).begins,
    spanEdgesOf(text).ends,
  ]
  expect(edges('A9')).toEqual([1, 2])
  expect(edges('é٣')).toEqual([1, '٣'.charCodeAt(0)])
  expect(edges('(x)')).toEqual([40, 41])
})
