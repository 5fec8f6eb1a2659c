/** Model bundles: what is trained is what is served, and nothing else is. */

import { createHash } from 'node:crypto'
import { inspect, openModel } from '../../../connectors/onnx/onnx.ts'
import { unpackAscending } from '../../../connectors/onnx/wire-format.ts'
import { ErrataError } from '../../../errors.ts'
import { featureVersion } from '../../../processors/model/features.ts'
import { headsOf } from '../../../processors/model/model.ts'
import { rowIn } from '../../../processors/model/feature-index.ts'
import { scoresOf } from '../../../trainer/token-scores.ts'
import { packAscending, toHalves, writeBundle } from '../../../trainer/onnx.ts'
import { randomFrom } from '../../../trainer/random.ts'
import { knownRows } from '../../../trainer/vocabulary.ts'
import { modelFormat, type Manifest } from '../../../processors/model/manifest.ts'

const fields = [
  { name: 'name', type: 'text' },
  { name: 'day', type: 'date' },
] as const
const heads = headsOf(fields)
const random = randomFrom(9)
const features = Int32Array.from(
  { length: 500 },
  (_, k) => 2 * k * 1000 + Math.floor(1000 * random()),
)
const weights = toHalves(
  Float32Array.from({ length: (features.length + 1) * heads.outputs }, (_, k) =>
    k < heads.outputs ? 0 : 4 * random() - 2,
  ),
)
const manifest: Manifest = {
  format: modelFormat,
  profile: 'test',
  features: featureVersion,
  rows: features.length,
  fields: fields.map(({ name, type }) => ({
    name,
    type,
    absent: 0,
    reranker: null,
    lexicon: null,
    calibration: [0, 1, 0, 0],
    least: 0,
    evidence: { right: [], wrong: [] },
  })),
  transitions: Array.from({ length: heads.labels * (heads.labels + 1) }, () => 0),
  trained: { documents: 1, vendors: 1, seed: 1, dataset: '', settings: {} },
}
const bundleOf = (changed: Partial<Manifest> = {}, values: Float32Array = weights): Buffer =>
  writeBundle({ ...manifest, ...changed }, features, values, heads.outputs)
const refused = async (bundle: Buffer, sha256: string | null = null): Promise<string> => {
  try {
    await (await openModel(bundle, sha256)).dispose()
    return 'opened'
  } catch (error) {
    return error instanceof ErrataError ? `${error.code}: ${error.message}` : String(error)
  }
}

describe('a bundle', () => {
  test('scores as plain arrays do, with features that it does not know and more tokens than one run takes', async () => {
    const tokens = 2100
    const rows = Array.from({ length: tokens }, (_, i) =>
      Array.from({ length: i % 40 }, (_, k) =>
        k % 3 === 0 ? 777_777 : (features[Math.floor(random() * features.length)] as number),
      ),
    )
    const starts = Int32Array.from([
      0,
      ...rows.map((_, i) => rows.slice(0, i + 1).reduce((sum, row) => sum + row.length, 0)),
    ])
    const given = { starts, ids: Int32Array.from(rows.flat()) }
    const model = await openModel(bundleOf())
    const scores = await model.score(given)
    const expected = scoresOf(
      knownRows(
        given,
        Int32Array.from({ length: 1 << 20 }, (_, feature) => rowIn(model.parts.rows, feature)),
      ),
      weights,
      heads.outputs,
    )
    expect(scores).toHaveLength(expected.length)
    expect(
      expected.reduce(
        (most, value, k) => Math.max(most, Math.abs(value - (scores[k] as number))),
        0,
      ),
    ).toBeLessThan(1e-4)
    await model.dispose()
  })

  test('carries its manifest and its features', () => {
    const found = inspect(bundleOf())
    expect(found.manifest).toEqual(manifest)
    expect(found.features).toEqual(features)
  })

  test('is the same bytes for the same model', () => {
    expect(bundleOf().equals(bundleOf())).toBe(true)
  })

  test('ascending numbers survive packing', () => {
    const numbers = Int32Array.from([0, 1, 128, 16_384, 16_385, 1_048_575])
    expect(unpackAscending(packAscending(numbers))).toEqual(numbers)
  })

  test('halves are rounded to nearest, and stay what they are', () => {
    const halves = toHalves(Float32Array.from([1, -2.5, 0.1, 65_504, 1e9, 1e-9, 6.1e-5, 3e-6]))
    expect([...halves].slice(0, 2)).toEqual([1, -2.5])
    expect(halves[2]).toBeCloseTo(0.1, 4)
    expect([...halves].slice(3, 6)).toEqual([65_504, 65_504, 0])
    expect(toHalves(halves)).toEqual(halves)
  })
})

