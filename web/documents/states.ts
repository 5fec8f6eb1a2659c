/** States, stages and happenings in plain words. */

import type { HistoryEvent, ListedDocument } from '../../connectors/http/contract/types.ts'
import { explainReason } from '../shared/reasons.ts'

export const stateNames: Readonly<Record<ListedDocument['state'], string>> = {
  on_its_way: 'On its way',
  review: 'In review',
  answered: 'Answered',
  accepted: 'Accepted',
  rejected: 'Rejected',
  withdrawn: 'Withdrawn',
  duplicate: 'Duplicate',
  dead: 'Dead letter',
  erased: 'Erased',
}

const stages: Readonly<Record<string, string>> = {
  ocr: 'waits to be read',
  extract: 'its fields are being extracted',
  settle: 'is compared with other invoices',
}

type Standing = Pick<ListedDocument, 'state' | 'stage'>

/** The state in a sentence. */
export function explainState({ state, stage }: Standing): string {
  switch (state) {
    case 'on_its_way':
      return `On its way: ${stages[stage ?? ''] ?? 'a stage has yet to take it up'}.`
    case 'review':
      return 'A person is asked to look at it.'
    case 'answered':
      return 'A person has answered; what counts follows in a moment.'
    case 'accepted':
      return 'Its values count.'
    case 'rejected':
      return 'A person refused it.'
    case 'withdrawn':
      return 'It had been settled, and a person is asked to look again.'
    case 'duplicate':
      return 'Held back: an earlier document is the same invoice. A person decides.'
    case 'dead':
      return `It could not be processed by ${stage ?? 'a stage'}.`
    case 'erased':
      return 'It was erased: nothing of it is kept but this.'
  }
}

const decisions: Readonly<Record<string, string>> = {
  confirmed: 'confirmed the reading',
  corrected: 'corrected it',
  rejected: 'rejected it',
}

/** Accepted warnings, one a line. */
function explainWarnings(names: string): string {
  const texts = names.split('\n').map((name) => {
    const id = /^duplicate:(.*)$/.exec(name)?.[1]
    return id === undefined
      ? explainReason({ code: 'check_failed', field: null, detail: name })
      : `An invoice like ${id} has come before`
  })
  return texts.join(', ')
}

const rulesIn = (version = ''): string => (version === '' ? '' : `, rules ${version}`)

type Explain = (event: HistoryEvent) => string

const explanations: Readonly<Record<HistoryEvent['what'], Explain>> = {
  arrived: ({ detail }) => `Arrived by ${detail.source ?? 'Kafka'}`,
  read({ detail }) {
    const { engine = 'OCR', pages = '?', words = '?', reread } = detail
    const again = reread === undefined ? '' : ', once more for what was learned since'
    return `Read by ${engine}: ${pages} pages, ${words} words${again}`
  },
  extracted({ detail }) {
    const outcome = detail.route === 'accepted' ? 'sure enough of all' : 'a person has to look'
    return `Fields extracted by ${detail.model ?? 'rules alone'}${rulesIn(detail.rules)}: ${outcome}`
  },
  asked: ({ detail }) =>
    detail.closed === 'true' ? 'Ready to be corrected; nobody is asked' : 'A person was asked',
  answered({ by, detail }) {
    const { decision = '', changed, rows, second, warnings } = detail
    return [
      `${by ?? ''} ${decisions[decision] ?? 'answered'}`,
      ...(changed === undefined ? [] : [`changed ${changed.replaceAll('_', ' ')}`]),
      ...(rows === undefined ? [] : ['changed line items']),
      ...(warnings === undefined ? [] : [`let stand: ${explainWarnings(warnings)}`]),
      ...(second === undefined ? [] : ['a second person has to look']),
    ].join('; ')
  },
  settled: ({ by, detail }) =>
    `Settled: ${detail.status ?? ''}${by === null ? '' : `, decided by ${by}`}`,
  failed: ({ detail: { stage = '', message = '', code = '' } }) =>
    `Could not be processed by ${stage}: ${message} (${code})`,
  replayed: () => 'Sent back from the dead letters',
  refused: ({ detail: { message = '', code = '' } }) =>
    `An answer was refused: ${message} (${code})`,
  erased: () => 'Erased',
}

/** What happened, and who did it. */
export function explainEvent(event: HistoryEvent): string {
  return explanations[event.what](event)
}
