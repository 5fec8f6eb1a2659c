/**
 * The evidence for accepting documents: what the stage would have given for each held-out document,
 * and how much of it is wrong.
 *
 * The model's values are those of the fold that had not seen the document; where a rule gave the
 * value when the document came, that one counts, since it would today as well. Checks run on what
 * was given. A document about which a person would be asked anyway is never accepted, so its
 * mistakes are no evidence, but it counts in the share of documents that are accepted.
 *
 * Documents of new vendors are judged with all documents of their vendor held out, and without
 * rules.
 */

import type { HeldOut, Manifest } from '../processors/model/manifest.ts'
import { strata, stratumOf, type Stratum } from '../processors/model/strata.ts'
import { checkPrinted } from '../processors/extract/printed-charges.ts'
import { printedDocument } from '../processors/rules/spans.ts'
import { failsOwnCheck } from '../processors/values/own-check.ts'
import type { Profile, ProfileField } from '../schemas/profiles.ts'
import type { Field } from '../schemas/types.ts'
import type { Calibrated } from './confidence.ts'
import { judgeField, trueText } from './evaluate.ts'
import { givenBy, inEvidence, isApart, isGenerated } from './held-out-readings.ts'
import type { HeldOutDocument, OpenDocument } from './held-out.ts'
import type { Relearned } from './relearned.ts'

export interface HeldOutReadings {
  readonly held: readonly HeldOutDocument[]
  /** By field, with a verdict for each of `held`. */
  readonly calibrated: ReadonlyMap<string, Calibrated>
  readonly relearned: Relearned
}

/** By stratum, the surest document first. */
export function acceptances(
  profile: Profile,
  readings: HeldOutReadings,
): NonNullable<Manifest['strata']> {
  const found = new Map<Stratum, HeldOut[]>(strata.map((stratum) => [stratum, []]))
  const add = (k: number, isKnown: boolean): void => {
    const open = (readings.held[k] as HeldOutDocument).open()
    const accepted = acceptanceOf(profile, readings, k, open, isKnown)
    if (accepted !== null) found.get(stratumOf(isKnown, open.example.print))?.push(accepted)
  }
  for (const k of inEvidence(readings.held)) if (isOfKnown(readings.held[k])) add(k, true)
  readings.held.forEach((one, k) => {
    const isNew = one.deal === 'by vendor' || (isApart(one) && !isOfKnown(one))
    if (isNew && one.unseen && !isGenerated(one)) add(k, false)
  })
  return Object.fromEntries(
    [...found]
      .filter(([, documents]) => documents.length > 0)
      .map(([stratum, documents]) => [stratum, documents.sort(([a], [b]) => b - a)]),
  )
}

/** Without an encounter, as in a folder: whether training has other documents of the vendor. */
function isOfKnown(one: HeldOutDocument | undefined): boolean {
  return one?.document.encounter?.isKnown ?? one?.unseen === false
}

interface Given {
  readonly field: Pick<Field, 'name' | 'value' | 'confidence'>
  readonly isSure: boolean // of an e-invoice or a payment code
  readonly isRule: boolean
  readonly isRight: boolean
}

/** Null where the model has nothing to do with the document. */
function acceptanceOf(
  profile: Profile,
  { calibrated, relearned }: Omit<HeldOutReadings, 'held'>,
  k: number,
  open: OpenDocument,
  isKnown: boolean,
): HeldOut | null {
  const { encounter } = open.example
  const given = profile.fields.flatMap((field) => valueOf(field, open, calibrated, k, isKnown))
  const counted = given.filter(({ isSure }) => !isSure)
  if (counted.length === 0) return null
  const isBarred =
    (isKnown &&
      encounter !== undefined &&
      [...encounter.asked].some((field) => !relearned.withoutIt(k, field))) ||
    encounter?.isBarred === true ||
    failsChecks(profile, given, open) ||
    profile.fields.some(
      ({ name, required }) =>
        required && calibrated.has(name) && !given.some(({ field }) => field.name === name),
    )
  const places = (right: boolean): number[] =>
    counted.flatMap(({ field, isRight }) =>
      isRight === right ? [profile.fields.findIndex(({ name }) => name === field.name)] : [],
    )
  return [
    isBarred ? 0 : lowestOf(counted.filter(({ isRule }) => !isRule)),
    encounter?.weight ?? 1,
    places(true),
    places(false),
    lowestOf(counted.filter(({ isRule }) => isRule)),
  ]
}

function valueOf(
  { name, type }: ProfileField,
  { example, sheet, spans }: OpenDocument,
  calibrated: ReadonlyMap<string, Calibrated>,
  k: number,
  isKnown: boolean,
): Given[] {
  const truth = example.truth.get(name)
  const stated = example.encounter?.given.find(
    (field) => field.name === name && (isKnown || field.origin !== 'rule'),
  )
  if (stated !== undefined && truth !== undefined) {
    const { value, raw } = stated
    const read = { value: value ?? '', raw: raw ?? value ?? '' }
    return [
      {
        field: stated,
        isSure: stated.origin !== 'rule',
        isRule: stated.origin === 'rule',
        isRight: judgeField(type, read, truth, trueText(name, sheet, spans)) === 'right',
      },
    ]
  }
  const own = calibrated.get(name)
  return givenBy(own?.verdicts[k], own?.least ?? 0).map(({ value, confidence, outcome }) => ({
    field: { name, value, confidence },
    isSure: false,
    isRule: false,
    isRight: outcome === 'right',
  }))
}

function failsChecks(
  profile: Profile,
  given: readonly Given[],
  { example }: OpenDocument,
): boolean {
  const fields = given.map(({ field: { name, value, confidence } }): Field => ({
    name,
    value,
    confidence,
    raw: null,
    page: null,
    box: [],
    words: [],
    origin: 'model',
    originId: '',
  }))
  const types = new Map(profile.fields.map(({ name, type }) => [name, type]))
  const issued = fields.find(({ name }) => name === 'issue_date')?.value ?? ''
  const { lineItems = [], decidedAt = Date.parse(issued) || 0 } = example.encounter ?? {}
  return (
    fields.some(({ name, value }) => failsOwnCheck(types.get(name) ?? 'text', value ?? '')) ||
    checkPrinted(profile, fields, lineItems, decidedAt, printedDocument(example.print)).some(
      ({ outcome }) => outcome === 'failed',
    )
  )
}

/** Rounded down to five digits; 1 where nothing was given. */
function lowestOf(given: readonly Given[]): number {
  return Math.floor(1e5 * Math.min(1, ...given.map(({ field }) => field.confidence))) / 1e5
}
