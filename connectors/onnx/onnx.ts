/**
 * Model bundles: from bytes that someone published to scores that can be trusted as far as this
 * goes. The only file beside connectors/ppocr/ that knows ONNX Runtime.
 *
 * A bundle is foreign data. Before ONNX Runtime sees it, its protobuf is walked: only known
 * operators of the standard domain, no subgraphs or functions, no data outside of the file, a size
 * limit. Then its manifest must be of our format and feature version, and a canned input must give
 * finite scores of the right shape. Anything else is MODEL_UNUSABLE, and whoever asked keeps the
 * model that it has.
 *
 * Where the graph only gathers rows and adds them up, as the trainer's do, ONNX Runtime is asked
 * once for every row by itself, and documents are then scored by adding those answers up here:
 * moving a document's features into a tensor costs five times what the additions cost. Any other
 * graph is run for every document.
 */

import { createHash } from 'node:crypto'
import { ErrataError } from '../../errors.ts'
import { InferenceSession, Tensor } from '../onnx-runtime.ts'
import { featureVersion, type FeatureRows } from '../../processors/model/features.ts'
import { headsOf, partsOf, type Model } from '../../processors/model/model.ts'
import { rowIn, rowTable, type RowTable } from '../../processors/model/feature-index.ts'
import { adder, padded } from '../../processors/model/feature-scores.ts'
import { fieldTypes } from '../../schemas/profiles.ts'
import { fieldsOf, numbersOf, textsOf, unpackAscending, type WireField } from './wire-format.ts'
import { modelFormat, type Manifest } from '../../processors/model/manifest.ts'

export interface OpenModel extends Model {
  dispose(): Promise<void>
}

/** Bytes of the largest bundle that is opened. */
export const largestBundle = 64 * 1024 * 1024
const tokensAtOnce = 1024 // of one run: bounds the memory that a long document takes
const rowsAtOnce = 65_536 // of the model, when all are asked for by themselves
const operators = new Set([
  'Add',
  'Cast',
  'Concat',
  'Constant',
  'Div',
  'Erf',
  'Gather',
  'Gemm',
  'Identity',
  'LayerNormalization',
  'LogSoftmax',
  'MatMul',
  'Mul',
  'ReduceMean',
  'ReduceSum',
  'Relu',
  'Reshape',
  'Sigmoid',
  'Slice',
  'Softmax',
  'Sqrt',
  'Squeeze',
  'Sub',
  'Tanh',
  'Transpose',
  'Unsqueeze',
])

// as trainer/onnx.ts writes it
const sumOfRows = 'weights Cast wide,wide,features Gather gathered,gathered,width ReduceSum scores'

/**
 * Opens a bundle; `sha256` (hex) is what its publisher states, null where nobody does.
 * MODEL_UNUSABLE otherwise.
 */
export async function openModel(bundle: Buffer, sha256: string | null = null): Promise<OpenModel> {
  const actual = createHash('sha256').update(bundle).digest('hex')
  if (sha256 !== null && actual !== sha256)
    throw unusable('the bundle does not have the stated sha256', { stated: sha256, actual })
  const { manifest, features, isSum } = inspect(bundle)
  let session: InferenceSession
  try {
    session = await InferenceSession.create(bundle, {
      intraOpNumThreads: 1,
      interOpNumThreads: 1,
      executionMode: 'sequential',
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
    })
  } catch (cause) {
    throw unusable('ONNX Runtime refuses the bundle', { sha256: actual }, cause)
  }
  const parts = partsOf(manifest, features)
  const { outputs } = parts.heads
  const { rowScores, addsUp } = await smokeTest(session, manifest, outputs).catch(
    async (error: unknown) => {
      await session.release()
      throw error
    },
  )
  const inGraph = async (rows: FeatureRows): Promise<Float32Array> => {
    const tokens = rows.starts.length - 1
    const scores = new Float32Array(tokens * outputs)
    for (let from = 0; from < tokens; from += tokensAtOnce) {
      const to = Math.min(tokens, from + tokensAtOnce)
      scores.set(
        await run(session, paddedRows(rows, parts.rows, from, to), to - from, outputs),
        from * outputs,
      )
    }
    return scores
  }
  const sums = adder(parts.rows, rowScores, outputs)
  const asSum = async (rows: FeatureRows): Promise<Float32Array> => sums(rows)
  return {
    sha256: actual,
    manifest,
    parts,
    score: isSum && addsUp ? asSum : inGraph,
    dispose: () => session.release(),
  }
}

/**
 * The manifest and feature table of a bundle, after everything that can be checked without running
 * it.
 */
