/** A model version in words and tables, for a person at a terminal. */

import { inspect } from '../connectors/onnx/onnx.ts'
import { modelKey } from '../processors/model/model-registry.ts'
import { evidenceOf, provenanceOf, type Provenance } from '../processors/model/published-model.ts'
import { boundOf, doubt, shortOf, thresholdsOf } from '../processors/model/thresholds.ts'
import type { Model } from '../schemas/types.ts'
import type { GateEvidence } from '../trainer/candidate.ts'
import type { ReplayResult } from '../trainer/backtest.ts'
import { table } from './table.ts'
import type { HeldOut, Manifest as BundleManifest } from '../processors/model/manifest.ts'

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
export function evidenceText(
  manifest: Pick<BundleManifest, 'fields' | 'held' | 'strangers'>,
  target: number,
): string {
  const set = thresholdsOf(manifest, target)
  const counted = manifest.fields.map(({ name, evidence }) => {
    const threshold = set[name]
    const above = (confidences: readonly number[]): number =>
      threshold === undefined
        ? 0
        : confidences.filter((confidence) => confidence >= threshold).length
    return {
      name,
      threshold,
      right: evidence.right.length,
      wrong: evidence.wrong.length,
      accepted: above(evidence.right) + above(evidence.wrong),
      mistakes: above(evidence.wrong),
    }
  })
  const common = Math.min(...Object.values(set))
  const { taken, values, mistakes } = acceptedOf(manifest.held ?? [], common)
  const strangers = acceptedOf(manifest.strangers ?? [], common)
  const rows = counted.map(({ name, threshold, right, wrong, accepted: own, mistakes: bad }) => [
    name,
    threshold?.toFixed(3) ?? 'never accepted',
    `${right + wrong}`,
    String(wrong),
    threshold === undefined ? '-' : String(own),
    threshold === undefined ? '-' : String(bad),
  ])
  const said =
    values === 0
      ? `Target ${percent(target)} wrong: nothing is accepted, the held-out documents are too few or too often wrong${short(manifest.held ?? [], target)}.\n`
      : `Target ${percent(target)} wrong: of the ${manifest.held?.length ?? 0} held-out documents with every required value ${taken} would have needed nobody; ${mistakes} of their ${values} values are wrong, so the true share is at most ${percent(boundOf(mistakes, values))}, ${Math.round(100 * (1 - doubt))} times in 100.\n${strangers.values === 0 ? '' : `With all documents of its vendor held out: ${strangers.taken} documents, ${strangers.mistakes} of their ${strangers.values} values wrong.\n`}`
  return `${table(['field', 'threshold', 'held-out values', 'wrong', 'over threshold', 'wrong there'], rows)}${said}`
}

/** What is missing, where it is the number of values. */
function short(held: readonly HeldOut[], target: number): string {
  const found = shortOf(held, target)
  return found === null || found.needed <= found.values
    ? ''
    : `: of the surest ${found.values} values ${found.wrong} ${found.wrong === 1 ? 'is' : 'are'} wrong, no more than that would have to be among ${found.needed}`
}

/** Documents that a threshold accepts, their values and how many of those are wrong. */
function acceptedOf(
  held: readonly HeldOut[],
  least: number,
): { taken: number; values: number; mistakes: number } {
  const accepted = held.filter(([lowest]) => lowest >= least)
  return {
    taken: accepted.length,
    values: accepted.reduce((sum, [, count]) => sum + count, 0),
    mistakes: accepted.reduce((sum, [, , wrong]) => sum + wrong, 0),
  }
}

function percent(share: number): string {
  return `${(100 * share).toFixed(2)} %`
}
