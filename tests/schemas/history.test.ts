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

/**
 * Releases whose records the one before them can't read: processes of that one wait (SCHEMA_NEWER)
 * until they are updated, and nobody can go back while such records wait. The changelog says so.
 */
const oneWay = ['rules.2', 'rules.3']

test('what a release writes, the one before it can read, but for those that say so', () => {
  const unread = schemaNames.flatMap((topic) => {
    const releases = releasesOf(topic)
    return releases.flatMap((release, i) =>
      i > 0 && breaks(release, releases[i - 1]) !== null ? [`${topic}.${i + 1}`] : [],
    )
  })
  expect(unread).toEqual(oneWay)
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
