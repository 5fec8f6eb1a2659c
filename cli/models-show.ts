/** A model version in words and tables, for a person at a terminal. */

import { inspect } from '../connectors/onnx/onnx.ts'
import { modelKey } from '../processors/model/model-registry.ts'
import { evidenceOf, provenanceOf, type Provenance } from '../processors/model/published-model.ts'
import { strata, type Stratum } from '../processors/model/strata.ts'
import {
  boundOf,
  doubt,
  shortOf,
  thresholdOf,
  thresholdsOf,
  worthAbove,
  type ThresholdEvidence,
} from '../processors/model/thresholds.ts'
import type { Model } from '../schemas/types.ts'
import type { GateEvidence } from '../trainer/candidate.ts'
import type { ReplayResult } from '../trainer/backtest.ts'
import { table } from './table.ts'
import type { HeldOut } from '../processors/model/manifest.ts'

/** What a document was to a version; null: never seen. */
export function sawDocument(model: Model, documentId: string): string | null {
  const { trainedOn = [], heldOut = [] } = provenanceOf(model)
  if (trainedOn.includes(documentId)) return 'trained on'
  const mark = heldOut.find((one) => one.slice(0, one.lastIndexOf('@')) === documentId)
  return mark === undefined ? null : `held out (revision ${mark.slice(mark.lastIndexOf('@') + 1)})`
}

/**
 * `bundle` null: it isn't in the blob store of this machine, so nothing can be said about
 * thresholds.
 */
export function describeModel(model: Model, bundle: Buffer | null, target: number): string {
  const manifest = provenanceOf(model)
  const evidence = evidenceOf<GateEvidence>(model)
  return [
    `${modelKey(model)}  ${model.state}`,
    `decided by ${model.decidedBy}, ${new Date(model.decidedAt).toISOString()}: ${model.reason}`,
    `sha256 ${model.sha256}, ${model.bytes} bytes\n`,
    origin(manifest, model),
    describeEvidence(evidence),
    thresholds(bundle, target),
  ]
    .filter((part) => part !== '')
    .join('\n')
}

/**
 * The gate's tables: what was judged, and what the past would have been. `names`: of the candidate
 * and of the champion.
 */
export function describeEvidence(
  evidence: Partial<GateEvidence>,
  names: readonly [string, string] = ['F1', 'champion'],
): string {
  return [gate(evidence, names), replayed(evidence, names[1])]
    .filter((part) => part !== '')
    .join('\n')
}

