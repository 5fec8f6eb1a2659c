/**
 * What `errata learn --html` writes: how edits, reviews and mistakes run over time, as one page
 * without scripts.
 */

import type { LearningCurve } from '../trainer/curve.ts'
import type { Arm, Step } from '../trainer/progressive-validation.ts'
import { learnFigures } from './learn-report.ts'

const window = 50 // documents that a point looks back on
const [width, height] = [760, 230] // of a plot, in pixels
const edge = { left: 46, right: 66, top: 12, bottom: 34 } as const
const colours: Readonly<Record<Arm, string>> = {
  none: '#6b7280',
  rules: '#2563eb',
  retrain: '#b45309',
  both: '#15803d',
}
const meanings: Readonly<Record<Arm, string>> = {
  none: 'nothing is learned',
  rules: 'corrections become rules',
  retrain: 'models are trained again',
  both: 'rules at once, models later',
}
const dashes: Readonly<Record<Arm, string>> = {
  none: '1 3',
  rules: '7 3',
  retrain: '3 2',
  both: '',
} // told apart without colour, and where one hides another

type Point = readonly [x: number, y: number]

interface Line {
  readonly name: string
  readonly colour: string
  readonly dash: string
  readonly points: readonly Point[]
}

interface Axes {
  readonly x: string
  readonly ticks: readonly number[] // of x
  readonly low: number // of y
  readonly high: number
  readonly log?: boolean // of x
  readonly limit?: number // a level that is drawn
}

interface Plot {
  readonly title: string
  readonly limit?: number
  readonly of: (steps: readonly Step[], at: number) => number | null // at: documents so far
}

const recent = (steps: readonly Step[], at: number): readonly Step[] =>
  steps.slice(Math.max(0, at - window), at)
const percent = (share: number, digits: number): string => `${(100 * share).toFixed(digits)} %`

/**
 * `target`: the share of wrong values that the operator bears. `curve`: null where none was asked
 * for.
 */
