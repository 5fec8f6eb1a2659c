/**
 * Plots as inline SVG without a library: a reliability diagram, an automation curve, F1 with
 * intervals. Colours come from the page's custom properties, so that a plot follows light and dark;
 * numbers are rounded, so that a page is small.
 */

import type { Bin, AutomationPoint } from './scorecard.ts'
import type { Interval } from './interval.ts'

export interface PlotCurve {
  readonly name: string
  readonly colour: 'first' | 'second' | 'third'
  readonly points: readonly AutomationPoint[]
}

export interface Dot {
  readonly name: string
  readonly f1: number
  readonly inner: Interval // by document
  readonly outer: Interval // by issuer
}

const width = 420
const height = 300
const margin = { left: 52, right: 14, top: 12, bottom: 42 }
const inside = {
  width: width - margin.left - margin.right,
  height: height - margin.top - margin.bottom,
}

type Scale = (value: number) => number

/** Share of right values over confidence; the area of a dot is proportional to its values. */
export function reliability(bins: readonly Bin[]): string {
  const [x, y] = [horizontal(0, 1), vertical(0, 1)]
  const most = Math.max(1, ...bins.map(({ values }) => values))
  const dots = bins
    .filter(({ values }) => values > 0)
    .map(
      ({ from, to, values, confidence, right }) =>
        `<circle class="first fill" cx="${at(x(confidence))}" cy="${at(y(right))}" r="${at(3 + 9 * Math.sqrt(values / most))}"><title>${share(from)} to ${share(to)}: ${values} values, mean confidence ${share(confidence, 1)}, right ${share(right, 1)}</title></circle>`,
    )
  return plot('Reliability: share of right values over confidence', [
    axes(x, y, [0, 0.2, 0.4, 0.6, 0.8, 1], [0, 0.2, 0.4, 0.6, 0.8, 1], 'confidence', 'right'),
    `<line class="honest" x1="${at(x(0))}" y1="${at(y(0))}" x2="${at(x(1))}" y2="${at(y(1))}"/>`,
    ...dots,
  ])
}

/** Share of wrong values over the share of documents that a threshold accepts. */
export function automation(curves: readonly PlotCurve[], target: number): string {
  const most = Math.max(
    2 * target,
    ...curves.flatMap(({ points }) => points.map(({ wrong }) => wrong)),
  )
  const top = [0.02, 0.05, 0.1, 0.2, 0.5, 1].find((limit) => limit >= most) ?? 1
  const [x, y] = [horizontal(0, 1), vertical(0, top)]
  const lines = curves.map(
    ({ colour, points }) =>
      `<polyline class="${colour} stroke" points="${points.map(({ accepted, wrong }) => `${at(x(accepted))},${at(y(wrong))}`).join(' ')}"/>`,
  )
  const legend = curves.map(
    ({ name, colour }, k) =>
      `<line class="${colour} stroke" x1="${margin.left + 10}" x2="${margin.left + 30}" y1="${margin.top + 12 + 16 * k}" y2="${margin.top + 12 + 16 * k}"/><text x="${margin.left + 36}" y="${margin.top + 16 + 16 * k}">${text(name)}</text>`,
  )
  return plot('Automation: share of wrong values over share of accepted documents', [
    axes(x, y, [0, 0.25, 0.5, 0.75, 1], [0, top / 2, top], 'documents accepted', 'values wrong'),
    `<line class="honest" x1="${at(x(0))}" x2="${at(x(1))}" y1="${at(y(target))}" y2="${at(y(target))}"><title>target ${share(target, 1)}</title></line>`,
    ...lines,
    ...legend,
  ])
}

/** F1 of each row: a thick interval by documents, a thin one by issuers. */
export function intervals(dots: readonly Dot[]): string {
  const lowest =
    Math.floor(
      10 *
        Math.max(0, Math.min(0.9, ...dots.map(({ outer, inner }) => Math.min(outer[0], inner[0])))),
    ) / 10
  const label = 130
  const x = (value: number): number =>
    label + ((width - label - 20) * (value - lowest)) / (1 - lowest)
  const tall = 34 + 24 * dots.length
  const ticks = [0, 0.25, 0.5, 0.75, 1].map((part) => lowest + part * (1 - lowest))
  return plot(
    'F1 with 95 % intervals',
    [
      ...ticks.map(
        (tick) =>
          `<line class="grid" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="8" y2="${tall - 24}"/><text class="tick" text-anchor="middle" x="${at(x(tick))}" y="${tall - 8}">${share(tick, lowest > 0.7 ? 1 : 0)}</text>`,
      ),
      ...dots.map(({ name, f1, inner, outer }, k) => {
        const y = 20 + 24 * k
        const bar = ([low, high]: Interval, thick: number): string =>
          `<line class="first stroke" style="stroke-width:${thick}" x1="${at(x(low))}" x2="${at(x(high))}" y1="${y}" y2="${y}"/>`
        return `<text text-anchor="end" x="${label - 10}" y="${y + 4}">${text(name)}</text>${bar(outer, 1.5)}${bar(inner, 5)}<circle class="dot" cx="${at(x(f1))}" cy="${y}" r="4"><title>${text(name)} ${share(f1, 1)}</title></circle>`
      }),
    ],
    tall,
  )
}

export function text(value: string): string {
  return value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

export const share = (value: number, digits = 0): string => `${(100 * value).toFixed(digits)} %`

const at = (value: number): string => value.toFixed(1)

const horizontal =
  (low: number, high: number): Scale =>
  (value) =>
    margin.left + (inside.width * (value - low)) / (high - low)
const vertical =
  (low: number, high: number): Scale =>
  (value) =>
    margin.top + inside.height - (inside.height * (value - low)) / (high - low)

function axes(
  x: Scale,
  y: Scale,
  across: readonly number[],
  up: readonly number[],
  below: string,
  beside: string,
): string {
  const [left, bottom] = [margin.left, margin.top + inside.height]
  const digits = Math.max(...up) < 0.1 ? 1 : 0
  return [
    ...across.map(
      (tick) =>
        `<line class="grid" x1="${at(x(tick))}" x2="${at(x(tick))}" y1="${margin.top}" y2="${bottom}"/><text class="tick" text-anchor="middle" x="${at(x(tick))}" y="${bottom + 16}">${share(tick)}</text>`,
    ),
    ...up.map(
      (tick) =>
        `<line class="grid" x1="${left}" x2="${left + inside.width}" y1="${at(y(tick))}" y2="${at(y(tick))}"/><text class="tick" text-anchor="end" x="${left - 6}" y="${at(y(tick) + 4)}">${share(tick, digits)}</text>`,
    ),
    `<text text-anchor="middle" x="${left + inside.width / 2}" y="${height - 6}">${below}</text>`,
    `<text text-anchor="middle" transform="translate(12 ${margin.top + inside.height / 2}) rotate(-90)">${beside}</text>`,
  ].join('')
}

function plot(title: string, parts: readonly string[], tall = height): string {
  return `<svg viewBox="0 0 ${width} ${tall}" role="img" aria-label="${text(title)}"><title>${text(title)}</title>${parts.join('')}</svg>`
}
