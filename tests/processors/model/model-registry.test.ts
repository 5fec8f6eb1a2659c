import {
  bestBefore,
  candidateOf,
  championOf,
  emptyCatalogue,
  modelKey,
  nextVersion,
  previousChampionsOf,
  promotion,
  modelReadersOf,
  withFingerprint,
  withModel,
  type ModelRegistry,
} from '../../../processors/model/model-registry.ts'
import type { Model, ModelState } from '../../../schemas/types.ts'

const model = (version: number, state: ModelState, name = 'invoice'): Model => ({
  name,
  version,
  sha256: `s${version}`,
  bytes: 1,
  state,
  fingerprint: `f${version}`,
  manifest: '{}',
  evidence: '{}',
  decidedBy: 'gate',
  decidedAt: version,
  reason: '',
  championSince: null,
  signature: null,
})

const log = (...models: readonly Model[]): ModelRegistry =>
  models.reduce(
    (catalogue, item, i) => withModel(catalogue, modelKey(item), item, BigInt(i)),
    emptyCatalogue,
  )

describe('the catalogue of models', () => {
  test('is empty at first', () => {
    expect([championOf(emptyCatalogue, 'invoice'), nextVersion(emptyCatalogue, 'invoice')]).toEqual(
      [null, 1],
    )
  })

  test('names keep to themselves', () => {
    const catalogue = log(model(1, 'champion'), model(4, 'champion', 'receipt'))
    expect([championOf(catalogue, 'invoice')?.version, nextVersion(catalogue, 'receipt')]).toEqual([
      1, 5,
    ])
  })

  test.each([
    ['the one that the champion names', '{"best":"invoice/1"}', 1],
    ['none where the champion is the best itself', '{"best":"invoice/2"}', null],
    ['none where nobody compared', '{}', null],
    ['none where that version is not there', '{"best":"invoice/9"}', null],
    ['none of another name', '{"best":"receipt/1"}', null],
  ])('the best champion before: %s', (_case, manifest, best) => {
    const catalogue = log(model(1, 'retired'), model(1, 'champion', 'receipt'), {
      ...model(2, 'champion'),
      manifest,
    })
    expect(bestBefore(catalogue, 'invoice')?.version ?? null).toBe(best)
    expect(bestBefore(catalogue, 'nothing')).toBeNull()
  })

  test('a promotion leaves one champion, whatever part of it was written', () => {
    const before = log(model(1, 'champion'), model(2, 'candidate'))
    const records = promotion(before, model(2, 'candidate'), 'ann', 9, 'better')
    const offsets = [2n, 3n]
    const half = withModel(
      before,
      modelKey(records[0] as Model),
      records[0] as Model,
      offsets[0] as bigint,
    )
    const whole = withModel(
      half,
      modelKey(records[1] as Model),
      records[1] as Model,
      offsets[1] as bigint,
    )
    expect([
      championOf(half, 'invoice')?.version,
      championOf(whole, 'invoice')?.version,
      previousChampionsOf(whole, 'invoice')[0]?.version,
    ]).toEqual([2, 2, 1])
    expect(championOf(whole, 'invoice')).toMatchObject({ decidedBy: 'ann', reason: 'better' })
  })

  test('a rollback goes to the last that reigned, also where another record of an older one came later', () => {
    const reigned = (version: number, championSince: number): Model => ({
      ...model(version, 'retired'),
      championSince,
    })
    expect(
      previousChampionsOf(log(model(3, 'champion'), reigned(2, 20), reigned(1, 10)), 'invoice')[0]
        ?.version,
    ).toBe(2)
  })

  test('an old record of an earlier champion that is sent again dethrones nobody', () => {
    const [first, second] = [
      { ...model(1, 'champion'), championSince: 10 },
      { ...model(2, 'champion'), championSince: 20 },
    ]
    expect(championOf(log(first, second, first), 'invoice')?.version).toBe(2)
  })

  test('what may read is the champion, then those that reigned before it, and none that was taken back', () => {
    const reigned = (
      version: number,
      championSince: number,
      state: ModelState = 'retired',
    ): Model => ({ ...model(version, state), championSince })
    const catalogue = log(
      reigned(1, 10),
      reigned(2, 40, 'champion'),
      reigned(3, 30),
      model(4, 'candidate'),
      model(5, 'refused'),
    )
    expect(modelReadersOf(catalogue, 'invoice').map(({ version }) => version)).toEqual([2, 1])
    expect(
      modelReadersOf(withModel(catalogue, 'invoice/2', null, 9n), 'invoice').map(
        ({ version }) => version,
      ),
    ).toEqual([3, 1])
    expect(modelReadersOf(emptyCatalogue, 'invoice')).toEqual([])
  })

  test('a version can not be given another bundle, nor a number far above the others', () => {
    const refused = (item: Model): string => {
      try {
        return `taken: ${modelKey(Object.values(log(model(1, 'champion'), item).versions)[0] ?? item)}`
      } catch (error) {
        return (error as { code: string }).code
      }
    }
    expect([
      refused({ ...model(1, 'champion'), sha256: 'other' }),
      refused({ ...model(1, 'champion'), fingerprint: 'other' }),
      refused(model(20_000, 'champion')),
    ]).toEqual(['RECORD_INVALID', 'RECORD_INVALID', 'RECORD_INVALID'])
    expect(refused(model(9_000, 'candidate'))).toBe('taken: invoice/9000')
  })

  test('a later decision holds even if the clock that dated it is behind', () => {
    const before = log({ ...model(1, 'champion'), championSince: 1_000 }, model(2, 'candidate'))
    expect(promotion(before, model(2, 'candidate'), 'ann', 900, 'better')[0]).toMatchObject({
      state: 'champion',
      championSince: 1_001,
    })
  })

  test('what is watched in shadow is the newest version after the champion', () => {
    expect(
      candidateOf(
        log(model(1, 'retired'), model(2, 'champion'), model(3, 'refused'), model(4, 'candidate')),
        'invoice',
      )?.version,
    ).toBe(4)
    expect(candidateOf(log(model(1, 'retired'), model(2, 'champion')), 'invoice')).toBeNull()
  })

  test('a refused version never becomes champion, and its number is not used again', () => {
    const catalogue = log(model(1, 'champion'), model(2, 'refused'))
    expect([championOf(catalogue, 'invoice')?.version, nextVersion(catalogue, 'invoice')]).toEqual([
      1, 3,
    ])
  })

  test('one publication for each fingerprint can be found again', () => {
    expect(withFingerprint(log(model(1, 'retired')), 'invoice', 'f1')?.version).toBe(1)
    expect(withFingerprint(log(model(1, 'retired')), 'invoice', 'f2')).toBeNull()
  })
})