export function htmlOf(
  title: string,
  runs: ReadonlyMap<Arm, readonly Step[]>,
  target: number,
  curve: LearningCurve | null,
): string {
  const plots: readonly Plot[] = [
    {
      title: `Fields that a person changes, per 100 documents (of the last ${window})`,
      of: (steps, at) => {
        const part = recent(steps, at)
        return (100 * learnFigures(part).edits) / part.length
      },
    },
    {
      title: `Documents that a person looks at, per 100 (of the last ${window})`,
      of: (steps, at) => {
        const part = recent(steps, at)
        return (100 * learnFigures(part).touched) / part.length
      },
    },
    {
      title: 'Wrong among the values accepted so far, in %',
      limit: 100 * target,
      of: (steps, at) => {
        const { wrongAccepted, acceptedValues } = learnFigures(steps.slice(0, at))
        return acceptedValues === 0 ? null : (100 * wrongAccepted) / acceptedValues
      },
    },
  ]
  const legend = [...runs.keys()]
    .map(
      (arm) =>
        `<li><svg width="30" height="8"><path d="M0 4H30" stroke="${colours[arm]}" stroke-width="2" stroke-dasharray="${dashes[arm]}"/></svg> <b>${arm}</b>: ${meanings[arm]}</li>`,
    )
    .join('')
  const names = [
    'documents',
    'edits per 100',
    'looked at per 100',
    'accepted unseen',
    'wrong among accepted',
    'repeated mistakes',
  ]
  const rows = [...runs].map(([arm, steps]) => {
    const { documents, edits, touched, accepted, acceptedValues, wrongAccepted, repeated } =
      learnFigures(steps)
    const cells = [
      documents,
      ((100 * edits) / documents).toFixed(1),
      ((100 * touched) / documents).toFixed(1),
      percent(accepted / documents, 1),
      acceptedValues === 0
        ? '–'
        : `${percent(wrongAccepted / acceptedValues, 2)} (${wrongAccepted} of ${acceptedValues})`,
      acceptedValues === 0 ? '–' : repeated,
    ]
    return `<tr><th scope="row">${arm}</th>${cells.map((cell) => `<td>${cell}</td>`).join('')}</tr>`
  })
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escape(title)}</title>
<style>body{font:14px system-ui,sans-serif;max-width:${width}px;margin:2em auto;padding:0 1em;color:#1f2430;background:#fff}table{border-collapse:collapse;width:100%}th,td{padding:.35em .6em;text-align:right;border-bottom:1px solid #e3e6eb;font-variant-numeric:tabular-nums}thead th{vertical-align:bottom;font-weight:600}h1{font-size:1.5em}h2{font-size:1em;margin:1.8em 0 .2em}ul{list-style:none;padding:0;display:flex;flex-wrap:wrap;gap:.3em 1.6em}svg{max-width:100%}.note{color:#4b5563}</style>
<h1>${escape(title)}</h1><ul>${legend}</ul>
<table><thead><tr><th></th>${names.map((name) => `<th scope="col">${name}</th>`).join('')}</tr></thead><tbody>${rows.join('')}</tbody></table>
<p class="note">Each document is read with what was learned from those before it. A mistake is repeated where a person had already corrected it for this vendor and it is accepted again.</p>
${plots.map((plot) => figure(plot.title, ...overTime(plot, runs))).join('\n')}
${curve === null ? '' : figure(`Learning curve: F1 on ${curve.heldOut} documents of vendors that were not trained on, in %`, ...learned(curve))}
</html>
`
}

function overTime(
  { of, limit }: Plot,
  runs: ReadonlyMap<Arm, readonly Step[]>,
): [readonly Line[], Axes] {
  const lines = [...runs].map(([arm, steps]): Line => ({
    name: arm,
    colour: colours[arm],
    dash: dashes[arm],
    points: steps.flatMap((_, k): Point[] => {
      const y = of(steps, k + 1)
      return y === null ? [] : [[k + 1, y]]
    }),
  }))
  const most = Math.max(1, ...[...runs.values()].map((steps) => steps.length))
  const step = round(most / 6)
  const high = Math.max(limit ?? 0, ...lines.flatMap(({ points }) => points.map(([, y]) => y)))
  return [
    lines,
    {
      x: 'documents',
      ticks: multiples(step, 0, most),
      low: 0,
      high: high === 0 ? 1 : high,
      ...(limit === undefined ? {} : { limit }),
    },
  ]
}

function learned({ measured, expected }: LearningCurve): [readonly Line[], Axes] {
  const points = (of: LearningCurve['measured']): Point[] =>
    of.map(({ documents, f1 }) => [documents, 100 * f1])
  const all = [...measured, ...expected]
  const lines = [
    { name: 'measured', colour: colours.both, dash: '', points: points(measured) },
    {
      name: 'expected',
      colour: colours.none,
      dash: '5 3',
      points: points([...measured.slice(-1), ...expected]),
    },
  ]
  return [
    lines.filter((line) => line.points.length > 1),
    {
      x: 'documents trained on',
      ticks: all.map(({ documents }) => documents),
      low: 10 * Math.floor(10 * Math.min(...all.map(({ f1 }) => f1))),
      high: 100,
      log: true,
    },
  ]
}

function figure(
  title: string,
  lines: readonly Line[],
  { x, ticks, low, high, log = false, limit }: Axes,
): string {
  const step = round((high - low) / 4)
  const top = low + step * Math.ceil((high - low) / step - 1e-9)
  const [from, to] = [
    log ? Math.min(...ticks) : 0,
    Math.max(...ticks, ...lines.flatMap(({ points }) => points.map(([at]) => at))),
  ]
  const scale = (value: number): number =>
    log ? Math.log(value / from) / Math.log(to / from) : value / to
  const across = (value: number): number =>
    edge.left + (width - edge.left - edge.right) * scale(value)
  const down = (value: number): number =>
    height - edge.bottom - ((height - edge.top - edge.bottom) * (value - low)) / (top - low)
  const grid = multiples(step, low, top).map(
    (value) =>
      `<path d="M${edge.left} ${down(value).toFixed(1)}H${width - edge.right}" stroke="#e3e6eb"/><text x="${edge.left - 7}" y="${(down(value) + 4).toFixed(1)}" text-anchor="end">${Number(value.toPrecision(6))}</text>`,
  )
  const along = ticks.map(
    (value) =>
      `<text x="${across(value).toFixed(1)}" y="${height - edge.bottom + 16}" text-anchor="middle">${value}</text>`,
  )
  const level =
    limit === undefined
      ? ''
      : `<path d="M${edge.left} ${down(limit).toFixed(1)}H${width - edge.right}" stroke="#b91c1c" stroke-dasharray="2 2"/><text x="${edge.left + 4}" y="${(down(limit) - 4).toFixed(1)}" fill="#b91c1c">target</text>`
  const drawn = lines.filter(({ points }) => points.length > 0)
  const paths = drawn.map(
    ({ points, colour, dash }) =>
      `<polyline fill="none" stroke="${colour}" stroke-width="1.8" stroke-dasharray="${dash}" points="${points.map(([at, y]) => `${across(at).toFixed(1)},${down(y).toFixed(1)}`).join(' ')}"/>`,
  )
  const nothing =
    drawn.length > 0
      ? ''
      : `<text x="${(edge.left + width - edge.right) / 2}" y="${height / 2}" text-anchor="middle">Nothing was accepted.</text>`
  const ends = apart(
    drawn.map((line) => ({ line, y: down((line.points.at(-1) as Point)[1]) })),
  ).map(
    ({ line, y }) =>
      `<text x="${width - edge.right + 6}" y="${(y + 4).toFixed(1)}" fill="${line.colour}">${line.name}</text>`,
  )
  return `<h2>${escape(title)}</h2><svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}" font-size="11" fill="#4b5563">${[...grid, ...along, level, nothing, ...paths, ...ends].join('')}<text x="${(edge.left + width - edge.right) / 2}" y="${height - 3}" text-anchor="middle">${x}</text></svg>`
}

/** Names at the ends of lines, moved down until none stands on another. */
function apart<T extends { readonly y: number }>(names: readonly T[]): T[] {
  let last = -Infinity
  const placed = [...names]
    .sort((a, b) => a.y - b.y)
    .map((name) => {
      last = Math.max(name.y, last + 12)
      return { ...name, y: last }
    })
  const over = Math.max(0, last - (height - edge.bottom))
  return placed.map((name) => ({ ...name, y: name.y - over }))
}

/** The next of 1, 2, 5, 10, 20 and so on. */
function round(size: number): number {
  const power = 10 ** Math.floor(Math.log10(size))
  return power * ([1, 2, 5].find((times) => times * power >= size * (1 - 1e-9)) ?? 10)
}

function multiples(step: number, low: number, high: number): number[] {
  return Array.from(
    { length: Math.floor((high - low) / step + 1e-9) + 1 },
    (_, k) => low + k * step,
  )
}

function escape(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
}
