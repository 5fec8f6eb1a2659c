/**
 * Calibrates scores of the heads into probabilities: a logistic over a few signals for each field
 * (Platt 1999, with his smoothed targets), fitted on documents that the model had not seen, most of
 * them of unseen vendors.
 *
 * The signals are a constant, the log-odds of the best value, the log-odds of the head before
 * re-ranking (for pointers: against the runner-up) and the share of the value's features that
 * occurred in training. The last one lets one curve serve known and new vendors: without it,
 * confidences are right on average but too high for new vendors. Names of parties have a fifth, see
 * processors/model/party-evidence.ts.
 *
 * Where words were read by OCR, the probability is the logistic times their ocrAccuracy, which is
 * given, so that coefficients mean the same for models of scans and of text layers.
 */

export interface CalibrationOutcome {
  readonly signals: readonly number[] // as many for each value of a field
  readonly ocrAccuracy: number // 0 to 1, see processors/model/ocr-accuracy.ts
  readonly right: boolean
}

// L2 on all but the constant: with little evidence coefficients stay near the prior
const penalty = 0.02
// of Fisher scoring, which is Newton's method if no word is from OCR; it converges in about ten
const rounds = 60
const prior = [0, 1, 0, 0] // trusts the head until there is evidence

/** Coefficients for confidenceOf. */
export function fitCalibration(outcomes: readonly CalibrationOutcome[]): number[] {
  const right = outcomes.filter((outcome) => outcome.right).length
  const wrong = outcomes.length - right
  if (outcomes.length < 10) return [...prior]
  const size = (outcomes[0] as CalibrationOutcome).signals.length
  const targets = outcomes.map((outcome) =>
    outcome.right ? (right + 1) / (right + 2) : 1 / (wrong + 2),
  )
  let weights = Array.from({ length: size }, (_, k) => prior[k] ?? 0)
  for (let round = 0; round < rounds; round++) {
    const gradient = new Array<number>(size).fill(0)
    const hessian = Array.from({ length: size }, () => new Array<number>(size).fill(0))
    outcomes.forEach(({ signals, ocrAccuracy }, n) => {
      const p = Math.min(
        1 - 1e-12,
        1 /
          (1 +
            Math.exp(
              -signals.reduce((sum, signal, k) => sum + signal * (weights[k] as number), 0),
            )),
      )
      const share = (1 - p) / (1 - ocrAccuracy * p) // 1 where no word is from OCR
      for (let a = 0; a < size; a++) {
        gradient[a] =
          (gradient[a] as number) +
          share * (ocrAccuracy * p - (targets[n] as number)) * (signals[a] as number)
        for (let b = 0; b < size; b++)
          (hessian[a] as number[])[b] =
            ((hessian[a] as number[])[b] as number) +
            share * ocrAccuracy * p * (1 - p) * (signals[a] as number) * (signals[b] as number)
      }
    })
    for (let a = 0; a < size; a++) {
      const strength = a === 0 ? 1e-6 : penalty * 10
      gradient[a] =
        (gradient[a] as number) + strength * ((weights[a] as number) - (a === 1 ? 0.5 : 0))
      ;(hessian[a] as number[])[a] = ((hessian[a] as number[])[a] as number) + strength + 1e-9
    }
    const change = solve(hessian, gradient)
    const length = Math.sqrt(change.reduce((sum, value) => sum + value * value, 0))
    const shrink = length > 2 ? 2 / length : 1
    weights = weights.map((weight, k) => weight - shrink * (change[k] as number))
    if (length < 1e-9) break
  }
  return weights
}

/** Expected calibration error over ten bins of equal width. */
export function calibrationError(
  pairs: readonly { readonly confidence: number; readonly right: boolean }[],
): number {
  const bins = Array.from({ length: 10 }, () => 0)
  for (const { confidence, right } of pairs) {
    const bin = Math.min(9, Math.floor(confidence * 10))
    bins[bin] = (bins[bin] as number) + confidence - (right ? 1 : 0)
  }
  return pairs.length === 0 ? 0 : bins.reduce((sum, bin) => sum + Math.abs(bin), 0) / pairs.length
}

/** Gaussian elimination with pivoting; the matrix is small and positive definite. */
function solve(matrix: readonly (readonly number[])[], vector: readonly number[]): number[] {
  const n = vector.length
  const rows = matrix.map((row, k) => [...row, vector[k] as number])
  for (let column = 0; column < n; column++) {
    let pivot = column
    for (let row = column + 1; row < n; row++)
      if (
        Math.abs((rows[row] as number[])[column] as number) >
        Math.abs((rows[pivot] as number[])[column] as number)
      )
        pivot = row
    ;[rows[column], rows[pivot]] = [rows[pivot] as number[], rows[column] as number[]]
    const lead = rows[column] as number[]
    for (let row = 0; row < n; row++) {
      if (row === column) continue
      const other = rows[row] as number[]
      const factor = (other[column] as number) / (lead[column] as number)
      for (let k = column; k <= n; k++)
        other[k] = (other[k] as number) - factor * (lead[k] as number)
    }
  }
  return rows.map((row, k) => (row[n] as number) / (row[k] as number))
}
