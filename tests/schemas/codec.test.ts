import avro from 'avsc'
import fc from 'fast-check'
import { fateOf, type ErrataError } from '../../errors.ts'
import { boundsOf, OutOfBounds } from '../../schemas/bounds.ts'
import { createCodec, largestRecord, recordLimit } from '../../schemas/codec.ts'
import { schemaNames, schemaOf } from '../../schemas/schemas.ts'
import { ruleOf } from '../records.ts'
import type { Raw, Topics } from '../../schemas/types.ts'

const idOf = (topic: keyof Topics): number => schemaNames.indexOf(topic) + 1

/** Ids of a registry that knows our schemas and those that a test adds; ids of `released` are a topic's. */
function codecWith(
  foreign: Readonly<Record<number, object>> = {},
  released: ReadonlySet<number> = new Set(),
) {
  const asked: number[] = []
  const codec = createCodec({
    idOf,
    schemaOf: async (id) => {
      asked.push(id)
      return JSON.stringify(foreign[id] ?? schemaOf(schemaNames[id - 1] as keyof Topics))
    },
    isReleased: async (_, id) => released.has(id),
  })
  return { codec, asked }
}

const raw: Raw = {
  documentId: 'doc-1',
  tenant: 'default',
  profile: 'invoice',
  mediaType: 'application/pdf',
  fileName: null,
  source: 'test',
  sha256: null,
  bytes: Buffer.from('%PDF-'),
  receivedAt: 1_700_000_000_000,
  metadata: { order: '4711' },
}

const codeOfDecoding = async (
  topic: keyof Topics,
  bytes: Buffer,
  foreign: Readonly<Record<number, object>> = {},
): Promise<string> =>
  codecWith(foreign)
    .codec.decode(topic, bytes)
    .then(
      () => 'decoded',
      (error: ErrataError) => error.code,
    )

const framed = (id: number, body: readonly number[] | Buffer): Buffer => {
  const head = Buffer.alloc(5)
  head.writeInt32BE(id, 1)
  return Buffer.concat([head, Buffer.from(body)])
}

const numberOf = (value: bigint): number[] => {
  const bytes: number[] = []
  let zigzag = value < 0n ? -2n * value - 1n : 2n * value
  for (; zigzag > 0x7fn; zigzag >>= 7n) bytes.push(Number(zigzag & 0x7fn) | 0x80)
  return [...bytes, Number(zigzag)]
}

/** Avro bytes of a dead letter with nothing but an offset. */
const deadAt = (offset: bigint): number[] => [
  0,
  0,
  0,
  ...numberOf(offset),
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
]

