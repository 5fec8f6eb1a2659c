import { faultOfName, foldedName } from '../../../processors/review/account-name.ts'

test.each(['ann', 'Ann Möller', 'ann@example.org', "O'Brien, Ann", '山田 花子', 'x'.repeat(64)])(
  'somebody may be called %s',
  (name) => {
    expect(faultOfName(name)).toBeNull()
  },
)

test.each([
  ['nothing', '', 'needed'],
  ['spaces', '   ', 'needed'],
  ['a space before', ' ann', 'spaces'],
  ['two spaces', 'ann  b', 'spaces'],
  ['a no-break space', 'ann\u00a0b', 'plain'],
  ['an ideographic space', 'ann\u3000b', 'plain'],
  ['a zero-width space', 'an\u200bn', 'control'],
  ['a mark that turns the direction', 'ann\u202e', 'control'],
  ['a new line', 'ann\n', 'control'],
  ['an escape sequence', '\u001b[31mann', 'control'],
  ['half a character', 'ann\ud800', 'control'],
  ['a decomposed letter', 'Mo\u0308ller', 'composed'],
  ['too many characters', 'x'.repeat(65), 'at most 64'],
  ['the service’s own token', 'Token', 'audit log'],
  ['whoever sits at the machine', 'local', 'audit log'],
])('nobody is called %s', (_, name, why) => {
  expect(faultOfName(name)).toContain(why)
})

test('names that look alike are the same', () => {
  expect(foldedName('Ann')).toBe(foldedName('ＡＮＮ'))
  expect(foldedName('ann')).not.toBe(foldedName('anna'))
})
