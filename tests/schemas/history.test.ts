import { breaks, releasesOf } from '../../schemas/history.ts'
import { schemaNames, schemaOf } from '../../schemas/schemas.ts'

describe.each(schemaNames)('the schema of %s', (topic) => {
  test('is the one that was released last (npm run schemas)', () => {
    expect(schemaOf(topic)).toEqual(releasesOf(topic).at(-1))
  })

  test('reads whatever an earlier release wrote', () => {
    expect(releasesOf(topic).map((old) => breaks(old, schemaOf(topic)))).toEqual(
      releasesOf(topic).map(() => null),
    )
  })
})

describe('compatibility', () => {
  const record = (...fields: readonly object[]): object => ({ type: 'record', name: 'R', fields })
  const a = { name: 'a', type: 'string' }

  test.each([
    [
      'a new field with a default can be added',
      record(a),
      record(a, { name: 'b', type: ['null', 'string'], default: null }),
      true,
    ],
    [
      'a new field without a default cannot',
      record(a),
      record(a, { name: 'b', type: 'string' }),
      false,
    ],
    ['a field can go', record(a, { name: 'b', type: 'int' }), record(a), true],
    ['a type cannot change', record(a), record({ name: 'a', type: 'int' }), false],
  ])('%s', (_promise, writer, reader, fine) => {
    expect(breaks(writer, reader) === null).toBe(fine)
  })
})
