/**
 * The scorecard as one self-contained HTML page without scripts, light or dark as the browser
 * prefers. Everything that comes from a folder or a truth file is escaped.
 */

import type { Mode } from './judge.ts'
import { automation, intervals, reliability, share, text, type PlotCurve } from './plots.ts'
import { rowKinds } from './rows.ts'
import type { Accepted, Measured, ModeCard, Scope, Scorecard } from './scorecard.ts'
import {
  brackets,
  legibilityText,
  meaningOf,
  modesApart,
  percent,
  scopeNames,
  type Subject,
} from './text.ts'
import type { Interval } from './interval.ts'

export function scorecardPage(subject: Subject, cards: readonly Scorecard[]): string {
  const facts = [
    ['documents', subject.folder],
    ['words', subject.words],
    ['model', subject.model ?? 'none'],
    ['target', `${percent(subject.target)} % of accepted values wrong`],
  ]
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Scorecard: ${text(subject.profile)}</title><style>${style}</style></head>
<body><main><h1>${text(subject.profile)}: scorecard</h1>
<dl>${facts.map(([name, value]) => `<dt>${name}</dt><dd>${text(value as string)}</dd>`).join('')}</dl>
${cards.map((card) => cardPart(subject, card)).join('\n')}
<p class="note">${brackets}</p>
</main></body></html>
`
}

function cardPart(subject: Subject, card: Scorecard): string {
  const seen =
    card.seenDocuments === null
      ? 'which vendors the model knows is not known'
      : `${card.seenDocuments} of vendors that the model knows, ${card.documents - card.seenDocuments} of others`
  const thresholds = Object.entries(subject.thresholds)
    .map(([name, value]) => `${text(name)} ${value.toFixed(4)}`)
    .join(', ')
  return `<section><h2>${card.documents} ${card.kind}s of ${card.issuers} issuers</h2><p>${seen}; ${card.unjudged} values that truth doesn't know are left out. Thresholds: ${thresholds || 'none, so nothing is accepted'}.</p>
${modesApart(card)
  .map(([modes, one]) => modePart(modes, one, subject.target))
  .join('\n')}
${card.lineItems === null ? '' : `<h3>Rows of ${card.lineItems.documents} documents</h3>${table(rowKinds.map((row) => [row, (card.lineItems as NonNullable<typeof card.lineItems>)[row]]))}`}
${card.legibility === null ? '' : `<p>${legibilityText(card.legibility)}.</p>`}</section>`
}

function modePart(modes: readonly Mode[], card: ModeCard, target: number): string {
  const isPart = (scope: Scope): boolean =>
    card.accepted[scope].documents < card.accepted.all.documents
  const groups: [string, Measured | null][] = [
    ['all', card.all],
    [scopeNames.seen, card.seen],
    [scopeNames.unseen, card.unseen],
    ...Object.entries(card.fields),
  ]
  const rows = groups.filter((row): row is [string, Measured] => row[1] !== null)
  const colours = { all: 'first', seen: 'second', unseen: 'third' } as const
  const curves = (Object.entries(card.automation) as [Scope, PlotCurve['points']][])
    .filter(([scope, points]) => points.length > 0 && (scope === 'all' || isPart(scope)))
    .map(([scope, points]): PlotCurve => ({
      name: scopeNames[scope],
      colour: colours[scope],
      points,
    }))
  const accepted = (Object.entries(card.accepted) as [Scope, Accepted][]).filter(
    ([, { documents }]) => documents > 0,
  )
  return `<h3>${modes.join(', ')} <small>${meaningOf(modes)}; mean F1 of the fields ${percent(card.macro)}, calibration error ${card.calibrationError.toFixed(3)}</small></h3>
${table(rows, card.unseenFields)}
<div class="plots">${figure('How good: F1, thick by documents, thin by issuers', intervals(rows.map(([name, { f1, byDocument, byIssuer }]) => ({ name, f1, inner: byDocument, outer: byIssuer }))))}${figure('How honest: right values at each confidence; on the dotted line confidence is what it says', reliability(card.bins))}${figure('What could be accepted unseen: the surest documents first; dotted the target', automation(curves, target))}</div>
<table><thead><tr><th>accepted by the route</th><th>documents</th><th></th><th>values wrong</th><th></th></tr></thead><tbody>${accepted
    .map(
      ([scope, one]) =>
        `<tr><td>${scopeNames[scope]}</td><td>${one.accepted} of ${one.documents}</td><td>${share(one.share, 1)} ${range(one.shareInterval)}</td><td>${one.wrong} of ${one.values}</td><td>${share(one.wrongShare, 2)} ${range(one.wrongInterval)}</td></tr>`,
    )
    .join('')}</tbody></table>`
}

function table(
  rows: readonly (readonly [string, Measured])[],
  unseen: Readonly<Record<string, Measured>> | null = null,
): string {
  const apart = (name: string): string => {
    if (unseen === null) return ''
    const measured = unseen[name]
    return measured === undefined
      ? '<td></td><td></td>'
      : `<td>${percent(measured.f1)} ${range(measured.byIssuer)}</td><td>${measured.truths}</td>`
  }
  const cells = rows.map(
    ([name, { f1, precision, recall, truths, byDocument, byIssuer }]) =>
      `<tr><td>${text(name)}</td><td>${percent(f1)}</td><td>${range(byDocument)}</td><td>${range(byIssuer)}</td><td>${percent(precision)}</td><td>${percent(recall)}</td><td>${truths}</td>${apart(name)}</tr>`,
  )
  return `<table><thead><tr><th></th><th>F1</th><th>by document</th><th>by issuer</th><th>precision</th><th>recall</th><th>n</th>${unseen === null ? '' : '<th>F1 on unseen vendors</th><th>n</th>'}</tr></thead><tbody>${cells.join('')}</tbody></table>`
}

const figure = (caption: string, plot: string): string =>
  `<figure><figcaption>${caption}</figcaption>${plot}</figure>`
const range = ([low, high]: Interval): string => `[${percent(low)}, ${percent(high)}]`

const style = `
:root{color-scheme:light dark;--ink:#1d2430;--paper:#fff;--faint:#68707d;--line:#dfe3e8;--first:#2563a8;--second:#2c8a57;--third:#c2571a}
@media(prefers-color-scheme:dark){:root{--ink:#e6e9ee;--paper:#14181e;--faint:#9aa3af;--line:#2c333d;--first:#7db4ee;--second:#6cc795;--third:#f0a06a}}
body{margin:0;background:var(--paper);color:var(--ink);font:15px/1.5 system-ui,sans-serif}main{max-width:1320px;margin:0 auto;padding:24px}
h1{font-size:24px}h2{font-size:19px;margin-top:36px}h3{font-size:16px;margin-top:28px}small,.note{color:var(--faint);font-weight:normal}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 16px}dt{color:var(--faint)}dd{margin:0;overflow-wrap:anywhere}
table{border-collapse:collapse;font-variant-numeric:tabular-nums;margin:8px 0}th,td{padding:3px 14px 3px 0;text-align:right;border-bottom:1px solid var(--line);white-space:nowrap}th{color:var(--faint);font-weight:normal}th:first-child,td:first-child{text-align:left}
section{overflow-x:auto}.plots{display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start}figure{margin:0;flex:1 1 320px;max-width:420px}svg{overflow:visible}figcaption{color:var(--faint);font-size:13px;min-height:40px}svg{width:100%}
svg text{fill:var(--ink);font-size:12px}svg .tick{fill:var(--faint);font-size:11px}.grid{stroke:var(--line)}.honest{stroke:var(--faint);stroke-dasharray:4 4}
.stroke{fill:none;stroke-width:2}.first{stroke:var(--first)}.second{stroke:var(--second)}.third{stroke:var(--third)}.fill{fill:var(--first);fill-opacity:.55}.dot{fill:var(--ink)}`
