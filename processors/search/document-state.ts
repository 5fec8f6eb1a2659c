/**
 * Where a document stands. Exactly one state holds of each, and it follows from the facts alone,
 * with whether the review queue has it open.
 *
 *   on_its_way   a stage has yet to take it up           review      a person is asked
 *   accepted     its values count                        answered    a person has, the stages follow
 *   rejected     a person refused it                     duplicate   held back for another's sake
 *   withdrawn    it was settled, and is asked about again
 *   dead         a stage could not process it            erased
 */

import type { Death, DocumentFacts, RecordPlace } from './document-facts.ts'

export const documentStates = [
  'on_its_way',
  'review',
  'answered',
  'accepted',
  'rejected',
  'withdrawn',
  'duplicate',
  'dead',
  'erased',
] as const
export type DocumentState = (typeof documentStates)[number]

export interface Standing {
  readonly state: DocumentState
  /** on_its_way: the stage that has it next; dead: the one that could not process it. */
  readonly stage: string | null
}

export function standingOf(facts: DocumentFacts, isOpen: boolean): Standing {
  if (isGone(facts)) return { state: 'erased', stage: null }
  const death = deathOf(facts)
  if (death === null) return wayOf(facts, isOpen) ?? outcomeOf(facts, isOpen)
  // what could not be read again is what it was before
  const hasOutcome = isOpen || facts.answered !== null || facts.settled !== null
  return hasOutcome && isOfReading(death)
    ? outcomeOf(facts, isOpen)
    : { state: 'dead', stage: death.stage }
}

function isGone({ arrived, read, extracted, asked, erasedAt }: DocumentFacts): boolean {
  return erasedAt !== null && [arrived, read, extracted, asked].every((one) => one === null)
}

/** Null where it has been read. */
function wayOf(facts: DocumentFacts, isOpen: boolean): Standing | null {
  const { arrived, read, extracted, asked, answered, settled } = facts
  if (isAhead(arrived, read)) return onItsWay('ocr')
  const isRead = [extracted, asked, answered, settled].some((one) => one !== null)
  const isReadAgain = extracted !== null && isAhead(read, extracted) && !isOpen
  return !isRead || isReadAgain ? onItsWay('extract') : null
}

function outcomeOf(facts: DocumentFacts, isOpen: boolean): Standing {
  const { answered, settled } = facts
  if (settled === null) return unsettled(facts, isOpen)
  if (answered !== null && answered.revision > settled.revision)
    return { state: isOpen ? 'review' : 'answered', stage: null }
  const isAsked = settled.status === 'accepted' && isOpen
  return { state: isAsked ? 'review' : settled.status, stage: null }
}

function unsettled({ answered, asked }: DocumentFacts, isOpen: boolean): Standing {
  if (isOpen) return { state: 'review', stage: null }
  if (answered !== null || asked !== null) return { state: 'answered', stage: null }
  return onItsWay('settle')
}

/** The dead letter that the document ended in: nothing came of it since, and nobody sent it back. */
export function deathOf(facts: DocumentFacts): Death | null {
  return facts.deaths.findLast((death) => stands(death, facts)) ?? null
}

const isOfReading = ({ stage }: Death): boolean => stage === 'ocr' || stage === 'extract'

/** By offsets where they are known, since the clocks of senders may differ from ours. */
function stands(
  { replayedAt, stage, offset, at }: Death,
  { arrived, read, extracted, settled }: DocumentFacts,
): boolean {
  if (replayedAt !== null) return false
  const isPassed = (input: RecordPlace | null, output: RecordPlace | null): boolean =>
    (input !== null && input.offset > offset) || (output?.of ?? -1) >= offset
  if (stage === 'ocr') return !isPassed(arrived, read)
  if (stage === 'extract') return !isPassed(read, extracted)
  return Math.max(extracted?.time ?? 0, settled?.time ?? 0) <= at
}

/** Whether a record has come that a stage has yet to take up. */
function isAhead(input: RecordPlace | null, output: RecordPlace | null): boolean {
  if (input === null || output === null) return input !== null
  return output.of !== null && input.offset > output.of
}

const onItsWay = (stage: string): Standing => ({ state: 'on_its_way', stage })