describe('the codec', () => {
  test.each(schemaNames)('gives back every value of %s as it was', async (topic) => {
    const { codec } = codecWith()
    const type = avro.Type.forSchema(schemaOf(topic) as never, { logicalTypes: {}, registry: {} })
    for (let i = 0; i < 25; i++) {
      const value = type.random() as unknown as Topics[typeof topic]
      const decoded = await codec.decode(topic, codec.encode(topic, value))
      expect(type.toString(decoded)).toBe(type.toString(value))
    }
  })

  test('keeps timestamps as numbers and bytes as bytes', async () => {
    const { codec } = codecWith()
    expect({ ...(await codec.decode('raw', codec.encode('raw', raw))) }).toEqual(raw)
  })

  test('asks the registry once for each id', async () => {
    const { codec, asked } = codecWith()
    const bytes = codec.encode('raw', raw)
    for (let i = 0; i < 5; i++) await codec.decode('raw', bytes)
    expect(asked).toEqual([idOf('raw')])
  })

  test('refuses to write a value of another type, and says where without saying what', () => {
    const { codec } = codecWith()
    const wrong = { ...raw, tenant: 'secret-text', receivedAt: 'yesterday' } as unknown as Raw
    expect(() => codec.encode('raw', wrong)).toThrow(/receivedAt/)
    expect(() => codec.encode('raw', wrong)).not.toThrow(/yesterday|secret/)
  })

  test('refuses to write and to read what is over the limit of the topic', async () => {
    const { codec } = codecWith()
    const large = { ...raw, bytes: Buffer.alloc(largestRecord) }
    expect(() => codec.encode('raw', large)).toThrow(/more than/)
    expect(
      await codeOfDecoding('rules', framed(idOf('rules'), Buffer.alloc(recordLimit('rules')))),
    ).toBe('RECORD_TOO_LARGE')
  })

  test.each<[keyof Topics, number]>([
    ['rules', 262_144],
    ['models', 4_194_304],
    ['training', 8_388_608],
  ])('a record of %s has %i bytes at most', async (topic, most) => {
    const id = idOf(topic)
    expect(await codeOfDecoding(topic, framed(id, Buffer.alloc(most)))).toBe('RECORD_TOO_LARGE')
    const fits = framed(id, Buffer.alloc(most)).subarray(0, most)
    expect(await codeOfDecoding(topic, fits)).not.toBe('RECORD_TOO_LARGE')
  })

  const good = codecWith().codec.encode('raw', raw)
  const array = [...numberOf(3n), ...Buffer.from('abc')]
  test.each<[string, keyof Topics, Buffer, string]>([
    ['no bytes', 'raw', Buffer.alloc(0), 'RECORD_NOT_FRAMED'],
    ['fewer bytes than a frame', 'raw', Buffer.from([0, 0, 0, 1]), 'RECORD_NOT_FRAMED'],
    ['JSON', 'raw', Buffer.from('{"documentId":"x"}'), 'RECORD_NOT_FRAMED'],
    [
      'another magic byte',
      'raw',
      Buffer.concat([Buffer.from([1]), good.subarray(1)]),
      'RECORD_NOT_FRAMED',
    ],
    ['the frame alone', 'raw', good.subarray(0, 5), 'RECORD_UNDECODABLE'],
    ['a record cut off', 'raw', good.subarray(0, good.length - 3), 'RECORD_UNDECODABLE'],
    ['trailing bytes', 'raw', Buffer.concat([good, Buffer.from([0])]), 'RECORD_UNDECODABLE'],
    ['a negative length', 'raw', framed(idOf('raw'), numberOf(-5n)), 'RECORD_UNDECODABLE'],
    [
      'a length beyond the end',
      'raw',
      framed(idOf('raw'), numberOf(1n << 40n)),
      'RECORD_UNDECODABLE',
    ],
    [
      'a number that never ends',
      'raw',
      framed(idOf('raw'), Buffer.alloc(64, 0xff)),
      'RECORD_UNDECODABLE',
    ],
    ['a record of another topic', 'ocr', good, 'SCHEMA_FOREIGN'],
    [
      'a long beyond 2^53',
      'dead',
      framed(idOf('dead'), deadAt((1n << 53n) + 1n)),
      'RECORD_UNDECODABLE',
    ],
    [
      'the same with a long of 2^53 - 2',
      'dead',
      framed(idOf('dead'), deadAt((1n << 53n) - 2n)),
      'decoded',
    ],
  ])('names the cause of %s', async (name, topic, bytes, code) => {
    expect([name, await codeOfDecoding(topic, bytes)]).toEqual([name, code])
  })

  test('a record of a later release that this one can’t read waits for it; a stranger’s does not', async () => {
    const text = JSON.stringify(schemaOf('models')).replace('"candidate"', '"candidate","paused"')
    const later = { 9001: JSON.parse(text) as object, 9002: JSON.parse(text) as object }
    const { codec } = codecWith(later, new Set([9001]))
    const decoding = (id: number): Promise<unknown> =>
      codec.decode('models', framed(id, [0])).catch((error: unknown) => error)
    const waits = (await decoding(9001)) as ErrataError
    expect([waits.code, fateOf(waits)]).toEqual(['SCHEMA_NEWER', 'retry'])
    const foreign = (await decoding(9002)) as ErrataError
    expect([foreign.code, fateOf(foreign)]).toEqual(['SCHEMA_FOREIGN', 'dead'])
  })

  const withArray = (items: object | string): object => ({
    type: 'record',
    name: 'Rule',
    namespace: 'errata',
    fields: [{ name: 'extra', type: { type: 'array', items } }],
  })
  test.each<[string, object, readonly number[]]>([
    ['2^52 items', withArray('int'), numberOf(1n << 52n)],
    ['minus 2^52 items', withArray('int'), [...numberOf(-(1n << 52n)), ...numberOf(1n)]],
    ['2^40 items of no bytes', withArray('null'), numberOf(1n << 40n)],
    ['a block that jumps backwards', withArray('int'), [...numberOf(-1n), ...numberOf(-9n), 0]],
    [
      'arrays of arrays of nothing',
      withArray({ type: 'array', items: 'null' }),
      [...numberOf(8n), ...Array.from({ length: 8 }, () => [...numberOf(1n << 20n), 0]).flat(), 0],
    ],
    [
      'a map of 2^50 entries',
      {
        type: 'record',
        name: 'R',
        fields: [{ name: 'extra', type: { type: 'map', values: 'long' } }],
      },
      numberOf(1n << 50n),
    ],
    [
      'an unknown branch',
      { type: 'record', name: 'R', fields: [{ name: 'extra', type: ['null', 'string'] }] },
      numberOf(7n),
    ],
    [
      'an unknown symbol',
      {
        type: 'record',
        name: 'R',
        fields: [{ name: 'extra', type: { type: 'enum', name: 'E', symbols: ['a'] } }],
      },
      numberOf(-1n),
    ],
  ])('a hostile record with %s costs nothing', (_, schema, body) => {
    const check = boundsOf(avro.Type.forSchema(schema as never, { registry: {} }))
    const before = process.memoryUsage().heapUsed
    expect(() => check(Buffer.from([...body, ...array]))).toThrow(OutOfBounds)
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(16e6)
  })

  test('nesting without end is refused before the stack overflows', () => {
    const chain = avro.Type.forSchema(
      {
        type: 'record',
        name: 'Chain',
        fields: [{ name: 'next', type: ['null', 'Chain'] }],
      } as never,
      { registry: {} },
    )
    const check = boundsOf(chain)
    expect(() => check(Buffer.alloc(1_000_000, 2))).toThrow(/nested/)
    expect(() => check(Buffer.from([2, 2, 2, 0]))).not.toThrow()
  })

  test('the bounds accept exactly what the decoder would read whole', () => {
    const type = avro.Type.forSchema(schemaOf('extracted') as never, {
      logicalTypes: {},
      registry: {},
    })
    const check = boundsOf(type)
    for (let i = 0; i < 50; i++) {
      const bytes = type.toBuffer(type.random())
      expect(() => check(bytes)).not.toThrow()
      expect(() => check(bytes.subarray(0, -1))).toThrow(OutOfBounds)
    }
  })

  test('whatever is done to a record, it is decoded or refused with a code that sets it aside', async () => {
    const { codec } = codecWith()
    const samples = schemaNames.map((topic) => {
      const type = avro.Type.forSchema(schemaOf(topic) as never, { logicalTypes: {}, registry: {} })
      return { topic, bytes: codec.encode(topic, type.random() as never) }
    })
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...samples),
        fc.array(
          fc.record({
            at: fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }),
            byte: fc.nat(255),
            how: fc.constantFrom('set', 'cut', 'insert'),
          }),
          { minLength: 1, maxLength: 6 },
        ),
        async ({ topic, bytes }, changes) => {
          let changed: Buffer = Buffer.from(bytes)
          for (const { at, byte, how } of changes) {
            const i = 5 + Math.floor(at * Math.max(1, changed.length - 5))
            if (how === 'set' && i < changed.length) changed[i] = byte
            if (how === 'cut') changed = changed.subarray(0, i)
            if (how === 'insert')
              changed = Buffer.concat([
                changed.subarray(0, i),
                Buffer.from([byte]),
                changed.subarray(i),
              ])
          }
          const outcome = await codec.decode(topic, changed).then(
            () => 'decoded',
            (error: unknown) => fateOf(error),
          )
          expect(['decoded', 'dead']).toContain(outcome)
        },
      ),
      { numRuns: 2_000 },
    )
  })
})

