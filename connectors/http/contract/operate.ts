/** The contract: what operators see and decide: models, rules, dead letters and the trainer. */

import { enums } from '../../../schemas/enums.ts'
import { failure } from './problem.ts'
import {
  flag,
  list,
  mapOf,
  number,
  numberOrNull,
  object,
  open,
  orNull,
  text,
  textOrNull,
  texts,
  time,
  timeOrNull,
  whole,
  wholeOrNull,
  wholes,
} from './schema.ts'
import { nextTraining, training } from './trainings.ts'

const mostReplayed = 1000 // letters in one request

const given = { ...text, minLength: 1, maxLength: 500 } as const
const why = { ...given, description: 'Kept in the log.' } as const

export const comparison = object({
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
  state: { enum: enums.ModelState },
  fingerprint: text,
  manifest: {
    ...orNull(open(object({}))),
    description: 'What it was made of: data set, settings, seed, thresholds.',
  },
  evidence: {
    ...orNull(open(object({ comparisons: list(comparison) }, []))),
    description: 'What the gate saw.',
  },
  decidedBy: text,
  decidedAt: time,
  reason: text,
  championSince: timeOrNull,
  signature: { ...textOrNull, description: 'Null: nobody signed it.' },
})

/** GET /api/models */
export const listModels = {
  summary: 'Model versions with their evidence',
  tags: ['operate'],
  response: { 200: object({ models: list(modelVersion) }) },
} as const

const champion = object({ champion: text })

/** POST /api/models/{name}/{version}/promote */
export const promoteModel = {
  summary: 'Make a version the champion',
  tags: ['operate'],
  params: object({ name: given, version: given }),
  body: object({ why }),
  response: { 200: champion, 404: failure, 409: failure },
} as const

/** POST /api/models/{name}/rollback */
export const rollBackModel = {
  summary: 'Back to the champion before',
  tags: ['operate'],
  params: object({ name: given }),
  body: object({ why }),
  response: { 200: champion, 404: failure, 409: failure },
} as const

export const trainerStatus = object({
  reachable: flag,
  trainings: list(training),
  next: orNull(nextTraining),
})

/** GET /api/trainer */
export const trainerNow = {
  summary: 'What the trainer does now',
  tags: ['operate'],
  description:
    '`trainings` are the latest, newest first: `state` is queued, running, done or failed; one that runs has `progress` with a `step` (snapshot, training, gate). `next` says what would begin the next one by itself. `reachable` is false where no trainer has said for minutes that it runs.',
  response: { 200: trainerStatus },
} as const

export const rule = object(
  {
    vendor: { ...text, description: 'Vendor id.' },
    field: text,
    profile: text,
    tenant: text,
    id: { ...text, description: 'originId of the values that it gives.' },
    state: { enum: enums.RuleState },
    kind: { enum: enums.RuleKind },
    strict: flag,
    value: textOrNull,
    raw: textOrNull,
    anchor: textOrNull,
    relation: textOrNull,
    spellings: mapOf(text),
    box: wholes,
    page: wholeOrNull,
    pattern: textOrNull,
    refuted: texts,
    taughtBy: { ...texts, description: 'documentId@revision.' },
    since: time,
    tighten: number,
    from: timeOrNull,
    until: timeOrNull,
    decidedBy: { ...textOrNull, description: 'Who decided by hand; null: what answers taught.' },
    why: text,
  },
  [
    'vendor',
    'field',
    'profile',
    'tenant',
    'id',
    'state',
    'kind',
    'strict',
    'value',
    'raw',
    'anchor',
    'relation',
    'spellings',
    'box',
    'page',
    'pattern',
    'refuted',
    'taughtBy',
    'since',
    'decidedBy',
    'why',
  ],
)

/** GET /api/rules */
export const listRules = {
  summary: 'What corrections taught',
  tags: ['operate'],
  response: { 200: object({ rules: list(rule) }) },
} as const

const switchRule = {
  tags: ['operate'],
  body: object({ vendor: given, field: given, why }),
  response: { 200: object({ vendor: given, field: given }), 404: failure },
} as const

/** POST /api/rules/disable */
export const disableRule = {
  ...switchRule,
  summary: 'Switch a rule off: the model is believed again',
} as const

/** POST /api/rules/enable */
export const enableRule = { ...switchRule, summary: 'Let corrections decide again' } as const

export const reverted = object({
  withdrawn: { ...whole, description: 'Documents without an answer now, open for another person.' },
  restored: { ...whole, description: 'Documents that have again what somebody had said before.' },
  rules: { ...whole, description: 'Decisions about rules by hand.' },
})

/** POST /api/verdicts/revert */
export const revertVerdicts = {
  summary: 'Take back what a person taught since a moment',
  tags: ['operate'],
  description:
    'Answers that stand are withdrawn, or give way to what somebody else had said before; rules and training follow. Rules that the person made or switched by hand go too. Nothing is erased from the log. Done twice it finds nothing left.',
  body: object({
    reviewer: given,
    since: {
      ...whole,
      minimum: 0,
      maximum: 8_640_000_000_000_000, // the last moment of a Date
      description: 'Milliseconds since 1970, by the time of the answer.',
    },
    why,
    dryRun: { ...flag, description: 'Only count.' },
  }),
  response: { 200: reverted },
} as const

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
export const replayed = object({ at: text, outcome: { enum: ['sent', 'already sent', 'gone'] } })

/** GET /api/dead */
export const listDeadLetters = {
  summary: 'Records that could not be processed',
  description: 'Without their contents.',
  tags: ['operate'],
  response: { 200: object({ letters: list(letter) }) },
} as const

/** POST /api/dead/replay */
export const replayDeadLetters = {
  summary: 'Send dead letters to their topic again',
  description: 'Each at most once.',
  tags: ['operate'],
  body: object({ at: { ...list(given), minItems: 1, maxItems: mostReplayed } }),
  response: { 200: object({ letters: list(replayed) }) },
} as const
