/** What `errata learn --html` writes: how edits, reviews and mistakes run over time, as one page without scripts. */

import type { Arm, Step } from '../trainer/progress.ts'
import { figuresOf, summaryOf } from './learn-report.ts'

const window = 50 // documents that a point looks back on
const [width, height, edge] = [720, 220, 44] // of a plot, in pixels
const colours: Readonly<Record<Arm, string>> = { none: '#8a8f98', rules: '#2563eb', retrain: '#d97706', both: '#15803d' }

interface Plot {
  readonly title: string
  readonly of: (steps: readonly Step[], at: number) => number | null // at: documents so far
}

const recent = (steps: readonly Step[], at: number): readonly Step[] => steps.slice(Math.max(0, at - window), at)

const plots: readonly Plot[] = [
  { title: `Fields that a person changes, per 100 documents (last ${window})`, of: (steps, at) => { const part = recent(steps, at); return (100 * figuresOf(part).edits) / part.length } },
  { title: `Documents that a person looks at, per 100 (last ${window})`, of: (steps, at) => { const part = recent(steps, at); return (100 * figuresOf(part).touched) / part.length } },
  { title: 'Wrong among accepted values so far, %', of: (steps, at) => { const { wrongAccepted, acceptedValues } = figuresOf(steps.slice(0, at)); return acceptedValues === 0 ? null : (100 * wrongAccepted) / acceptedValues } },
  { title: 'Repeated mistakes accepted so far', of: (steps, at) => figuresOf(steps.slice(0, at)).repeated },
]

export function htmlOf(title: string, runs: ReadonlyMap<Arm, readonly Step[]>): string {
  const legend = [...runs.keys()].map((arm) => `<span style="color:${colours[arm]}">■ ${arm}</span>`).join(' ')
  const names = ['documents', 'edits_per_100', 'documents_touched_per_100', 'accepted_share', 'wrong_accepted_share', 'repeated_mistakes_accepted']
  const rows = [...runs].map(([arm, steps]) => `<tr><th>${arm}</th>${names.map((name) => `<td>${summaryOf(steps)[name] ?? ''}</td>`).join('')}</tr>`)
  return `<!doctype html>
<html lang="en"><meta charset="utf-8"><title>${escape(title)}</title>
<style>body{font:14px system-ui,sans-serif;max-width:760px;margin:2em auto;color:#1f2430}table{border-collapse:collapse}th,td{padding:.3em .7em;text-align:right;border-bottom:1px solid #e3e6eb}h2{font-size:1em;margin:1.6em 0 .2em}</style>
<h1>${escape(title)}</h1><p>${legend}</p>
<table><tr><th></th>${names.map((name) => `<th>${name.replaceAll('_', ' ')}</th>`).join('')}</tr>${rows.join('')}</table>
${plots.map((plot) => `<h2>${escape(plot.title)}</h2>${svgOf(plot, runs)}`).join('\n')}
</html>
`
}

function svgOf({ title, of }: Plot, runs: ReadonlyMap<Arm, readonly Step[]>): string {
  const lines = [...runs].map(([arm, steps]) => ({ arm, points: steps.flatMap((_, k): [number, number][] => { const y = of(steps, k + 1); return y === null ? [] : [[k + 1, y]] }) }))
  const all = lines.flatMap(({ points }) => points)
  const mostX = Math.max(1, ...all.map(([x]) => x))
  const mostY = Math.max(1e-9, ...all.map(([, y]) => y)) || 1
  const top = mostY < 1e-6 ? 1 : mostY
  const at = ([x, y]: readonly [number, number]): string => `${(edge + ((width - edge) * x) / mostX).toFixed(1)},${(height - 20 - ((height - 34) * y) / top).toFixed(1)}`
  const ticks = [0, 0.5, 1].map((share) => `<text x="${edge - 6}" y="${(height - 16 - (height - 34) * share).toFixed(0)}" text-anchor="end">${Number((top * share).toPrecision(3))}</text><path d="M${at([0, top * share])} H${width}" stroke="#e3e6eb"/>`)
  const xs = [0, 0.5, 1].map((share) => `<text x="${at([mostX * share, 0]).split(',')[0]}" y="${height - 4}" text-anchor="${share === 1 ? 'end' : 'middle'}">${Math.round(mostX * share)}</text>`)
  const paths = lines.filter(({ points }) => points.length > 0).map(({ arm, points }) => `<polyline fill="none" stroke="${colours[arm]}" stroke-width="1.6" points="${points.map(at).join(' ')}"/>`)
  return `<svg viewBox="0 0 ${width} ${height}" role="img" aria-label="${escape(title)}" font-size="11" fill="#6b7280">${[...ticks, ...xs, ...paths].join('')}</svg>`
}

function escape(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