describe('evolution', () => {
  const rawSchema = schemaOf('raw') as unknown as { fields: { name: string }[] }

  test('a record of a newer writer loses only what we do not know', async () => {
    const newer = {
      ...rawSchema,
      fields: [{ name: 'added', type: { type: 'array', items: 'string' } }, ...rawSchema.fields],
    }
    const body = avro.Type.forSchema(newer as never, { logicalTypes: {}, registry: {} }).toBuffer({
      ...raw,
      added: ['a', 'b'],
    })
    const { codec } = codecWith({ 77: newer })
    expect({ ...(await codec.decode('raw', framed(77, body))) }).toEqual(raw)
  })

  test('a kind of rule that we do not know is read as unknown, and never written so', async () => {
    const text = JSON.stringify(schemaOf('rules')).replace('"caution"]', '"caution","lookup"]')
    const newer = JSON.parse(text) as { readonly fields: object }
    const type = avro.Type.forSchema(newer as never, { logicalTypes: {}, registry: {} })
    const { codec } = codecWith({ 80: newer })
    const write = (kind: string): Buffer => framed(80, type.toBuffer({ ...ruleOf('vat:A'), kind }))
    expect(await codec.decode('rules', write('lookup'))).toMatchObject({ kind: 'unknown' })
    expect(await codec.decode('rules', write('caution'))).toMatchObject({ kind: 'caution' })
    expect(() => codec.encode('rules', ruleOf('vat:A', { kind: 'unknown' }))).toThrow(
      'not a value of rules',
    )
  })

  test('a writer that lacks a field without default is foreign', async () => {
    const older = {
      ...rawSchema,
      fields: rawSchema.fields.filter(({ name }) => name !== 'documentId'),
    }
    const body = avro.Type.forSchema(older as never, { logicalTypes: {}, registry: {} }).toBuffer(
      raw,
    )
    expect(await codeOfDecoding('raw', framed(78, body), { 78: older })).toBe('SCHEMA_FOREIGN')
  })

  test('a schema that is no Avro is foreign', async () => {
    expect(await codeOfDecoding('raw', framed(79, [0]), { 79: { type: 'nonsense' } })).toBe(
      'SCHEMA_FOREIGN',
    )
  })
})
