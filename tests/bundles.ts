/** Model bundles that read something, without any training: every feature speaks for every label. */

import { featureVersion } from '../processors/model/features.ts'
import { modelFormat, type Manifest } from '../processors/model/manifest.ts'
import { headsOf } from '../processors/model/model.ts'
import { toHalves, writeBundle } from '../trainer/onnx.ts'

const fields = [
  { name: 'invoice_number', type: 'id' },
  { name: 'issue_date', type: 'date' },
] as const
export const bundleHeads = headsOf(fields)
const { labels } = bundleHeads
const features = Int32Array.from({ length: 50 }, (_, k) => 1 + 100 * k)
const manifest: Manifest = {
  format: modelFormat,
  profile: 'invoice',
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
  transitions: Array.from({ length: labels * (labels + 1) }, () => 0),
  trained: { documents: 1, vendors: 1, seed: 1, dataset: '', settings: {} },
}

/** Another seed is another model. */
export function bundleOf(
  seed: number,
  change: Partial<Manifest> = {},
  outputs = bundleHeads.outputs,
): Buffer {
  const count = (features.length + 1) * outputs
  const weights = Float32Array.from({ length: count }, (_, k) => (k < outputs ? 0 : 1))
  const trained = { ...manifest.trained, seed }
  return writeBundle({ ...manifest, trained, ...change }, features, toHalves(weights), outputs)
}
