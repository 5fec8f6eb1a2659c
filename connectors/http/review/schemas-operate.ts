/**
 * JSON schemas of what operators see: models, rules, dead letters and the trainer. The OpenAPI
 * document repeats them.
 */

import { object } from './schemas.ts'

const text = { type: 'string' } as const
const textOrNull = { type: ['string', 'null'] } as const
const whole = { type: 'integer' } as const
const number = { type: 'number' } as const
const numberOrNull = { type: ['number', 'null'] } as const
const texts = { type: 'array', items: text } as const
const time = { type: 'integer', description: 'Milliseconds since 1970.' } as const
const timeOrNull = { type: ['integer', 'null'], description: 'Milliseconds since 1970.' } as const
const open = <S extends object>(schema: S) => ({ ...schema, additionalProperties: true }) as const

const comparison = object({
  scope: {
    ...text,
    description:
      'all, unseen (vendors that neither had in training), settled, without a reviewer, or a field.',
  },
  documents: whole,
  champion: { ...numberOrNull, description: 'F1 of the champion; null: there was none.' },
  candidate: { ...number, description: 'F1 of this version, on the same documents.' },
  difference: numberOrNull,
  low: { ...numberOrNull, description: 'Lower end of the 95 % interval of the difference.' },
  high: numberOrNull,
})

export const modelVersion = object({
  name: { ...text, description: 'The profile that it reads.' },
  version: whole,
  sha256: text,
  bytes: whole,
  state: { enum: ['candidate', 'champion', 'retired', 'refused'] },
  fingerprint: text,
  manifest: {
    type: ['object', 'null'],
    additionalProperties: true,
    description: 'What it was made of: data set, settings, seed, thresholds.',
  },
  evidence: {
    anyOf: [
      open(object({ comparisons: { type: 'array', items: comparison } }, [])),
      { type: 'null' },
    ],
    description: 'What the gate saw.',
  },
  decidedBy: text,
  decidedAt: time,
  reason: text,
  championSince: timeOrNull,
  signature: { type: ['string', 'null'], description: 'Null: nobody signed it.' },
})

export const training = object({
  key: text,
  profile: text,
  state: { enum: ['queued', 'running', 'done', 'failed'] },
  askedAt: time,
  startedAt: timeOrNull,
  endedAt: timeOrNull,
  outcome: { enum: ['promoted', 'refused', 'known', 'nothing', null] },
  version: textOrNull,
  reasons: texts,
  progress: { anyOf: [object({ step: text, done: whole, of: whole }), { type: 'null' }] },
})
export const nextSchema = object({
  waiting: {
    type: 'object',
    additionalProperties: whole,
    description: 'Answers that no version has seen, by profile.',
  },
  wanted: { ...whole, description: 'So many of them begin a training; 0: none do.' },
  at: { ...timeOrNull, description: 'When the schedule looks again, in milliseconds since 1970.' },
})

export const rule = open(
  object({
    vendor: { ...text, description: 'Vendor id.' },
    field: text,
    profile: text,
    tenant: text,
    id: { ...text, description: 'originId of the values that it gives.' },
    state: { enum: ['active', 'asks', 'disabled'] },
    kind: {
      enum: [
        'constant',
        'choice',
        'spelling',
        'anchor',
        'position',
        'pattern',
        'column',
        'absent',
        'none',
        'caution',
      ],
    },
    value: textOrNull,
    raw: textOrNull,
    anchor: textOrNull,
    relation: textOrNull,
    page: { type: ['integer', 'null'] },
    refuted: texts,
    taughtBy: { ...texts, description: 'documentId@revision.' },
    since: time,
    decidedBy: { ...textOrNull, description: 'Who decided by hand; null: what answers taught.' },
    why: text,
  }),
)

export const reverted = object({
  withdrawn: { ...whole, description: 'Documents without an answer now, open for another person.' },
  restored: { ...whole, description: 'Documents that have again what somebody had said before.' },
  rules: { ...whole, description: 'Decisions about rules by hand.' },
})

export const letter = object({
  at: { ...text, description: 'topic/partition/offset: send it back by this.' },
  stage: text,
  code: text,
  message: text,
  documentId: textOrNull,
  origin: { ...text, description: 'topic/partition/offset of the record that failed.' },
  attempts: whole,
  software: text,
  failedAt: text,
  replays: { ...whole, description: 'How often the record had been sent back before.' },
  replayedAt: textOrNull,
  bytes: whole,
})
export const outcome = object({ at: text, outcome: { enum: ['sent', 'already sent', 'gone'] } })
