/**
 * The scorecard for a terminal. Shares are percent; brackets are 95 % intervals, drawing documents
 * | issuers.
 */

import { figures } from '../../processors/model/ocr-accuracy.ts'
import type { Mode } from './judge.ts'
import { discernible, type Measure } from './legibility.ts'
import { rowKinds } from './rows.ts'
import type { Accepted, Measured, ModeCard, Scope, Scorecard } from './scorecard.ts'
import type { Interval } from './interval.ts'

/** What was evaluated. */
export interface Subject {
  readonly folder: string
  readonly profile: string
  readonly words: 'given' | 'own'
  readonly model: string | null
  readonly target: number // target share of wrong values of the thresholds
  readonly thresholds: Readonly<Record<string, number>> // by stratum
}

/** Explains the brackets. */
export const brackets =
  'Brackets are 95 % bootstrap intervals: first drawing documents, then whole issuers. The second one is the one to believe for new vendors.'

/** Describes a mode in a few words. */
const meaning: Readonly<Record<Mode, string>> = {
  nows: 'without white space',
  nows_ci: 'without white space and case',
  aligned: 'the right words, whatever their spelling in the key',
  value: 'by value',
  lenient: 'texts by letters and digits',
}

export const percent = (share: number): string => (100 * share).toFixed(1)
export const scopeNames: Readonly<Record<Scope, string>> = {
  all: 'all documents',
  seen: 'known vendors',
  unseen: 'unseen vendors',
}

export function scorecardText(subject: Subject, cards: readonly Scorecard[]): string {
  const head = `${subject.profile}, ${subject.folder}, words ${subject.words}, model ${subject.model ?? 'none'}\n`
  return `${head}${cards.map((card) => cardText(subject, card)).join('')}\n${brackets}\n`
}

function cardText(subject: Subject, card: Scorecard): string {
  const seen =
    card.seenDocuments === null
      ? 'which vendors the model knows is not known (--seen)'
      : `${card.seenDocuments} of known vendors, ${card.documents - card.seenDocuments} of unseen ones`
  return [
    `\n${card.documents} ${card.kind}s of ${card.issuers} issuers: ${seen}; ${card.unjudged} values that truth doesn't know\n`,
    ...modesApart(card).map(([modes, one]) => modeText(modes, one)),
    card.lineItems === null
      ? ''
      : `\nrows of ${card.lineItems.documents} documents\n${rowKinds.map((row) => measuredText(row, (card.lineItems as NonNullable<typeof card.lineItems>)[row])).join('')}`,
    `\nthresholds for a target of ${percent(subject.target)} % wrong: ${
      Object.entries(subject.thresholds)
        .map(([name, value]) => `${name} ${value.toFixed(4)}`)
        .join(', ') || 'none, nothing is accepted'
    }\n`,
    ...modesApart(card).map(([modes, one]) => acceptedText(modes, one)),
    card.legibility === null ? '' : `${legibilityText(card.legibility)}\n`,
  ].join('')
}

/** The OCR accuracy measured on these documents, beside the figures in use. */
export function legibilityText({ values, best, intervals, behind }: Measure): string {
  const trust = ([low, high]: Interval): string => `[${low.toFixed(2)}, ${high.toFixed(2)}]`
  return `${values} values read by OCR: most likely ${percent(best.misread)} % ${range(intervals.misread)} of sure words misread, its probability to the power of ${best.trust.toFixed(2)} ${trust(intervals.trust)}; used are ${percent(figures.misread)} % and ${figures.trust}, ${behind <= discernible ? 'as likely' : `e^${behind.toFixed(1)} times less likely`}`
}

/** Modes with equal figures are printed once. */
export function modesApart({
  modes,
}: Scorecard): (readonly [modes: readonly Mode[], card: ModeCard])[] {
  const apart = new Map<string, [Mode[], ModeCard]>()
  for (const [mode, card] of Object.entries(modes) as [Mode, ModeCard][]) {
    const key = JSON.stringify(card)
    const same = apart.get(key)
    if (same === undefined) apart.set(key, [[mode], card])
    else same[0].push(mode)
  }
  return [...apart.values()]
}

export const meaningOf = (modes: readonly Mode[]): string =>
  modes.map((mode) => meaning[mode]).join(', or ')

function modeText(modes: readonly Mode[], card: ModeCard): string {
  return [
    `\n${modes.join(', ')}: ${meaningOf(modes)}; mean F1 of the fields ${percent(card.macro)}\n`,
    measuredText('all', card.all),
    card.seen === null ? '' : measuredText('known vendors', card.seen),
    card.unseen === null ? '' : measuredText('unseen vendors', card.unseen),
    ...Object.entries(card.fields).map(([name, measured]) => measuredText(name, measured)),
    ...Object.entries(card.unseenFields ?? {}).map(
      ([name, measured], k) =>
        `${k === 0 ? '  on unseen vendors\n' : ''}${measuredText(name, measured)}`,
    ),
    `  calibration error ${card.calibrationError.toFixed(3)}\n`,
  ].join('')
}

function measuredText(
  name: string,
  { f1, precision, recall, truths, byDocument, byIssuer }: Measured,
): string {
  return `  ${name.padEnd(16)} F1 ${percent(f1).padStart(5)} ${range(byDocument)} | ${range(byIssuer)}  precision ${percent(precision).padStart(5)}  recall ${percent(recall).padStart(5)}  n ${truths}\n`
}

function acceptedText(modes: readonly Mode[], card: ModeCard): string {
  const oracle =
    card.automation99 === null
      ? 'no threshold'
      : `a threshold of ${card.automation99.threshold.toFixed(4)}, chosen with hindsight, would accept ${percent(card.automation99.accepted)} %`
  const scopes = (Object.entries(card.accepted) as [Scope, Accepted][])
    .filter(([, { documents }]) => documents > 0)
    .map(
      ([scope, one]) =>
        `  ${scopeNames[scope].padEnd(16)} accepted ${one.accepted} of ${one.documents}, ${percent(one.share)} % ${range(one.shareInterval)}; wrong ${one.wrong} of ${one.values} values, ${percent(one.wrongShare)} % ${range(one.wrongInterval)}\n`,
    )
  return `${modes.join(', ')}: ${oracle} with 99 % right\n${scopes.join('')}`
}

const range = ([low, high]: Interval): string => `[${percent(low)}, ${percent(high)}]`