describe('what is refused', () => {
  const good = bundleOf()

  test('another sha256 than the stated one; the stated one opens', async () => {
    expect(await refused(good, createHash('sha256').update(good).digest('hex'))).toBe('opened')
    expect(await refused(good, 'ff'.repeat(32))).toMatch(/^MODEL_UNUSABLE: .*sha256/)
  })

  test.each([
    ['nothing', Buffer.alloc(0)],
    ['text', Buffer.from('not a model')],
    ['a bundle cut short', good.subarray(0, good.length - 200)],
    ['a bundle cut in its graph', good.subarray(0, 300)],
    ['a bundle with a byte too many', Buffer.concat([good, Buffer.from([0x0a])])],
    ['a model of other features', bundleOf({ features: 'tokens-0/features-0' })],
    ['a model of another format', bundleOf({ format: 'other' as Manifest['format'] })],
    ['a feature table of another length', bundleOf({ rows: 3 })],
    ['fields that need other scores', bundleOf({ fields: manifest.fields.slice(0, 1) })],
    [
      'confidences below 0, over which everything would be accepted',
      bundleOf({ strata: { 'new text': [[-1, 1, [0], [], 1]] } }),
    ],
    ['half a field', bundleOf({ strata: { 'new text': [[0.5, 1, [0.5], [], 1]] } })],
    [
      'a document that stands for less than none',
      bundleOf({ strata: { 'new text': [[0.5, -1, [0], [], 1]] } }),
    ],
    [
      'evidence about documents of another kind',
      bundleOf({ strata: { fax: [] } as unknown as NonNullable<Manifest['strata']> }),
    ],
    ['something learned at no time', bundleOf({ relearned: [['ab', -1]] })],
    [
      'fields that are never left empty',
      bundleOf({ fields: manifest.fields.map((field) => ({ ...field, least: -1 })) }),
    ],
    ['weights that are no numbers', writeBundle(manifest, features, weights, heads.outputs)],
  ])('%s', async (name, bundle) => {
    const broken = name === 'weights that are no numbers' ? withNan(bundle) : bundle
    expect(await refused(broken)).toMatch(/^MODEL_UNUSABLE/)
  })

  test.each([
    ['Gather', 'Loader'],
    ['Gather', 'Scan\0\0'],
  ])('an operator that is not known: %s made %s', async (from, to) => {
    const broken = Buffer.from(good)
    const at = broken.indexOf(Buffer.concat([Buffer.from([0x22, from.length]), Buffer.from(from)]))
    expect(at).toBeGreaterThan(0)
    broken.write(to, at + 2, 'latin1')
    expect(await refused(broken)).toMatch(/^MODEL_UNUSABLE: the graph uses an operator/)
  })

  test('data from outside of the file', async () => {
    const part = (field: number, value: Buffer): Buffer =>
      Buffer.concat([Buffer.from([(field << 3) | 2, value.length]), value])
    // data_location: EXTERNAL
    const tensor = Buffer.concat([part(8, Buffer.from('weights')), Buffer.from([14 << 3, 1])])
    expect(await refused(part(7, part(5, tensor)))).toBe(
      'MODEL_UNUSABLE: the bundle wants data from outside',
    )
  })

  test('flipped bytes never open as something that gives scores of no numbers', async () => {
    const flips = randomFrom(4)
    for (let run = 0; run < 12; run++) {
      const broken = Buffer.from(good)
      const at = Math.floor(flips() * broken.length)
      broken[at] = (broken[at] as number) ^ (1 << Math.floor(8 * flips()))
      expect(await refused(broken)).toMatch(/^(opened|MODEL_UNUSABLE)/)
    }
  })

  /** The last weight as the half that means "not a number". */
  function withNan(bundle: Buffer): Buffer {
    const broken = Buffer.from(bundle)
    const last = Buffer.alloc(2 * weights.length)
    // The weights are the largest run of the file: find them by their first row, which is zero
    const start =
      broken.indexOf(Buffer.concat([Buffer.from([0x42, 7]), Buffer.from('weights')])) + 9
    const header = 1 + varintLength(last.length)
    broken.writeUInt16LE(0x7e00, start + header + last.length - 2)
    return broken
  }

  function varintLength(value: number): number {
    if (value < 128) return 1
    return value < 16_384 ? 2 : 3
  }
})
