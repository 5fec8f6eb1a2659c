/** The contract: trainings, as the trainer's own server and the review service tell of them. */

import { failure } from './problem.ts'
import {
  list,
  mapOf,
  object,
  orNull,
  text,
  textOrNull,
  texts,
  time,
  timeOrNull,
  whole,
} from './schema.ts'

const longestKey = 200 // characters

export const training = object({
  key: text,
  profile: text,
  state: { enum: ['queued', 'running', 'done', 'failed'] },
  askedAt: time,
  startedAt: timeOrNull,
  endedAt: timeOrNull,
  outcome: { enum: ['promoted', 'refused', 'known', 'nothing', null] },
  version: { ...textOrNull, description: 'name/version' },
  reasons: texts,
  progress: {
    ...orNull(object({ step: text, done: whole, of: whole })),
    description: 'null: it does not run.',
  },
})
export const nextTraining = object({
  waiting: { ...mapOf(whole), description: 'Answers that no version has seen, by profile.' },
  wanted: { ...whole, description: 'So many of them begin a training; 0: none do.' },
  at: { ...timeOrNull, description: 'When the schedule looks again, in milliseconds since 1970.' },
})
export const trainerState = object({ trainings: list(training), next: nextTraining })

const keyParameter = object({ key: { ...text, minLength: 1, maxLength: longestKey } })

/** POST /trainings */
export const askTraining = {
  summary: 'Ask for a training',
  tags: ['operate'],
  description: 'The same key is the same training, however often it is sent.',
  headers: {
    type: 'object',
    properties: { 'idempotency-key': { ...text, minLength: 1, maxLength: longestKey } },
    required: ['idempotency-key'],
  },
  body: object({ profile: text }),
  response: { 202: training, 400: failure, 409: failure },
} as const

/** GET /trainings */
export const listTrainings = {
  summary: 'The latest trainings, newest first, and what would begin the next one',
  tags: ['operate'],
  response: { 200: trainerState },
} as const

/** GET /trainings/{key} */
export const getTraining = {
  summary: 'A training',
  tags: ['operate'],
  params: keyParameter,
  response: { 200: training, 404: failure },
} as const

/** GET /trainings/{key}/outcome */
export const trainingOutcome = {
  summary: 'A training that has ended',
  description: '404 for as long as it waits or runs: for waiting without holding anything.',
  tags: ['operate'],
  params: keyParameter,
  response: { 200: training, 404: failure },
} as const
