/**
 * `npm run drift`: the figures of docs/drift.md. False cautions in streams that do not change, and
 * how many documents it takes until another layout is noticed. Takes some minutes.
 */

import { randomFrom } from '../../../trainer/random.ts'
import {
  changedStream,
  layoutsOf,
  readingsOf,
  steadyLength,
  steadyStreams,
  stream,
} from './drift-streams.ts'

const vendors = 60
const after = 30 // documents of the new layout, after which a change counts as missed
const layouts = layoutsOf(40, 90)

const next = randomFrom(5)
const steady = Object.entries(steadyStreams(layouts)).map(([name, draw]) => {
  const found = Array.from({ length: vendors }, (_, issuer) =>
    stream(readingsOf(`${name}-${issuer}`, draw(next, issuer))),
  ).flatMap(({ published }) => published.filter(({ until }) => until == null))
  const documents = vendors * steadyLength
  return {
    stream: name,
    documents,
    cautions: found.length,
    'in 1,000': ((1000 * found.length) / documents).toFixed(2),
  }
})
console.table(steady)

const noticed = [10, 20, 40, 60].map((before) => {
  const delays = Array.from({ length: vendors }, (_, issuer) => {
    const { published, at } = stream(changedStream(layouts, issuer, { before, after }, next))
    const first = published.findIndex(({ field }) => field === 'drift_layout')
    return first < 0 ? Infinity : (at[first] as number) - before + 1
  }).sort((a, b) => a - b)
  const share = (part: number): number => delays[Math.floor(part * (delays.length - 1))] as number
  const missed = delays.filter((delay) => delay === Infinity).length
  return { 'documents before': before, median: share(0.5), 'nine in ten': share(0.9), missed }
})
console.table(noticed)