function origin(manifest: Provenance, model: Model): string {
  const offsets = Object.entries(manifest.offsets ?? {})
    .map(([partition, offset]) => `${partition}:${offset}`)
    .join(' ')
  const left = Object.entries(manifest.leftOut ?? {})
    .map(([reviewer, count]) => `${count} of ${reviewer}`)
    .join(', ')
  const rows: [string, string | undefined][] = [
    [
      'verdicts',
      manifest.verdicts === undefined
        ? undefined
        : `${manifest.verdicts}: ${manifest.trainedOn?.length ?? 0} trained on, ${manifest.heldOut?.length ?? 0} held out${left === '' ? '' : `, left out ${left}`}`,
    ],
    ['generated', manifest.generated === undefined ? undefined : `${manifest.generated} documents`],
    ['data set', offsets === '' ? undefined : `${manifest.topic ?? 'training'} up to ${offsets}`],
    ['snapshot', manifest.snapshot],
    ['fingerprint', model.fingerprint],
    ['split', manifest.split],
    ['seed', manifest.seed?.toString()],
    ['code', manifest.software],
    ['sources', manifest.code],
    ['features', manifest.features],
    ['parent', manifest.parent ?? 'none'],
  ]
  return table(
    ['from', ''],
    rows.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

function gate({ comparisons }: Partial<GateEvidence>, names: readonly [string, string]): string {
  if (comparisons === undefined) return ''
  const share = (value: number | null | undefined): string =>
    value === null || value === undefined ? '-' : (100 * value).toFixed(1)
  const rows = comparisons
    .filter(({ documents }) => documents > 0)
    .map(({ scope, documents, candidate, champion, difference, low, high }) => [
      scope,
      String(documents),
      share(candidate),
      share(champion),
      share(difference),
      low === null ? '-' : `${share(low)} to ${share(high)}`,
    ])
  return table(['judged on', 'documents', ...names, 'difference', '10th to 95th percentile'], rows)
}

function replayed({ replayed: both }: Partial<GateEvidence>, champion: string): string {
  if (both === undefined) return ''
  const row = (name: string, of: ReplayResult): string[] => [
    name,
    String(of.documents),
    `${of.right} of ${of.total}`,
    String(of.accepted),
    String(of.minutesSaved),
    `${of.errorsLetThrough} of ${of.values}`,
  ]
  const rows = [
    row('all', both.candidate.all),
    row('held out', both.candidate.heldOut),
    ...(both.champion === null
      ? []
      : [
          row(`all, ${champion}`, both.champion.all),
          row(`held out, ${champion}`, both.champion.heldOut),
        ]),
  ]
  return table(
    [
      'past verdicts',
      'documents',
      'corrections read rightly',
      'need nobody',
      'minutes saved',
      'errors let through',
    ],
    rows,
  )
}

function thresholds(bundle: Buffer | null, target: number): string {
  return bundle === null
    ? 'The bundle is not in the blob store of this machine: thresholds are not known here.\n'
    : evidenceText(inspect(bundle).manifest, target)
}

/** The thresholds for a target, what they rest on, and what may be promised of what they accept. */
export function evidenceText(manifest: ThresholdEvidence, target: number): string {
  const found = manifest.strata ?? {}
  const rows = strata.map((stratum) => stratumRow(stratum, found[stratum] ?? [], target))
  const certainty = Math.round(100 * (1 - doubt))
  return [
    table(
      ['documents', 'held out', 'never accepted', 'threshold', 'accepted', 'values', 'wrong'],
      rows.map(({ cells }) => cells),
    ),
    `Target ${percent(target)} wrong, ${certainty} times in 100, for each kind of document by itself.\n`,
    ...rows.map(({ said }) => said),
    table(['field', 'held-out values', 'wrong'], fieldRows(manifest, target)),
  ].join('')
}

function stratumRow(
  stratum: Stratum,
  held: readonly HeldOut[],
  target: number,
): { readonly cells: readonly string[]; readonly said: string } {
  const threshold = thresholdOf(held, target)
  const barred = held.filter(([lowest]) => lowest === 0).length
  const counts = [stratum, String(held.length), String(barred)]
  if (threshold === null)
    return {
      cells: [...counts, 'none', '-', '-', '-'],
      said: held.length === 0 ? '' : `${stratum}: nothing is accepted${short(held, target)}.\n`,
    }
  const { documents, values, wrong } = worthAbove(held, threshold, target)
  return {
    cells: [...counts, threshold.toFixed(3), String(documents), String(values), String(wrong)],
    said: `${stratum}: at most ${percent(boundOf(wrong, values))} of the accepted values are wrong.\n`,
  }
}

/** What is missing, where it is the number of values. */
function short(held: readonly HeldOut[], target: number): string {
  const found = shortOf(held, target)
  return found === null || found.needed <= found.values
    ? ''
    : `: of the surest ${found.values} values ${found.wrong} ${found.wrong === 1 ? 'is' : 'are'} wrong, no more than that would have to be among ${found.needed}`
}

/** Of all held-out documents, whether they would have been accepted or not. */
function fieldRows(manifest: ThresholdEvidence, target: number): string[][] {
  const { given = [], strata: found = {} } = manifest
  const accepted = new Set(
    strata.flatMap((stratum) => Object.keys(thresholdsOf(manifest, stratum, target))),
  )
  const held = Object.values(found).flat()
  return given.flatMap((name, place) => {
    const right = held.filter((one) => one[2].includes(place)).length
    const wrong = held.filter((one) => one[3].includes(place)).length
    return right + wrong === 0
      ? []
      : [[accepted.has(name) ? name : `${name}, never accepted`, `${right + wrong}`, `${wrong}`]]
  })
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`
}
