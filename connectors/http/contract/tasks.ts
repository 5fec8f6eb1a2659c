/** The contract: the queue of tasks, who works on which of them, and what changes. */

import { longestDocumentId } from '../../../processors/document/raw.ts'
import { taskStates } from '../../../processors/review/queue-entry.ts'
import { documentParameter, fullTask, listedSummary, summary } from './documents.ts'
import { failure } from './problem.ts'
import { flag, list, object, text, textOrNull, whole, wholeOrNull, wholes } from './schema.ts'

const mostListed = 500 // tasks in one answer
export const lockMs = 90_000 // a hidden page may be heard once a minute only

const holder = {
  ...text,
  minLength: 8,
  maxLength: 100,
  pattern: '^\\S+$',
  description: 'A random name of the page that asks, the same with each of its requests.',
} as const
const reviewer = {
  ...text,
  maxLength: 200,
  description: 'Who sits at it, where the token doesn’t say so.',
} as const
const ids = { ...list({ ...text, maxLength: longestDocumentId }), maxItems: 500 } as const

/** GET /api/tasks */
export const listTasks = {
  summary: 'The queue',
  description: 'The most urgent first: by priority, and by waiting time.',
  tags: ['tasks'],
  querystring: object(
    {
      state: { enum: taskStates, default: 'open' },
      profile: text,
      limit: { ...whole, minimum: 1, maximum: mostListed, default: 50 },
      after: { ...text, description: '`next` of the answer before.' },
    },
    [],
  ),
  response: {
    200: object({
      tasks: list(listedSummary),
      next: textOrNull,
      open: whole,
      closed: whole,
      ready: { ...flag, description: 'False while the log is still being read.' },
    }),
  },
} as const

/** GET /api/tasks/next */
export const nextTask = {
  summary: 'The next open task',
  tags: ['tasks'],
  querystring: object(
    {
      profile: text,
      skip: {
        ...text,
        description: 'Document ids to leave out, encoded as for an address and comma separated.',
      },
    },
    [],
  ),
  response: { 200: summary, 404: failure },
} as const

/** GET /api/tasks/{documentId} */
export const getTask = {
  summary: 'A whole task, open or closed',
  tags: ['tasks'],
  params: documentParameter,
  response: { 200: fullTask, 404: failure },
} as const

export const question = object(
  {
    field: { ...text, description: 'Name of a field, or lineItems.column.' },
    text: { ...text, maxLength: 2000, description: 'What was typed.' },
    words: { ...wholes, maxItems: 500, description: 'Or what was clicked.' },
  },
  ['field'],
)
export const reading = object({
  value: textOrNull,
  raw: textOrNull,
  page: wholeOrNull,
  words: wholes,
  problem: textOrNull,
  notice: textOrNull,
})

/** POST /api/documents/{documentId}/read */
export const readValue = {
  summary: 'What a text or words mean for a field',
  description:
    'The normal form of what was typed or clicked, the words that print it, and what is wrong with it.',
  tags: ['tasks'],
  params: documentParameter,
  body: question,
  response: { 200: reading, 404: failure },
} as const

/** POST /api/documents/{documentId}/read-cells */
export const readCells = {
  summary: 'What the cells of a table mean, such as one that was pasted',
  description:
    'As `POST /api/documents/{documentId}/read`, for many, in their order. Nobody looks for the words that print a text.',
  tags: ['tasks'],
  params: documentParameter,
  body: object({ cells: { ...list(question), maxItems: 1000 } }, ['cells']),
  response: { 200: object({ readings: list(reading) }), 404: failure },
} as const

/** POST /api/tasks/claim */
export const claimTask = {
  summary: 'The next task for this person, locked for them',
  tags: ['tasks'],
  description: `The lock ends ${lockMs / 1000} seconds after the last word of the page that holds it.`,
  body: object(
    {
      holder,
      reviewer,
      skip: { ...ids, description: 'Documents to leave out.' },
      prefer: { ...textOrNull, description: 'This one, where it is still free.' },
      everything: {
        ...flag,
        description: 'Of all profiles and vendors, not only those of the person.',
      },
      whole: {
        ...flag,
        description: 'Answer with the whole task, as `GET /api/tasks/{documentId}` gives it.',
      },
    },
    ['holder'],
  ),
  response: { 200: { anyOf: [summary, fullTask] }, 404: failure },
} as const

/** What 404 NOTHING_FREE says besides code and message. */
export const nothingFree = object({
  open: whole,
  withOthers: list(object({ name: text, count: whole })),
  waitForSecond: whole,
  notYours: whole,
})

/** POST /api/tasks/ahead */
export const fetchAhead = {
  summary: 'The task that would be next, to be fetched ahead',
  description: 'Others are given another one for a while, as long as there is another one.',
  tags: ['tasks'],
  body: object({ holder, reviewer, skip: ids, everything: flag }, ['holder']),
  response: { 200: summary, 404: failure },
} as const

/** POST /api/tasks/{documentId}/lock */
export const lockTask = {
  summary: 'Lock a task, or prolong the lock',
  tags: ['tasks'],
  params: documentParameter,
  body: object(
    {
      holder,
      reviewer,
      force: {
        ...flag,
        description: 'Take it over from whoever has it; this is written down.',
      },
    },
    ['holder'],
  ),
  response: { 200: object({ forMs: whole }), 404: failure, 409: failure },
} as const

/** DELETE /api/tasks/{documentId}/lock */
export const unlockTask = {
  summary: 'Free a task',
  tags: ['tasks'],
  params: documentParameter,
  querystring: object({ holder }),
  response: { 204: { type: 'null' } },
} as const

/** GET /api/events */
export const events = {
  summary: 'What changes, as server-sent events',
  tags: ['tasks'],
  description:
    'counts {open, closed}; opened, closed, freed and reread {documentId}; locked {documentId, by, over}, `over` where it was taken from somebody; models and rules {}: one was decided on; stored {topics}: the analytics store has more of these; trainer: as GET /api/trainer. Not a log: who was away asks again.',
  response: {
    200: {
      description: 'text/event-stream',
      content: { 'text/event-stream': { schema: { type: 'string' } } },
    },
    503: failure,
  },
} as const
