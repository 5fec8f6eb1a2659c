/**
 * Model bundles: from published bytes to validated scores. Besides connectors/ppocr/ the only file
 * that uses ONNX Runtime.
 *
 * A bundle is untrusted data. Before it reaches ONNX Runtime its protobuf is checked: only known
 * operators of the standard domain, no subgraphs or functions, no external data, a size limit. Then
 * its manifest must have our format and feature version, and a fixed input must give finite scores
 * of the right shape. Anything else is MODEL_UNUSABLE, and the caller keeps its current model.
 *
 * Where the graph only gathers rows and adds them up, as the trainer's do, ONNX Runtime computes
 * every row once, and documents are then scored by adding up those rows here: moving a document's
 * features into a tensor costs five times as much as the additions. Any other graph is run for
 * every document.
 */

import { createHash } from 'node:crypto'
import { ErrataError } from '../../errors.ts'
import { InferenceSession, Tensor } from '../onnx-runtime.ts'
import type { FeatureRows } from '../../processors/model/features.ts'
import { partsOf, type LoadedModel } from '../../processors/model/model.ts'
import { rowIn, rowTable, type RowTable } from '../../processors/model/feature-index.ts'
import { adder, padded } from '../../processors/model/feature-scores.ts'
import type { Manifest } from '../../processors/model/manifest.ts'
import { inspect } from './inspect.ts'
import { unusable } from './unusable.ts'

export { inspect, largestBundle } from './inspect.ts'

export interface OpenModel extends LoadedModel {
  dispose(): Promise<void>
}

const tokensAtOnce = 1024 // in one run: bounds the memory that a long document takes
const rowsAtOnce = 65_536 // rows of the model, when all are computed one by one
/**
 * Opens a bundle; `sha256` (hex) as stated by its publisher, or null. MODEL_UNUSABLE if anything is
 * wrong.
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

/** The scores of every row by itself, so that no NaN weight stays hidden, many rows at once. */
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
    if (!scores.every(Number.isFinite)) throw unusable('the model gives scores that are not finite')
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
  // treats the features as 0, 1, 2 and so on
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

/** Rows of tokens `from` to `to` (exclusive), padded with row 0 to the widest. */
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