export function inspect(bundle: Buffer): {
  manifest: Manifest
  features: Int32Array
  isSum: boolean
} {
  if (bundle.length > largestBundle)
    throw unusable('the bundle is over the limit', { bytes: bundle.length, largestBundle })
  let metadata: Map<string, string>
  let isSum: boolean
  try {
    ;({ metadata, isSum } = walk(bundle))
  } catch (cause) {
    throw cause instanceof ErrataError
      ? cause
      : unusable('the bundle is not an ONNX model', {}, cause)
  }
  let manifest: Manifest
  try {
    manifest = JSON.parse(metadata.get('errata.manifest') ?? 'null') as Manifest
  } catch (cause) {
    throw unusable('the manifest is not JSON', {}, cause)
  }
  if (manifest?.format !== modelFormat)
    throw unusable('the bundle has no manifest of this format', { wanted: modelFormat })
  if (manifest.features !== featureVersion)
    throw unusable('the model was trained on other features', {
      model: manifest.features,
      here: featureVersion,
    })
  const features = unpackAscending(Buffer.from(metadata.get('errata.features') ?? '', 'base64'))
  if (
    features.length !== manifest.rows ||
    features.some(
      (feature, k) =>
        feature < 0 || feature >= 1 << 20 || (k > 0 && feature <= (features[k - 1] as number)),
    )
  )
    throw unusable('the feature table does not fit the manifest', { rows: manifest.rows })
  if (!isWhole(manifest))
    throw unusable('the manifest lacks something or holds a number that is none')
  return { manifest, features, isSum }
}

/**
 * Whether everything that decoding will read is there and of its kind: the manifest is as foreign
 * as the graph.
 */
function isWhole(manifest: Manifest): boolean {
  const numbers = (list: unknown): boolean =>
    Array.isArray(list) && list.every((value) => Number.isFinite(value))
  const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1
  // a confidence below 0 would accept everything
  const shares = (list: unknown): boolean => Array.isArray(list) && list.every(isShare)
  const { fields, transitions } = manifest
  if (
    typeof manifest.profile !== 'string' ||
    !Array.isArray(fields) ||
    fields.length === 0 ||
    !Array.isArray(transitions)
  )
    return false
  const sound = fields.every(
    (field) =>
      typeof field?.name === 'string' &&
      (fieldTypes as readonly string[]).includes(field.type) &&
      Number.isFinite(field.absent) &&
      isShare(field.least) &&
      numbers(field.calibration) &&
      shares(field.evidence?.right) &&
      shares(field.evidence?.wrong) &&
      (field.lexicon === null ||
        (numbers(field.lexicon?.ends) && numbers(field.lexicon?.inside))) &&
      (field.reranker === null ||
        (Number.isFinite(field.reranker?.score) &&
          Array.isArray(field.reranker?.weights) &&
          field.reranker.weights.every(
            (pair: readonly number[]) => numbers(pair) && pair.length === 2,
          ))),
  )
  const isHeldOut = ([lowest, values, wrong]: readonly number[]): boolean =>
    isShare(lowest) && isCount(values) && isCount(wrong) && (wrong as number) <= (values as number)
  const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) >= 0
  const isEvidence = (held: unknown): boolean =>
    Array.isArray(held) &&
    held.every(
      (one: unknown) =>
        numbers(one) &&
        (one as readonly number[]).length === 3 &&
        isHeldOut(one as readonly number[]),
    )
  if (!sound || !isEvidence(manifest.held ?? []) || !isEvidence(manifest.strangers ?? []))
    return false
  const { labels } = headsOf(fields)
  return (
    transitions.length === labels * (labels + 1) &&
    transitions.every((weight) => weight === null || Number.isFinite(weight)) &&
    Number.isFinite(manifest.trained?.documents)
  )
}

/**
 * The metadata, and whether the graph is a sum of rows; refuses what an honest bundle never has.
 */
function walk(bundle: Buffer): { metadata: Map<string, string>; isSum: boolean } {
  const model = fieldsOf(bundle)
  if (model.some(({ field }) => field === 25)) throw unusable('the graph defines functions')
  for (const opset of model.filter(({ field }) => field === 8)) {
    const domain = textsOf(fieldsOf(opset.bytes), 1)[0] ?? ''
    if (domain !== '' && domain !== 'ai.onnx')
      throw unusable('the graph needs operators of another domain')
  }
  const graphs = model.filter(({ field }) => field === 7)
  if (graphs.length !== 1) throw unusable('the bundle is not one graph')
  const graph = fieldsOf((graphs[0] as WireField).bytes)
  if (graph.some(({ field }) => field === 15))
    throw unusable('sparse initialisers are not supported')
  const nodes = graph.filter(({ field }) => field === 1)
  const chain: string[] = []
  for (const node of nodes) {
    const parts = fieldsOf(node.bytes)
    const operator = textsOf(parts, 4)[0] ?? ''
    const domain = textsOf(parts, 7)[0] ?? ''
    if (!operators.has(operator) || (domain !== '' && domain !== 'ai.onnx'))
      throw unusable('the graph uses an operator that is not allowed', {
        operator: operator.slice(0, 40),
      })
    chain.push(`${textsOf(parts, 1).join()} ${operator} ${textsOf(parts, 2).join()}`)
    for (const attribute of parts.filter(({ field }) => field === 5)) {
      if (fieldsOf(attribute.bytes).some(({ field }) => field === 6 || field === 11))
        throw unusable('the graph holds another graph')
    }
  }
  for (const tensor of graph.filter(({ field }) => field === 5)) {
    const parts = fieldsOf(tensor.bytes)
    if (
      parts.some(({ field }) => field === 13) ||
      numbersOf(parts, 14).some((location) => location !== 0)
    )
      throw unusable('the bundle wants data from outside')
  }
  const metadata = new Map(
    model
      .filter(({ field }) => field === 14)
      .map(({ bytes }) => {
        const entry = fieldsOf(bytes)
        return [textsOf(entry, 1)[0] ?? '', textsOf(entry, 2)[0] ?? '']
      }),
  )
  return { metadata, isSum: chain.join() === sumOfRows }
}

/**
 * The scores of every row by itself, so that no weight that is not a number stays hidden, and of
 * many rows at once.
 */
async function smokeTest(
  session: InferenceSession,
  manifest: Manifest,
  outputs: number,
): Promise<{ rowScores: Float32Array; addsUp: boolean }> {
  if (session.inputNames.join() !== 'features' || session.outputNames.join() !== 'scores')
    throw unusable('the graph has other inputs or outputs', {
      inputs: session.inputNames.join(),
      outputs: session.outputNames.join(),
    })
  const ask = async (rows: Int32Array, width: number): Promise<Float32Array> => {
    const scores = await run(session, { rows, width }, rows.length / width, outputs).catch(
      (cause: unknown) => {
        throw cause instanceof ErrataError ? cause : unusable('the model does not run', {}, cause)
      },
    )
    if (!scores.every(Number.isFinite)) throw unusable('the model gives scores that are no numbers')
    return scores
  }
  const count = manifest.rows + 1
  const wide = padded(outputs)
  const rowScores = new Float32Array(manifest.rows * wide)
  for (let from = 0; from < count; from += rowsAtOnce) {
    const rows = Int32Array.from({ length: Math.min(count - from, rowsAtOnce) }, (_, k) => from + k)
    const scores = await ask(rows, 1)
    for (let k = 0; k < rows.length; k++)
      if (from + k > 0)
        rowScores.set(scores.subarray(k * outputs, (k + 1) * outputs), (from + k - 1) * wide)
  }
  const some = Int32Array.from({ length: Math.min(count, rowsAtOnce) }, (_, k) => count - 1 - k)
  const together = await ask(some, some.length)
  // as if the features were 0, 1, 2 and so on
  const ids = some.filter((row) => row > 0).map((row) => row - 1)
  const added = adder(
    rowTable(Int32Array.from({ length: count - 1 }, (_, k) => k)),
    rowScores,
    outputs,
  )({ starts: Int32Array.of(0, ids.length), ids })
  return {
    rowScores,
    addsUp: together.every(
      (score, k) => Math.abs(score - (added[k] as number)) <= 1e-3 * (1 + Math.abs(score)),
    ),
  }
}

async function run(
  session: InferenceSession,
  input: { rows: Int32Array; width: number },
  tokens: number,
  outputs: number,
): Promise<Float32Array> {
  const { scores } = await session.run({
    features: new Tensor('int32', input.rows, [tokens, input.width]),
  })
  if (
    scores === undefined ||
    !(scores.data instanceof Float32Array) ||
    scores.dims.join() !== `${tokens},${outputs}`
  )
    throw unusable('the model gives scores of another shape', { shape: scores?.dims.join() ?? '' })
  return scores.data
}

/** Rows of tokens from to to (exclusive), padded with row 0 to the widest. */
function paddedRows(
  { starts, ids }: FeatureRows,
  table: RowTable,
  from: number,
  to: number,
): { rows: Int32Array; width: number } {
  let width = 1
  for (let i = from; i < to; i++) {
    let known = 0
    for (let k = starts[i] as number; k < (starts[i + 1] as number); k++)
      if (rowIn(table, ids[k] as number) !== 0) known++
    if (known > width) width = known
  }
  const rows = new Int32Array((to - from) * width)
  for (let i = from; i < to; i++) {
    let at = (i - from) * width
    for (let k = starts[i] as number; k < (starts[i + 1] as number); k++) {
      const row = rowIn(table, ids[k] as number)
      if (row !== 0) rows[at++] = row
    }
  }
  return { rows, width }
}

function unusable(
  message: string,
  facts: Record<string, string | number | boolean> = {},
  cause?: unknown,
): ErrataError {
  return new ErrataError('MODEL_UNUSABLE', message, facts, cause)
}
